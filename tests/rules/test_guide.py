"""The guide's own examples, at the level of the rules (SENDCLOUD.md, "Guide examples")."""

from __future__ import annotations

import base64
import json
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.headers import scan
from sendcloud_inbound.rules.ids import email_id, parse_email_id
from sendcloud_inbound.rules.model import EmailStatus, Expansion, Fidelity, MessageStatus
from sendcloud_inbound.rules.sending import Chosen, InVain, Origin, effective
from sendcloud_inbound.rules.tracking import Kind
from sendcloud_inbound.rules.xsmtpapi import read
from sendcloud_inbound.rules.xsmtpapi.model import Number
from tests.builders import account
from tests.rules.rendered import bodies, fields
from tests.rules.tracking.mails import ALL, OFF, SUBSCRIPTION, copies, html_mail, tracked

if TYPE_CHECKING:
    from email.message import Message

    from sendcloud_inbound.rules.model import Account
    from sendcloud_inbound.rules.sending import Effective
    from sendcloud_inbound.rules.tracking import Tracked

DOCUMENTS = Path(__file__).parents[1] / "documents"
MESSAGE_ID = "1425758592214_4576_32113_9310.sc-10_10_127_105-inbound"
RCPT = ("someone@else.example",)


def document(name: str) -> str:
    """Return one of the guide's samples."""
    return (DOCUMENTS / name).read_text()


def b64(text: str) -> str:
    """Return base64 of the UTF-8 bytes of a text, as the guide's B64(x)."""
    return base64.b64encode(text.encode()).decode()


def g10(value: str, *, after: tuple[str, str] | None = None) -> bytes:
    """Return the message of G10, made as the guide's Python sample makes it."""
    message: Message[Any, Any] = MIMEMultipart("alternative")
    message["subject"] = "SendCloud Python SMTP"
    message["from"] = "sender@example.com"
    message["SC-Custom-key1"] = "value1"
    message["SC-Custom-key2"] = "value2"
    message.attach(MIMEText("Hello %name%", "plain", "utf8"))
    message["X-SMTPAPI"] = Header(value)
    if after:
        message[after[0]] = after[1]
    return message.as_bytes()


def taken(content: bytes, *rcpt_to: str) -> Expansion:
    """Return what becomes of a message that is acknowledged; RCPT may name somebody else."""
    verdict = judge(content, Fidelity.FAITHFUL)
    assert verdict.refusal is None
    return expand(content, rcpt_to or RCPT, verdict.findings, mail_from="sender@example.com")


def codes(expansion: Expansion) -> list[str]:
    """Return the codes of what was found."""
    return [found.code for found in expansion.findings]


def email_ids(expansion: Expansion) -> list[str]:
    """Return the emailIds of an expansion."""
    return [email_id(MESSAGE_ID, email.position, email.recipient) for email in expansion.emails]


def test_g3_email_id_from_message_id() -> None:
    """`to = [A, B, C]` and messageId M give M0$A, M1$B, M2$C."""
    expansion = taken(g10(b64('{"to": ["a@x.y", "b@x.y", "c@x.y"]}')))
    assert email_ids(expansion) == [
        f"{MESSAGE_ID}0$a@x.y",
        f"{MESSAGE_ID}1$b@x.y",
        f"{MESSAGE_ID}2$c@x.y",
    ]


def test_g4_email_ids_of_a_hundred_recipients() -> None:
    """A hundred addresses give indexes 0 to 99, not padded, as the guide prints them."""
    printed = document("g4_email_ids.txt").split()
    known = [parse_email_id(text).recipient for text in printed]
    to = [*known[:3], *(f"user{number}@ifaxin.com" for number in range(96)), known[3]]
    expansion = taken(g10(b64(f'{{"to": {str(to).replace(chr(39), chr(34))}}}')))
    ids = email_ids(expansion)
    assert len(ids) == 100
    assert [*ids[:3], ids[99]] == printed
    assert codes(expansion) == [
        "rcpt-overridden",
        "xsmtpapi-long-line",
        "variable-without-value",
    ]


def test_g7_pubsub_with_to() -> None:
    """The sample with its comma is taken; the price keeps its spelling."""
    content = g10(b64(document("g7_pubsub.json")))
    assert len(taken(content).emails) == 2
    api = read(scan(content)).api
    assert api is not None
    assert api.pubsub == {
        "%productName%": "华为手表",
        "%discountedPrice%": Number("1989.0"),
        "%discount%": "8.5",
    }


def test_g7_as_page_a_prints_it_is_no_json() -> None:
    """Without the comma after 1989.0 the sample is refused, with line and column (D17)."""
    verdict = judge(g10(b64(document("g7_page_a.json"))), Fidelity.FAITHFUL)
    assert verdict.refusal == replies.XSMTPAPI_ERROR
    assert "line 1, column 108" in verdict.findings[0].message


def test_g10_sub_through_smtp_with_custom_headers() -> None:
    """The message of the sample becomes two emails, one per address."""
    expansion = taken(g10(b64(document("g6_sub.json"))))
    assert expansion.status is MessageStatus.EXPANDED
    assert [email.recipient for email in expansion.emails] == ["d@example.com", "i@example.com"]
    assert {email.status for email in expansion.emails} == {EmailStatus.REQUESTED}
    assert expansion.subject == "SendCloud Python SMTP"
    assert codes(expansion) == ["rcpt-overridden", "value-without-variable"]


def test_g11_header_not_last() -> None:
    """Another header after X-SMTPAPI causes an xsmtpapi error."""
    content = g10(b64(document("g6_sub.json")), after=("reply-to", "sender@example.com"))
    verdict = judge(content, Fidelity.FAITHFUL)
    assert verdict.refusal == replies.XSMTPAPI_ERROR
    assert [found.code for found in verdict.findings] == ["xsmtpapi-not-last"]


def test_g12_header_not_base64() -> None:
    """Plain JSON gets 250 first; then the worker makes it invalid and delivers nothing."""
    expansion = taken(g10(document("g15_to.json").strip()))
    assert expansion.status is MessageStatus.INVALID
    assert expansion.reason == "worker: invalid XSMTP-API"
    assert [email.recipient for email in expansion.emails] == list(RCPT)
    assert {email.status for email in expansion.emails} == {EmailStatus.INVALID}
    assert "it is JSON as it is" in expansion.findings[0].message


@pytest.mark.parametrize(("octets", "refused"), [(1_048_576, False), (1_048_580, True)])
def test_g14_length(octets: int, refused: bool) -> None:  # noqa: FBT001
    """X-SMTPAPI of 1 MB is taken, above it is refused."""
    value = b64(document("g15_to.json").ljust(octets // 4 * 3))
    assert len(value) == octets
    verdict = judge(g10(value), Fidelity.FAITHFUL)
    assert verdict.refusal == (replies.XSMTPAPI_ERROR if refused else None)


def test_g15_to() -> None:
    """Two addresses in `to` give two mails whatever RCPT says."""
    expansion = taken(g10(b64(document("g15_to.json"))))
    assert [email.recipient for email in expansion.emails] == ["ben@ifaxin.com", "joe@ifaxin.com"]


def test_g16_more_than_100_in_to() -> None:
    """A hundred addresses in `to` are taken, 101 are refused."""
    to = [f"user{number}@ifaxin.com" for number in range(101)]
    hundred, more = (g10(b64(json.dumps({"to": given}))) for given in (to[:100], to))
    assert [email.recipient for email in taken(hundred).emails] == to[:100]
    verdict = judge(more, Fidelity.FAITHFUL)
    assert verdict.refusal == replies.XSMTPAPI_ERROR
    assert verdict.findings[0].code == "xsmtpapi-to-too-many"


def test_g17_the_printed_base64_is_the_printed_json() -> None:
    """The base64 of the Ben and Joe sample holds the JSON beside it, numbers as numbers."""
    text = document("g17_sub_by_position.json").strip()
    printed = document("g17_sub_by_position.base64").strip()
    assert printed == b64(text)
    api = read(scan(g10(printed))).api
    assert api is not None
    assert api.sub == {"%name%": ["Ben", "Joe"], "%money%": [Number("288"), Number("497")]}


def test_the_guides_own_program_has_no_findings() -> None:
    """One RCPT, the first of `to`, and the header last and on one line: nothing is to be told.

    But for one thing that is true: its text has no `%money%`.
    """
    content = g10(b64(document("g17_sub_by_position.json")))
    [found] = taken(content, "ben@ifaxin.com").findings
    assert (found.code, found.where) == ("value-without-variable", "X-SMTPAPI %money%")
    strict = judge(content, Fidelity.STRICT, "sender@example.com", ["ben@ifaxin.com"])
    assert (strict.refusal, strict.findings) == (None, (found,))
    whole = content.replace(b"SendCloud Python SMTP", b"%money%")
    assert taken(whole, "ben@ifaxin.com").findings == ()


@pytest.mark.parametrize("name", ["g18_filters.json", "g19_page_id.json", "g21_send_domain.json"])
def test_g18_g19_g21_are_taken_without_a_word(name: str) -> None:
    """The samples of filters, page_id and send_domain are taken as they are printed."""
    expansion = taken(g10(b64(document(name))), "xxx@example.com")
    assert expansion.status is MessageStatus.EXPANDED
    unnamed = ["variable-without-value"] if "send_domain" in name else []  # %name% in the text
    assert codes(expansion) == unnamed


def sent(of: Account, text: str, position: int = 0, recipients: int = 1) -> Effective:
    """Return what an email of an account is sent with when its X-SMTPAPI holds this JSON."""
    return effective(of, read(scan(g10(b64(text)))).api, position, recipients)


def switches(of: Account, text: str) -> list[Chosen[bool]]:
    """Return the three kinds of tracking of an email: open, click, subscription."""
    email = sent(of, text)
    return [email.open_tracking, email.click_tracking, email.subscription_tracking]


ALL_OFF = account(open_tracking=False, click_tracking=False, subscription_tracking=False)
ALL_ON = account(open_tracking=True, click_tracking=True, subscription_tracking=True)


def test_g18_filters() -> None:
    """All three kinds are on whatever the account says, and "0" turns each off."""
    sample = document("g18_filters.json")
    off = sample.replace('"1"', '"0"')
    assert off.count('"0"') == 3
    for each in (ALL_OFF, ALL_ON):
        assert switches(each, sample) == [Chosen(True, Origin.FILTERS)] * 3
        assert switches(each, off) == [Chosen(False, Origin.FILTERS)] * 3


def marks(sample: str, position: int = 0, **of: Any) -> list[Tracked]:
    """Return what an email is tracked by whose HTML has a link and whose X-SMTPAPI is this JSON."""
    html = html_mail("<a href=http://www.ifaxin.com>%name%</a>", document=sample)
    (text,) = bodies(copies(html, **of).copy(position, "xxx@example.com"))
    return tracked(text)


def test_g18_filters_put_links_into_the_copy() -> None:
    """All three kinds stand in the HTML, or none of them."""
    sample = document("g18_filters.json")
    for of in (OFF, ALL):
        click, unsubscribe, opened = marks(sample, **of)
        assert (click.kind, click.link) == (Kind.CLICK, "http://www.ifaxin.com")
        assert unsubscribe.kind is Kind.UNSUBSCRIBE
        assert (opened.kind, opened.recipient) == (Kind.OPEN, "xxx@example.com")
        assert marks(sample.replace('"1"', '"0"'), **of) == []
        assert marks(sample, **of, tracking_domain=None) == []


def test_g18_filters_need_a_tracking_domain() -> None:
    """Page B: enable counts only when the tracking domain is configured (D45)."""
    of = account(open_tracking=True, subscription_tracking=False, tracking_domain=None)
    assert switches(of, document("g18_filters.json")) == [
        Chosen(True, Origin.ACCOUNT, InVain.NOT_CONFIGURED),
        Chosen(False, Origin.ACCOUNT, InVain.NOT_CONFIGURED),
        Chosen(False, Origin.ACCOUNT, InVain.NOT_CONFIGURED),
    ]


def test_g19_page_id() -> None:
    """The unsubscribe link leads to page 562, not to the API_USER's default page."""
    email = sent(account(default_page_id=7), document("g19_page_id.json"))
    assert email.page_id == Chosen(562, Origin.PAGE_ID)
    (link,) = marks(document("g19_page_id.json"), **SUBSCRIPTION, default_page_id=7)
    assert (link.kind, link.page_id) == (Kind.UNSUBSCRIBE, 562)


def test_g20_page_id_as_an_array() -> None:
    """The recipient at position i gets page i; an array of another length gives the default."""
    of = account(default_page_id=7)
    pages = '{"settings": {"unsubscribe": {"page_id": [562, 563, 564]}}}'
    assert [sent(of, pages, position, 3).page_id for position in range(3)] == [
        Chosen(562, Origin.PAGE_ID),
        Chosen(563, Origin.PAGE_ID),
        Chosen(564, Origin.PAGE_ID),
    ]
    for recipients in (2, 4):
        for position in range(recipients):
            assert sent(of, pages, position, recipients).page_id == Chosen(
                7, Origin.ACCOUNT, InVain.OTHER_LENGTH
            )


def test_g20_each_recipient_has_the_link_to_their_page() -> None:
    """The page is in the token; with an array of another length it is the default one."""

    def page(array: str, position: int) -> int:
        sample = (
            f'{{"to": ["a@b.c", "d@b.c"], "settings": {{"unsubscribe": {{"page_id": {array}}}}}}}'
        )
        (link,) = marks(sample, position, **SUBSCRIPTION, default_page_id=7)
        return link.page_id

    assert [page("[562, 563]", 0), page("[562, 563]", 1)] == [562, 563]
    assert [page("[562]", 0), page("[562, 563, 564]", 1)] == [7, 7]


def test_g21_send_domain() -> None:
    """The mail leaves from that domain, if permitted and verified, with RCPT as recipients."""
    sample, domain = document("g21_send_domain.json"), "customer.domain.com"
    assert read(scan(g10(b64(sample)))).to is None
    permitted = sent(account(send_domains=(domain,)), sample)
    assert permitted.sending_domain == Chosen(domain, Origin.SEND_DOMAIN)
    for of, why in (
        (account(), InVain.NOT_PERMITTED),
        (account(unverified_domains=(domain,)), InVain.NOT_VERIFIED),
    ):
        assert sent(of, sample).sending_domain == Chosen(of.sending_domain, Origin.ACCOUNT, why)


def test_g21_the_copy_leaves_from_the_domain() -> None:
    """Its envelope sender and the Message-ID it gets are there, or at the account's own domain."""
    sample, domain = document("g21_send_domain.json"), "customer.domain.com"
    for permitted, expected in (((domain,), domain), ((), account().sending_domain)):
        made = copies(html_mail("x", document=sample), send_domains=permitted)
        (number,) = [value for name, value in fields(made.copy(0, RCPT[0])) if name == "Message-ID"]
        assert number.endswith(f"@{expected}>")
        assert made.envelope_sender(0, RCPT[0]).endswith(f"@{expected}")
