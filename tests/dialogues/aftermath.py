"""What the sandbox API must show once a transcript was played.

Always: the messageIds that the client was told are those of the accepted messages, in their order,
but for those that it was told nothing about (`told`).
`NAME.expect.json` beside `NAME.smtp` says more: `{"messages": [...]}`, oldest first, those included
that were refused at the end of DATA. A message is described by any of the fields of
`ExpectedMessage`; what is not given is not compared. `{message_id}` in an emailId stands for the
message's own (G3).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    import httpx

API = "/sandbox/v1"
PATIENCE_S = 15.0

Answer = TypeVar("Answer")
Row = dict[str, Any]


class _Given(BaseModel):
    """Something described by some of its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def fields(self, *besides: str) -> Row:
        """Return the fields that were given, without some that are compared in another way."""
        return self.model_dump(exclude_unset=True, exclude=set(besides))


class ExpectedEmail(_Given):
    """One recipient's email."""

    email_id: str
    status: str | None = None
    sub_status: int | None = None


class ExpectedMessage(_Given):
    """One message."""

    told: bool = True
    """Whether the client was told of it when it was accepted."""
    status: str | None = None
    reason: str | None = None
    api_user: str | None = None
    label_id: str | None = None
    mail_from: str | None = None
    rcpt_to: list[str] | None = None
    subject: str | None = None
    size: int | None = None
    helo: str | None = None
    tls: bool | None = None
    """Whether it came over TLS."""
    findings: list[str] | None = None
    """Their codes, in the order of the alphabet."""
    emails: list[str | ExpectedEmail] | None = None
    """All of them by position: their ids, or more than that."""
    content: str | list[str] | None = None
    """The exact octets as text in UTF-8; a list gives lines, each ended by CRLF."""
    octets: str | None = None
    """The exact octets, a character each (Latin-1)."""

    def exact_octets(self) -> bytes | None:
        """Return the message's octets, if they are given."""
        if self.octets is not None:
            return self.octets.encode("latin-1")
        if isinstance(self.content, list):
            return "".join(f"{line}\r\n" for line in self.content).encode()
        return None if self.content is None else self.content.encode()


class Expectation(_Given):
    """All messages that a transcript leaves."""

    messages: list[ExpectedMessage]


def read_expectation(path: Path) -> Expectation | None:
    """Read an expectation, if there is that file."""
    if not path.is_file():
        return None
    return Expectation.model_validate_json(path.read_bytes())


async def check_aftermath(
    client: httpx.AsyncClient, told: tuple[str, ...], expectation: Expectation | None
) -> None:
    """Compare what the sandbox API shows with what the client was told and with the expectation."""
    wanted = expectation.messages if expectation else None
    rows = await _settled(client, len(told if wanted is None else wanted))
    if wanted is not None:
        _same("number of messages", len(rows), len(wanted))
    untold = [number for number, message in enumerate(wanted or ()) if not message.told]
    known = [row for number, row in enumerate(rows) if number not in untold]
    accepted = [row["message_id"] for row in known if row["status"] != "refused"]
    _same("messageIds of what was accepted", accepted, list(told))
    if wanted is not None:
        for row, message in zip(rows, wanted, strict=True):
            await _check_message(client, row, message)


async def wait_until(look: Callable[[], Awaitable[Answer | None]]) -> Answer:
    """Look until there is an answer; `TimeoutError` when there is none for too long."""
    async with asyncio.timeout(PATIENCE_S):
        while (answer := await look()) is None:  # noqa: ASYNC110 - no event tells of the store
            await asyncio.sleep(0.02)
    return answer


async def _settled(client: httpx.AsyncClient, count: int) -> list[Row]:
    """Wait until so many messages are there and none is queued; return them, oldest first."""

    async def look() -> list[Row] | None:
        rows = (await _items(client, "messages"))[::-1]
        settled = len(rows) >= count and all(row["status"] != "queued" for row in rows)
        return rows if settled else None

    return await wait_until(look)


async def _check_message(client: httpx.AsyncClient, row: Row, wanted: ExpectedMessage) -> None:
    path = f"messages/{row['message_id']}"
    facts = row | _facts((await _get(client, path)).json())
    fields = wanted.fields("told", "emails", "content", "octets")
    _same(path, {name: facts[name] for name in fields}, fields)
    if (octets := wanted.exact_octets()) is not None:
        _same(f"{path}/raw", (await _get(client, f"{path}/raw")).content, octets)
    if wanted.emails is not None:
        _check_emails(row["message_id"], await _emails(client, row["message_id"]), wanted.emails)


def _same(what: str, seen: object, wanted: object) -> None:
    assert seen == wanted, f"{what}:\n  seen   {seen!r}\n  wanted {wanted!r}"


def _facts(detail: Row) -> Row:
    """Take from a message's details what an expectation can name."""
    return {
        "reason": detail["reason"],
        "helo": detail["session"]["helo"],
        "tls": detail["session"]["tls"] is not None,
        "findings": sorted(finding["code"] for finding in detail["findings"]),
    }


def _check_emails(message_id: str, items: list[Row], wanted: list[str | ExpectedEmail]) -> None:
    emails = [ExpectedEmail(email_id=each) if isinstance(each, str) else each for each in wanted]
    ids = [email.email_id.replace("{message_id}", message_id) for email in emails]
    _same("emailIds", [item["email_id"] for item in items], ids)
    for item, email in zip(items, emails, strict=True):
        fields = email.fields("email_id")
        _same(item["email_id"], {name: item[name] for name in fields}, fields)


async def _emails(client: httpx.AsyncClient, message_id: str) -> list[Row]:
    emails = await _items(client, "emails", message_id=message_id)
    return sorted(emails, key=lambda email: email["position"])


async def _items(client: httpx.AsyncClient, listing: str, **wanted: str) -> list[Row]:
    """Return the items of all pages of a listing."""
    page = (await _get(client, listing, **wanted)).json()
    items: list[Row] = page["items"]
    while page["next_cursor"]:
        page = (await _get(client, listing, cursor=page["next_cursor"], **wanted)).json()
        items += page["items"]
    return items


async def _get(client: httpx.AsyncClient, path: str, **params: str) -> httpx.Response:
    return (await client.get(f"{API}/{path}", params=params)).raise_for_status()
