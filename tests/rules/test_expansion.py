"""One message, one email per recipient (SENDCLOUD.md 2.2, 3.2; D11, S4, S5, S11, S12)."""

from __future__ import annotations

import base64
import json

from hypothesis import given, strategies as st

from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.lint import refused_in_strict
from sendcloud_inbound.rules.model import (
    Email,
    EmailStatus,
    Expansion,
    Fidelity,
    Level,
    MessageStatus,
)
from tests.builders import account

RCPT = ("first@ifaxin.com", "second@ifaxin.com")
INVALID = "worker: invalid XSMTP-API"
BAD = "address format error"


def content(document: object, *more: bytes) -> bytes:
    """Return a message with a JSON document in X-SMTPAPI and more header lines before it."""
    value = base64.b64encode(json.dumps(document).encode())
    return b"\r\n".join([b"Subject: Hello", *more, b"X-SMTPAPI: " + value, b"", b"Hello", b""])


def codes(expansion: Expansion) -> list[str]:
    """Return the codes of what was found."""
    return [found.code for found in expansion.findings]


def requested(*recipients: str) -> tuple[Email, ...]:
    """Return an email to each of some recipients, to be delivered."""
    return tuple(Email(at, to, EmailStatus.REQUESTED) for at, to in enumerate(recipients))


def test_without_xsmtpapi_the_rcpt_addresses_are_the_recipients() -> None:
    """The position is the order of RCPT (SENDCLOUD.md 1.5)."""
    expansion = expand(b"Subject: Hello\r\n\r\n", RCPT, ())
    assert expansion == Expansion(MessageStatus.EXPANDED, None, "Hello", (), requested(*RCPT))


def test_to_overrides_the_rcpt_addresses() -> None:
    """With `to`, RCPT does not matter (SENDCLOUD.md 3.2)."""
    expansion = expand(content({"to": ["ben@ifaxin.com"]}), RCPT, ())
    assert (expansion.status, expansion.reason) == (MessageStatus.EXPANDED, None)
    assert expansion.emails == requested("ben@ifaxin.com")
    assert codes(expansion) == ["rcpt-overridden"]


def test_cc_and_bcc_make_nobody_a_recipient() -> None:
    """Neither with `to` (D16) nor without it (S15): a header is no envelope."""
    copied = (b"To: chief@ifaxin.com", b"Cc: boss@ifaxin.com", b"Bcc: board@ifaxin.com")
    by_to = expand(content({"to": ["ben@ifaxin.com"]}, *copied), RCPT, ())
    assert by_to.emails == requested("ben@ifaxin.com")
    by_rcpt = expand(b"\r\n".join([*copied, b"", b"Hello"]), RCPT, ())
    assert by_rcpt.emails == requested(*RCPT)


def test_without_to_the_rcpt_addresses_stay() -> None:
    """X-SMTPAPI without `to`, or with nothing in it, leaves the recipients to RCPT (D15, S3)."""
    for document in ({"pubsub": {"%a%": 1}}, {"to": None}, {}):
        assert expand(content(document), RCPT, ()).emails == requested(*RCPT)
    empty = expand(b"X-SMTPAPI:\r\n\r\n", RCPT, ())
    assert (empty.status, codes(empty)) == (MessageStatus.EXPANDED, ["xsmtpapi-empty"])
    assert empty.emails == requested(*RCPT)


def test_an_address_given_twice_gets_two_emails() -> None:
    """Each position is an email of its own, in `to` and in RCPT, with a finding (S11)."""
    twice = ["ben@ifaxin.com", "joe@ifaxin.com", "ben@ifaxin.com"]
    by_to = expand(content({"to": twice}), twice[:1], ())
    assert by_to.emails == requested(*twice)
    assert codes(by_to) == ["xsmtpapi-duplicate-recipient"]
    assert "ben@ifaxin.com stands in to 2 times" in by_to.findings[0].message
    by_rcpt = expand(b"", twice, ())
    assert by_rcpt.emails == requested(*twice)
    assert codes(by_rcpt) == ["rcpt-duplicate-recipient"]


def test_an_illegal_address_in_to_becomes_invalid_by_itself() -> None:
    """That recipient is invalid with 404, the others get their mail (S12)."""
    bad = content({"to": ["Ben <ben@ifaxin.com>", "", "joe@ifaxin.com"]})
    expansion = expand(bad, ["joe@ifaxin.com"], ())
    assert expansion.status is MessageStatus.EXPANDED
    assert expansion.emails == (
        Email(0, "Ben <ben@ifaxin.com>", EmailStatus.INVALID, 404, BAD),
        Email(1, "", EmailStatus.INVALID, 404, BAD),
        Email(2, "joe@ifaxin.com", EmailStatus.REQUESTED),
    )
    assert [found.where for found in expansion.findings] == ["X-SMTPAPI to[0]", "X-SMTPAPI to[1]"]


def test_an_illegal_address_cannot_be_a_line_or_a_megabyte() -> None:
    """What goes on as recipient is cut short and free of control characters."""
    bad = "a\r\n\x00" + "b" * 500_000
    [email] = expand(content({"to": [bad]}), RCPT, ()).emails
    assert email.recipient == "a  \ufffd" + "b" * 316


def test_a_value_that_is_no_base64_makes_every_email_invalid() -> None:
    """The worker refuses the message: the RCPT list, 409, and the guide's words (S4, S5, D11)."""
    expansion = expand(b'Subject: Hi\r\nX-SMTPAPI: {"to": ["ben@ifaxin.com"]}\r\n\r\n', RCPT, ())
    assert (expansion.status, expansion.reason) == (MessageStatus.INVALID, INVALID)
    assert expansion.emails == tuple(
        Email(at, to, EmailStatus.INVALID, 409, INVALID) for at, to in enumerate(RCPT)
    )
    assert codes(expansion) == ["xsmtpapi-not-base64"]
    assert expansion.subject == "Hi"


def test_what_should_have_been_refused_is_not_delivered() -> None:
    """A message that no acceptance would have let pass is invalid, not delivered to many."""
    expansion = expand(content({"to": ["a@b.c"] * 101}), RCPT, ())
    assert (expansion.status, expansion.reason) == (MessageStatus.INVALID, INVALID)
    assert len(expansion.emails) == len(RCPT)


def test_findings_of_the_acceptance_come_first_and_once() -> None:
    """The expansion has all findings: those told at the end of DATA and its own."""
    folded = content({"to": ["a@b.c"], "category": 1}).replace(b"X-SMTPAPI: ", b"X-SMTPAPI:\r\n ")
    earlier = judge(folded, Fidelity.FAITHFUL).findings
    assert [found.code for found in earlier] == ["xsmtpapi-folded"]
    for known in (earlier, ()):
        found = codes(expand(folded, ["a@b.c"], known))
        assert found == ["xsmtpapi-folded", "xsmtpapi-unknown-key"]


def test_unknown_keys_are_told_up_to_ten() -> None:
    """A header may hold any number of unknown keys; the list of findings stays short."""
    expansion = expand(content({str(number): 1 for number in range(500)}), RCPT, ())
    unknown = ["xsmtpapi-unknown-key"] * 10
    assert codes(expansion) == ["xsmtpapi-empty-object", *unknown, "xsmtpapi-long-line"]


def test_pubsub_beats_sub_as_a_whole() -> None:
    """With both, `sub` is ignored, and said to be (SENDCLOUD.md 3.2, G9); null is absent."""
    document = {"to": ["a@b.c"], "sub": {"%a%": ["1"]}, "pubsub": {}}
    [found] = expand(content(document), ["a@b.c"], ()).findings
    assert (found.code, found.where) == ("xsmtpapi-sub-ignored", "X-SMTPAPI sub")
    alone = expand(content(document | {"pubsub": None}), ["a@b.c"], ())
    assert codes(alone) == ["value-without-variable"]


ASKS_IN_VAIN = {
    "to": list(RCPT),
    "filters": {"open_tracking": {"settings": {"enable": 1}}},
    "settings": {"unsubscribe": {"page_id": [562, 563]}},
    "send_domain": "customer.domain.com",
}


def test_what_is_asked_of_the_account_in_vain_is_told() -> None:
    """S14, D45: ignored, with a finding; the emails are the same as those of any account."""
    of = account(page_ids=(562,), tracking_domain=None)
    expansion = expand(content(ASKS_IN_VAIN), RCPT, (), of)
    assert codes(expansion) == [
        "xsmtpapi-tracking-not-configured",
        "xsmtpapi-page-unknown",
        "xsmtpapi-send-domain-not-permitted",
    ]
    assert {found.level for found in expansion.findings} == {Level.IGNORED}
    assert expansion.emails == requested(*RCPT)
    able = account(send_domains=("customer.domain.com",))
    assert expand(content(ASKS_IN_VAIN), RCPT, (), able).findings == ()


def test_without_an_account_nothing_is_said_of_it() -> None:
    """A file that is looked at away from any account has no findings about accounts."""
    assert expand(content(ASKS_IN_VAIN), RCPT, ()).findings == ()


def test_without_to_pages_are_counted_against_rcpt() -> None:
    """The list of recipients is that of RCPT then, and so is the length of page_id (D15, D41)."""
    document = {"settings": {"unsubscribe": {"page_id": [562, 563]}}}
    assert codes(expand(content(document), RCPT, (), account(page_ids=(562,)))) == [
        "xsmtpapi-page-unknown"
    ]


def test_of_an_invalid_message_nothing_more_is_asked() -> None:
    """What is not sent at all leaves from nowhere."""
    document = {"to": ["a@b.c"] * 101, "send_domain": "customer.domain.com"}
    assert "xsmtpapi-to-too-many" in codes(expand(content(document), RCPT, (), account()))
    assert not any(
        "send-domain" in code for code in codes(expand(content(document), RCPT, (), account()))
    )


def test_strict_mode_refuses_nothing_that_depends_on_the_account() -> None:
    """What is silently ignored does not fail later, so that strict mode takes it too."""
    verdict = judge(content(ASKS_IN_VAIN), Fidelity.STRICT)
    assert (verdict.refusal, verdict.findings) == (None, ())
    told = expand(content(ASKS_IN_VAIN), RCPT, (), account(tracking_domain=None)).findings
    assert len(told) == 2
    assert not any(refused_in_strict(found) for found in told)


def test_the_subject_is_decoded() -> None:
    """The subject is read as people read it; the first one counts, and none is empty."""
    coded = b"SUBJECT: =?utf-8?b?5Lqy54ix?=\r\n =?utf-8?b?55qE?= Ben\r\nSubject: 2\r\n\r\n"
    assert expand(coded, RCPT, ()).subject == "亲爱的 Ben"
    assert expand(b"A: 1\r\n\r\nSubject: no", RCPT, ()).subject == ""
    assert len(expand(b"Subject: " + b"x" * 10**6, RCPT, ()).subject) < 10**5


@given(st.binary(), st.lists(st.text(), max_size=5))
def test_any_octets_are_expanded(octets: bytes, to: list[str]) -> None:
    """Any message, and any list in `to`, becomes numbered emails that can be stored."""
    for each in (octets, b"X-SMTPAPI: " + octets, content({"to": to})):
        expansion = expand(each, RCPT, ())
        assert [email.position for email in expansion.emails] == list(range(len(expansion.emails)))
        for text in [expansion.subject, *(email.recipient for email in expansion.emails)]:
            assert not set("\r\n\x00") & set(text)
            text.encode()


# What the texts say


def with_text(document: object, text: bytes) -> bytes:
    """Return a message with a JSON document in X-SMTPAPI and a text."""
    head, _, _ = content(document).partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + text


SUBSCRIPTION = {
    "to": list(RCPT),
    "filters": {"subscription_tracking": {"settings": {"enable": "1"}}},
}


def test_an_unsubscribe_link_wants_a_place() -> None:
    """Who asks for it and says nowhere where it belongs is told of the button (6.4)."""
    link = b'<a href="%%user_defined_unsubscribe_link%%">unsubscribe</a>'
    told = expand(with_text(SUBSCRIPTION, b"Hello"), RCPT, (), account())
    assert codes(told) == ["unsubscribe-without-link"]
    assert codes(expand(with_text(SUBSCRIPTION, link), RCPT, (), account())) == []
    off = SUBSCRIPTION | {"filters": {"subscription_tracking": {"settings": {"enable": "0"}}}}
    assert codes(expand(with_text(off, b"Hello"), RCPT, (), account())) == []
    assert codes(expand(with_text(off, link), RCPT, (), account())) == ["unsubscribe-link-off"]
    # Where the API_USER alone wants it, or nothing is tracked, it would stand at every mail.
    assert codes(expand(with_text({"to": list(RCPT)}, b"Hello"), RCPT, (), account())) == []
    untracked = expand(with_text(SUBSCRIPTION, b"Hello"), RCPT, (), account(tracking_domain=None))
    assert "unsubscribe-without-link" not in codes(untracked)


def test_a_recipient_whose_copy_is_too_large_becomes_invalid() -> None:
    """The others get theirs; nothing is joined to find out (S5 for the number)."""
    document = {"to": list(RCPT), "sub": {"%x%": ["y" * 700_000, "y"]}}
    large = with_text(document, b"%x% " * 200)
    expansion = expand(large, RCPT, ())
    assert [(each.status, each.sub_status, each.reason) for each in expansion.emails] == [
        (EmailStatus.INVALID, 409, "the copy would be too large"),
        (EmailStatus.REQUESTED, None, None),
    ]
    assert "copy-too-large" in codes(expansion)
    assert judge(large, Fidelity.FAITHFUL).refusal is None
    strict = judge(large, Fidelity.STRICT)
    assert str(strict.refusal) == "552 xsmtpapi error copy-too-large"


def test_variables_and_values_that_do_not_meet_are_told() -> None:
    """S8: as advice what stays as written, as ignored what stands nowhere."""
    document = {"to": list(RCPT), "pubsub": {"%a%": "1", "%b%": "2"}}
    told = expand(with_text(document, b"%a% %c% {{b}}"), RCPT, ())
    assert sorted(codes(told)) == [
        "value-without-variable",
        "variable-in-braces",
        "variable-without-value",
    ]
