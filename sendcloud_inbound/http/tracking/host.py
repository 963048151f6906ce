"""The host that tracking links lead to, as the HTTP side knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

TRACK = "/track"
"""All links are below this path (SENDCLOUD.md 6.2, 6.3)."""


@dataclass(frozen=True, slots=True)
class TrackingHost:
    """What is to be known to answer those who follow a link."""

    key: bytes = field(repr=False)
    """That the links are signed with."""
    name: str
    """As requests ask for it in Host, without a port."""
    is_apart: bool = False
    """Whether the name is that of links alone: nothing else is shown under it, as strangers know
    it from their mail."""
    chinese_pages: frozenset[int] = frozenset()
    english_pages: frozenset[int] = frozenset()
