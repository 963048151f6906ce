"""How long mail to an address is not sent, and why (SENDCLOUD.md 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sendcloud_inbound.rules.history import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY_MS = 86_400_000

LASTS_MS: Final[Mapping[SuppressionKind, int | None]] = {
    SuppressionKind.SPAM: 180 * _DAY_MS,
    SuppressionKind.BLACKLIST: None,
    SuppressionKind.UNSUBSCRIBE: None,
}
"""How long each kind lasts; None: for good."""

SUB_STATUSES: Final[Mapping[SuppressionKind, int]] = {
    SuppressionKind.SPAM: 401,
    SuppressionKind.BLACKLIST: 401,
    SuppressionKind.UNSUBSCRIBE: 402,
}
"""What the next mail to the address is `invalid` with."""


def until_ms(kind: SuppressionKind, since_ms: int) -> int | None:
    """Return when a suppression ends by itself; None for one that does not."""
    lasts = LASTS_MS[kind]
    return None if lasts is None else since_ms + lasts
