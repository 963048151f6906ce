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

    def may_be_asked(self, host: str, path: str) -> bool | None:
        """Tell whether a name may be asked for a path; None when it is not the tracking host."""
        if host.removesuffix(".") != self.name:
            return None
        return True if path.startswith(f"{TRACK}/") else not self.is_apart and None
