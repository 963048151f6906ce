"""What each tab shows: the values that its template needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sendcloud_inbound.http.sandbox import message as messages, views
from sendcloud_inbound.http.times import to_ms
from sendcloud_inbound.http.ui.message import chosen as choosing
from sendcloud_inbound.http.ui.message.query import Tab
from sendcloud_inbound.rules import differences, headers, statuses, xsmtpapi
from sendcloud_inbound.rules.xsmtpapi.showing import to_lines

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.http.sandbox.answers import EmailRow
    from sendcloud_inbound.http.ui.message.chosen import Chosen
    from sendcloud_inbound.http.ui.message.query import MessageAsked
    from sendcloud_inbound.http.ui.message.recipients import Recipients
    from sendcloud_inbound.ports import StoredMessage

_MOST_SHOWN = 200_000
"""Characters of a source: a browser gets slow with more; all of it can be saved."""
_MOST_VARIABLES = 2_000
"""X-SMTPAPI gives 1,000 at most; a text may be full of what looks like one."""
_MOST_LINES = 2_000
"""Of a dialogue."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page is about."""

    program: Parts
    message: StoredMessage
    recipients: Recipients
    chosen: Chosen | None
    asked: MessageAsked

    async def content(self) -> bytes:
        """Return the message as it came; nothing when it was cleared meanwhile."""
        return await self.program.catalogue.content(self.message.message_id) or b""


class Cut(NamedTuple):
    """A text, or its beginning."""

    text: str
    is_cut: bool


class Said(NamedTuple):
    """One line of a dialogue."""

    at: str
    after_ms: int
    """Since its beginning."""
    who: str
    text: str


async def of_tab(tab: Tab, shown: Shown) -> Mapping[str, Any]:
    """Return the values of a tab's template."""
    return await _PANELS[tab](shown) if tab in _PANELS else {}


def cut(octets: bytes) -> Cut:
    """Return octets as text; what is no UTF-8 is written out."""
    text = octets[: 4 * _MOST_SHOWN].decode(errors="backslashreplace")[:_MOST_SHOWN]
    return Cut(text, is_cut=len(octets) > len(text.encode("utf-8", "replace")))


async def _text(shown: Shown) -> Mapping[str, Any]:
    text = shown.chosen.detail.text if shown.chosen else None
    if text is None:
        return {"plain": None}
    return {"plain": Cut(text[:_MOST_SHOWN], is_cut=len(text) > _MOST_SHOWN)}


async def _source(shown: Shown) -> Mapping[str, Any]:
    octets = shown.chosen.octets if shown.chosen else await shown.content()
    return {"source": cut(octets)}


async def _headers(shown: Shown) -> Mapping[str, Any]:
    if shown.chosen is not None:
        return {"fields": shown.chosen.detail.headers}
    fields = headers.scan(await shown.content()).fields()
    return {"fields": [views.header_field(field) for field in fields]}


async def _variables(shown: Shown) -> Mapping[str, Any]:
    if shown.chosen is None:
        return {}
    found = shown.chosen.found
    variables = await asyncio.to_thread(found.copies.variables, found.email.position)
    return {"variables": variables[:_MOST_VARIABLES]}


async def _findings(shown: Shown) -> Mapping[str, Any]:
    return {"findings": views.finding_items(shown.message.findings)}


async def _events(_shown: Shown) -> Mapping[str, Any]:
    families = {"invalid": statuses.INVALID, "soft_bounce": statuses.SOFT_BOUNCE}
    rows = {
        event: [statuses.ALL[number] for number in sorted(numbers)]
        for event, numbers in families.items()
    }
    return {"sub_statuses": rows}


async def _xsmtpapi(shown: Shown) -> Mapping[str, Any]:
    return await asyncio.to_thread(_read_xsmtpapi, await shown.content())


def _read_xsmtpapi(content: bytes) -> Mapping[str, Any]:
    block = headers.scan(content)
    field = next(iter(block.tail(xsmtpapi.NAME)), None)
    api = xsmtpapi.read(block).api
    return {
        "raw": None if field is None else cut(field.raw.strip()),
        "decoded": None if api is None else to_lines(api)[:_MOST_SHOWN],
    }


async def _dialogue(shown: Shown) -> Mapping[str, Any]:
    answer = await messages.get_transcript(shown.program.catalogue, shown.message)
    lines = bytes(answer.body).decode().splitlines()
    return {"said": [*_said(lines[:_MOST_LINES])], "is_cut": len(lines) > _MOST_LINES}


def _said(lines: list[str]) -> Iterator[Said]:
    began = None
    for line in lines:
        at, who, text = line.split(" ", 2)
        began = to_ms(at) if began is None else began
        yield Said(at, to_ms(at) - began, who[:1], text)


async def _compare(shown: Shown) -> Mapping[str, Any]:
    other = await _other(shown)
    if other is None or shown.chosen is None:
        return {"other": None}
    copy = await choosing.of_row(shown.program, other)
    if not isinstance(copy, choosing.Chosen):
        return {"other": None}
    has_html = shown.chosen.detail.html is not None and copy.detail.html is not None
    of = "html" if has_html and shown.asked.of == "html" else "text"
    return {
        "other": other,
        "of": of,
        "has_html": has_html,
        "subjects": (shown.chosen.detail.subject, copy.detail.subject),
        "differences": await asyncio.to_thread(_differences, shown.program, of, shown.chosen, copy),
    }


def _differences(program: Parts, of: str, first: Chosen, second: Chosen) -> differences.Differences:
    texts = [
        choosing.untracked((detail.html if of == "html" else detail.text) or "", program)
        for detail in (first.detail, second.detail)
    ]
    return (differences.of_html if of == "html" else differences.of_text)(*texts)


async def _other(shown: Shown) -> EmailRow | None:
    """Return the email to compare with: the one asked for, else one beside the chosen."""
    recipients, position = shown.recipients, shown.asked.other
    if position is None:
        position = recipients.previous if recipients.next is None else recipients.next
    if position is None:
        return None
    email = await shown.program.catalogue.email(shown.message.message_id, position)
    return views.email_row(email) if email else None


_PANELS: Mapping[Tab, Callable[[Shown], Awaitable[Mapping[str, Any]]]] = {
    Tab.TEXT: _text,
    Tab.SOURCE: _source,
    Tab.HEADERS: _headers,
    Tab.VARIABLES: _variables,
    Tab.COMPARE: _compare,
    Tab.FINDINGS: _findings,
    Tab.EVENTS: _events,
    Tab.XSMTPAPI: _xsmtpapi,
    Tab.DIALOGUE: _dialogue,
}
