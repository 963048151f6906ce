"""The chosen recipient's copy: the email that the API tells, and what its tabs need besides."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox import email as emails
from sendcloud_inbound.http.sandbox.copy import ReadCopy
from sendcloud_inbound.http.sandbox.event_answers import LONGEST
from sendcloud_inbound.rules import tracking
from sendcloud_inbound.rules.links import leads_out
from sendcloud_inbound.rules.tracking import Kind

if TYPE_CHECKING:
    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.http.sandbox.answers import EmailDetail, EmailRow
    from sendcloud_inbound.http.sandbox.email import Found


_MOST_LINKS = 500
"""On a page: a mail may have any number; the API tells them all."""
_TRACKED = re.compile(r"https?://[^\s\"'<>/]+/track/[^\s\"'<>]+")


class Link(NamedTuple):
    """A link of a copy."""

    written: str
    """As it stands there."""
    target: str
    """Where it leads to: the same, unless it is tracked; empty for an unsubscribe link."""
    is_tracked: bool
    is_unsubscribe: bool

    @property
    def is_clickable(self) -> bool:
        """Whether a click on it can be made to happen: one on `mailto:` is told to nobody."""
        return leads_out(self.target) and len(self.target) <= LONGEST


class Chosen(NamedTuple):
    """A copy that can be shown."""

    found: Found
    octets: bytes
    detail: EmailDetail
    links: list[Link]
    path: str
    """Of the email in the API."""
    frame: str
    """Of its HTML in a frame."""


async def of_row(program: Parts, row: EmailRow) -> Chosen | problems.Problem:
    """Return the copy of an email, or why there is none."""
    found = await emails.find(program, row.email_id)
    try:
        octets = await asyncio.to_thread(found.octets)
    except problems.ProblemError as error:  # it would be too large
        return error.problem
    detail = await asyncio.to_thread(lambda: ReadCopy(octets).detail(found.email, found.copies))
    key = program.tracking.key if program.tracking else None
    quoted = quote(row.email_id.encode("utf-8", "replace"), safe="$@")
    return Chosen(
        found=found,
        octets=octets,
        detail=detail,
        links=[_link(link, key) for link in detail.links[:_MOST_LINKS]],
        path=f"/sandbox/v1/emails/{quoted}",
        frame=f"/ui/frames/{quoted}",
    )


def untracked(text: str, program: Parts) -> str:
    """Return a text with tracking links as what they stand for: they differ in every copy."""
    key = program.tracking.key if program.tracking else None
    return text if key is None else _TRACKED.sub(lambda found: _meant(found[0], key), text)


def _meant(url: str, key: bytes) -> str:
    tracked = tracking.read_url(url, key)
    if tracked is None:
        return url
    return tracked.link or f"[{tracked.kind.value}]"


def _link(written: str, key: bytes | None) -> Link:
    tracked = tracking.read_url(written, key) if key else None
    if tracked is None:
        return Link(written, written, is_tracked=False, is_unsubscribe=False)
    is_unsubscribe = tracked.kind is Kind.UNSUBSCRIBE
    return Link(written, tracked.link, is_tracked=True, is_unsubscribe=is_unsubscribe)
