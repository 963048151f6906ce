"""GET /sandbox/v1/messages/{message_id} and what hangs below it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sendcloud_inbound.rules.model import MessageStatus, Source
from tests import builders
from tests.http.serving import API, get, problem_of, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

OF_ONE = ("", "/raw", "/transcript", "/lint")
HOSTILE = (
    "unknown",
    "..",
    "../../../etc/passwd",
    "%2e%2e%2f",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "\0",
    "\r\nX-Injected: 1",
    "邮件",
    "x" * 4000,
    "a$b@c",
)


async def test_detail_shows_envelope_session_and_state(
    client: httpx.AsyncClient, store: Store
) -> None:
    """One message shows what came, how, and what became of it."""
    finding = builders.finding()
    record = await take(
        store,
        builders.expansion("a@ifaxin.com", "b@ifaxin.com", subject="Hi", findings=(finding,)),
        label_id="5",
        rcpt_to=("a@ifaxin.com", "b@ifaxin.com"),
        session=builders.session(helo="mx.example", tls="TLSv1.3 TLS_AES_256_GCM_SHA384"),
    )
    detail = await get(client, f"messages/{record.message_id}")
    assert detail["envelope"] == {
        "mail_from": "sender@example.com",
        "rcpt_to": ["a@ifaxin.com", "b@ifaxin.com"],
    }
    assert detail["session"] == {
        "peer": "127.0.0.1:40000",
        "helo": "mx.example",
        "tls": "TLSv1.3 TLS_AES_256_GCM_SHA384",
        "api_user": "sandbox_user",
        "label_id": "5",
    }
    assert (detail["status"], detail["reason"], detail["subject"]) == ("expanded", None, "Hi")
    assert [each["code"] for each in detail["findings"]] == [finding.code]
    assert [each["email_id"] for each in detail["emails"]] == [
        f"{record.message_id}0$a@ifaxin.com",
        f"{record.message_id}1$b@ifaxin.com",
    ]


async def test_headers_come_in_order_decoded_and_as_sent(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Each field is readable; where reading changed it, the value as sent stands beside it."""
    record = await take(
        store,
        content=b"X-B: 1\r\nx-a:\xff 2\r\nSubject: =?utf-8?b?5oKo5aW9?=\r\n folded\r\nX-B: 3\r\n"
        b"\r\nX-C: 4",
    )
    headers = (await get(client, f"messages/{record.message_id}"))["headers"]
    assert headers == [
        {"name": "X-B", "value": "1", "raw": None},
        {"name": "x-a", "value": "ÿ 2", "raw": "\\xff 2"},
        {
            "name": "Subject",
            "value": "您好 folded",
            "raw": "=?utf-8?b?5oKo5aW9?=\r\n folded",
        },
        {"name": "X-B", "value": "3", "raw": None},
    ]


async def test_xsmtpapi_keeps_the_spelling_of_its_numbers(
    client: httpx.AsyncClient, store: Store
) -> None:
    """X-SMTPAPI is shown decoded, and a number as it goes into the mail (S9)."""
    api = '{"to":["a@x.com"],"sub":{"%n%":[1989.0,1e400,-0]},"foreign":[null,true,"\\u60a8\\""]}'
    record = await take(store, content=_with_xsmtpapi(api.encode()))
    response = await client.get(f"{API}/messages/{record.message_id}")
    assert '"sub":{"%n%":[1989.0,1e400,-0]}' in response.text
    shown = json.loads(response.text, parse_float=str)["xsmtpapi"]
    assert shown == json.loads(api, parse_float=str)


@pytest.mark.parametrize(
    "content",
    [
        builders.CONTENT,
        b"X-SMTPAPI: ???\r\n\r\n",
        b"X-SMTPAPI:\r\n\r\n",
        b"X-SMTPAPI: bnVsbA==\r\n\r\n",
        b"",
        b"\r\n\r\nX-SMTPAPI: e30=",
        bytes(range(256)) * 4,
    ],
)
async def test_xsmtpapi_is_null_when_there_is_none_to_read(
    client: httpx.AsyncClient, store: Store, content: bytes
) -> None:
    """No header, or one that cannot be read, is null; any octets can be looked at."""
    record = await take(store, content=content)
    assert (await get(client, f"messages/{record.message_id}"))["xsmtpapi"] is None


async def test_detail_has_all_emails_however_many(client: httpx.AsyncClient, store: Store) -> None:
    """A message of more recipients than a page holds shows all of them."""
    addresses = [f"u{number}@ifaxin.com" for number in range(1001)]
    record = await take(store, builders.expansion(*addresses))
    emails = (await get(client, f"messages/{record.message_id}"))["emails"]
    assert [email["recipient"] for email in emails] == addresses


async def test_percent_encoded_id_is_the_same_id(client: httpx.AsyncClient, store: Store) -> None:
    """A client may encode any character of the messageId in the path."""
    record = await take(store)
    encoded = "".join(f"%{octet:02x}" for octet in record.message_id.encode())
    assert (await get(client, f"messages/{encoded}"))["message_id"] == record.message_id


@pytest.mark.parametrize("below", OF_ONE)
@pytest.mark.parametrize("message_id", HOSTILE)
async def test_unknown_id_is_a_404(client: httpx.AsyncClient, message_id: str, below: str) -> None:
    """Whatever stands in the place of a messageId, it is only not found."""
    told = problem_of(await client.get(f"{API}/messages/{quote(message_id, safe='')}{below}"))
    is_a_path = "/" in message_id or message_id == ".."
    kind = "unknown-path" if is_a_path else "unknown-message"
    assert (told["status"], told["type"]) == (404, f"/docs#{kind}")
    assert len(told["detail"]) < 200


async def test_unknown_message_is_named(client: httpx.AsyncClient) -> None:
    """The 404 names the messageId and says where to look."""
    told = problem_of(await client.get(f"{API}/messages/4711"))
    assert told == {
        "type": "/docs#unknown-message",
        "title": "No message has this messageId",
        "status": 404,
        "detail": "no message '4711' is stored",
        "remedy": "GET /sandbox/v1/messages lists the messages there are.",
    }


@pytest.mark.parametrize("size", [0, 300, 1_000_000])
async def test_raw_is_octet_for_octet(client: httpx.AsyncClient, store: Store, size: int) -> None:
    """The raw message is what was received, as a download that no browser shows."""
    content = (bytes(range(256)) * 4000)[:size]
    record = await take(store, content=content)
    response = await client.get(f"{API}/messages/{record.message_id}/raw")
    assert response.content == content
    assert response.headers["content-type"] == "message/rfc822"
    assert response.headers["x-content-type-options"] == "nosniff"
    name = f"{record.message_id}.eml"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_raw_has_a_safe_file_name_whatever_the_id(
    client: httpx.AsyncClient, store: Store
) -> None:
    """An odd messageId cannot break out of Content-Disposition."""
    message_id = 'a"b;邮\r\n件'
    await take(store, message_id=message_id)
    response = await client.get(_path(quote(message_id, safe=""), "/raw"))
    assert response.headers["content-disposition"] == 'attachment; filename="a_b_____.eml"'


async def test_transcript_has_times_and_ends_with_the_reply(
    client: httpx.AsyncClient, store: Store
) -> None:
    """The dialogue reads line by line, and its last line is what the client was told."""
    record = await take(
        store,
        received_at_ms=1_795_316_041_123,
        transcript=b"@1795316041120\nC: DATA\r\nS: 354 go ahead, make my day\r\n",
    )
    response = await client.get(f"{API}/messages/{record.message_id}/transcript")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text == (
        "2026-11-22T02:54:01.120Z C: DATA\n"
        "2026-11-22T02:54:01.120Z S: 354 go ahead, make my day\n"
        f"2026-11-22T02:54:01.123Z S: 250 #{record.message_id}#Queued\n"
    )


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({"status": MessageStatus.REFUSED, "reason": "552 xsmtpapi error"}, "552 xsmtpapi error"),
        ({"source": Source.API, "transcript": b""}, None),
        (
            {"findings": (builders.finding(code="forced-silence"),)},
            "(connection closed without a reply)",
        ),
    ],
)
async def test_transcript_of_what_was_not_taken_by_smtp(
    client: httpx.AsyncClient, store: Store, fields: dict[str, Any], last: str | None
) -> None:
    """A refused one ends with its refusal, or with silence; one by the API has no dialogue."""
    record = await take(store, **fields)
    lines = (await client.get(f"{API}/messages/{record.message_id}/transcript")).text.splitlines()
    assert [line.partition(" S: ")[2] for line in lines[-1:]] == ([last] if last else [])


async def test_lint_gives_the_findings_with_their_remedies(
    client: httpx.AsyncClient, store: Store
) -> None:
    """A finding says what, where, what SendCloud does, how to mend it and where that stands."""
    record = await take(store, findings=(builders.finding(),))
    assert await get(client, f"messages/{record.message_id}/lint") == {
        "items": [
            {
                "code": "xsmtpapi-not-last",
                "level": "refused",
                "where": "X-SMTPAPI",
                "message": "X-SMTPAPI is not the last header field.",
                "remedy": "Add it after all others.",
                "source": "SENDCLOUD.md 3.1",
            }
        ],
        "next_cursor": None,
    }


async def test_looking_changes_nothing(client: httpx.AsyncClient, store: Store) -> None:
    """However often a message is looked at, it stays as it is, and the worker still gets it."""
    record = await take(store)
    first = [(await client.get(_path(record.message_id, below))).content for below in OF_ONE]
    again = [(await client.get(_path(record.message_id, below))).content for below in OF_ONE]
    assert first == again
    (claim,) = await store.claim(10, lease_s=60)
    assert (claim.message_id, claim.attempts) == (record.message_id, 1)


def _path(message_id: str, below: str) -> str:
    return f"{API}/messages/{message_id}{below}"


def _with_xsmtpapi(api: bytes) -> bytes:
    return b"Subject: s\r\nX-SMTPAPI: " + base64.b64encode(api) + b"\r\n\r\nHi\r\n"
