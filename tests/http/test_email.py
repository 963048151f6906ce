"""GET /sandbox/v1/emails/{email_id}: the copy that one recipient gets, whole and by parts."""

from __future__ import annotations

import base64
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.rules.expansion import expand
from tests import builders
from tests.http.serving import API, application, get, problem, problem_of, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

API_OBJECT = {
    "to": ["ben@ifaxin.com", "joe/cc@ifaxin.com"],
    "sub": {"%name%": ["本", "Joe"], "%money%": [288, 497]},
    "settings": {"unsubscribe": {"page_id": [562, 563]}},
    "filters": {"click_tracking": {"settings": {"enable": "1"}}},
}


def content(api: object = API_OBJECT, *, html: bool = True) -> bytes:
    """Return a message with text, HTML and an attachment, and an X-SMTPAPI."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = "support@ifaxin.com", "list@ifaxin.com"
    message["Subject"] = "Bill of %name%"
    message.set_content("Dear %name%: %money% . See https://ifaxin.com/a?b=%money%.\n")
    if html:
        message.add_alternative(
            '<p>%name% <a href="https://ifaxin.com/%money%">pay</a><a href="#top">up</a>'
            '<a href=" mailto:help@ifaxin.com ">help</a></p>',
            subtype="html",
        )
        message.add_attachment(b"\x00\xff%name%", "application", "pdf", filename="账单 1.pdf")
    head, _, body = message.as_bytes().partition(b"\r\n\r\n")
    value = base64.b64encode(json.dumps(api).encode())
    return head + b"\r\nX-SMTPAPI: " + value + b"\r\n\r\n" + body


async def stored(store: Store, octets: bytes, **fields: Any) -> list[str]:
    """Put a message, expand it as the worker does, and return its emailIds, quoted for a path."""
    expansion = expand(octets, ("first@ifaxin.com",), ())
    record = await take(store, expansion, content=octets, rcpt_to=("first@ifaxin.com",), **fields)
    return [
        quote(f"{record.message_id}{each.position}${each.recipient}", safe="$@")
        for each in expansion.emails
    ]


async def test_the_copy_is_shown_whole(client: httpx.AsyncClient, store: Store) -> None:
    """Headers, texts, attachments, links, variables and settings are those of this recipient."""
    ben, _ = await stored(store, content(), label_id="7")
    found = await get(client, f"emails/{ben}")
    assert (found["subject"], found["recipient"], found["position"]) == (
        "Bill of 本",
        "ben@ifaxin.com",
        0,
    )
    assert found["text"].startswith("Dear 本: 288 . See https://ifaxin.com/a?b=288.")
    assert found["html"].startswith('<p>本 <a href="https://ifaxin.com/288">pay</a>')
    assert found["links"] == ["https://ifaxin.com/288", "mailto:help@ifaxin.com"]
    assert found["substitutions"] == {"%name%": "本", "%money%": "288"}
    (attachment,) = found["attachments"]
    assert attachment == {
        "n": 1,
        "filename": "账单 1.pdf",
        "content_type": "application/pdf",
        "size": 8,
        "content_id": None,
    }
    names = [field["name"] for field in found["headers"]]
    assert names[:2] == ["Received", "X-SENDCLOUD-UUID"]
    assert {"name": "To", "value": "ben@ifaxin.com", "raw": None} in found["headers"]
    assert {"name": "X-SMTPAPI", "value": "", "raw": None} in found["headers"]
    assert found["mail_from"].endswith("@sandbox.sendcloud.org")


async def test_settings_say_where_they_come_from(client: httpx.AsyncClient, store: Store) -> None:
    """Each setting in force has its origin: the API_USER, or what X-SMTPAPI asks for."""
    _, joe = await stored(store, content())
    chosen = (await get(client, f"emails/{joe}"))["effective"]
    assert chosen["page_id"] == {"value": 563, "origin": "X-SMTPAPI page_id", "in_vain": None}
    assert chosen["click_tracking"] == {
        "value": True,
        "origin": "X-SMTPAPI filters",
        "in_vain": None,
    }
    assert chosen["open_tracking"]["origin"] == "account"
    assert chosen["type"]["value"] == "trigger"


async def test_what_was_asked_in_vain_is_said(client: httpx.AsyncClient, store: Store) -> None:
    """A domain without permission leaves the account's own, with the reason (S14)."""
    octets = content({"to": ["a@b.cn"], "send_domain": "customer.domain.com"})
    (one,) = await stored(store, octets)
    chosen = (await get(client, f"emails/{one}"))["effective"]["sending_domain"]
    assert chosen == {
        "value": "sandbox.sendcloud.org",
        "origin": "account",
        "in_vain": "the API_USER has no permission for the domain",
    }


async def test_raw_is_the_mail_itself(client: httpx.AsyncClient, store: Store) -> None:
    """The octets parse to the recipient's own mail; asked twice, they are the same."""
    ben, joe = await stored(store, content())
    first = await client.get(f"{API}/emails/{joe}/raw")
    assert first.headers["content-type"] == "message/rfc822"
    assert first.headers["content-disposition"].startswith("attachment;")
    mail = message_from_bytes(first.content, policy=policy.default)
    assert (mail["Subject"], mail["To"]) == ("Bill of Joe", "joe/cc@ifaxin.com")
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Dear Joe: 497 .")
    assert (await client.get(f"{API}/emails/{joe}/raw")).content == first.content
    assert (await client.get(f"{API}/emails/{ben}/raw")).content != first.content


async def test_html_runs_nothing_and_loads_nothing(client: httpx.AsyncClient, store: Store) -> None:
    """A stranger's page comes with a policy that takes script, forms and network from it."""
    ben, _ = await stored(store, content())
    page = await client.get(f"{API}/emails/{ben}/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.text.startswith("<p>本 <a")
    allowed = page.headers["content-security-policy"]
    assert "default-src 'none'" in allowed
    assert allowed.endswith("; img-src data:; sandbox")
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_text_and_attachment(client: httpx.AsyncClient, store: Store) -> None:
    """The plain part comes decoded, an attachment octet for octet, as a file by its name."""
    ben, _ = await stored(store, content())
    text = await client.get(f"{API}/emails/{ben}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith("Dear 本: 288 .")
    file = await client.get(f"{API}/emails/{ben}/attachments/1")
    assert file.content == b"\x00\xff%name%"
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == (
        "attachment; filename=\"___1.pdf\"; filename*=UTF-8''%E8%B4%A6%E5%8D%95%201.pdf"
    )


async def test_text_that_is_none_is_marked(client: httpx.AsyncClient, store: Store) -> None:
    """UTF-7 can spell half a character; what is shown of it is still UTF-8."""
    head, _, _ = content({"to": ["a@b.cn"]}, html=False).partition(b"\r\n\r\n")
    for kind in ("plain", "html"):
        changed = head.replace(
            b'text/plain; charset="utf-8"', b"text/%b; charset=utf-7" % kind.encode()
        )
        (one,) = await stored(store, changed + b"\r\n\r\n<b>+2AA-</b>\r\n")
        part = await client.get(f"{API}/emails/{one}/{'text' if kind == 'plain' else 'html'}")
        assert part.text.strip() == "<b>\ufffd</b>"
        assert (await get(client, f"emails/{one}"))["links"] == []


@pytest.mark.parametrize(
    ("path", "detail"),
    [("/html", "no HTML part"), ("/attachments/1", "no attachment 1")],
)
async def test_what_a_copy_lacks_is_a_problem(
    client: httpx.AsyncClient, store: Store, path: str, detail: str
) -> None:
    """A part that is not there is told, not an empty one given."""
    ben, _ = await stored(store, content(html=False))
    told = await problem(client, f"emails/{ben}{path}")
    assert (told["type"], told["status"], told["detail"]) == ("/docs#no-such-part", 404, detail)


@pytest.mark.parametrize(
    "email_id",
    [
        "nothing",
        "1426390015358_15_6484_8661.sc-10_10_127_51-inbound0$ben@ifaxin.com",
        "1426390015358_15_6484_8661.sc-10_10_127_51-inbound99999999999999999999$ben@ifaxin.com",
    ],
)
async def test_unknown_email_is_a_problem(client: httpx.AsyncClient, email_id: str) -> None:
    """What is no emailId, or none that is stored, gets the one clear answer."""
    told = await problem(client, f"emails/{email_id}")
    assert (told["type"], told["status"]) == ("/docs#unknown-email", 404)


async def test_another_recipient_at_the_position_is_unknown(
    client: httpx.AsyncClient, store: Store
) -> None:
    """The emailId counts as a whole: position and recipient must be of one email."""
    ben, _ = await stored(store, content())
    told = await problem(client, f"emails/{ben.replace('ben@', 'ken@')}")
    assert told["type"] == "/docs#unknown-email"


async def test_a_copy_too_large_is_none(client: httpx.AsyncClient, store: Store) -> None:
    """Values that would blow a copy up are told, and never joined."""
    octets = b"Subject: x\r\nX-SMTPAPI: %s\r\n\r\n" % base64.b64encode(
        json.dumps({"to": ["a@b.cn"], "sub": {"%x%": ["y" * 700_000]}}).encode()
    )
    (one,) = await stored(store, octets + b"%x% " * 200)
    response = await client.get(f"{API}/emails/{one}/raw")
    assert (response.status_code, problem_of(response)["type"]) == (409, "/docs#no-copy")


async def test_an_account_that_is_gone_gets_the_defaults(store: Store) -> None:
    """Mail outlives its API_USER; its user id stands in the messageId."""
    (one,) = await stored(store, content({"to": ["a@b.cn"]}), api_user="gone_user")
    async with serving(application(store, accounts=Accounts([]))) as client:
        found = await get(client, f"emails/{one}")
    log = next(each for each in found["headers"] if each["name"] == "X-SENDCLOUD-LOG")
    assert log["value"].split("#")[3] == "15"
    assert found["effective"]["sending_domain"]["value"] == builders.account().sending_domain
