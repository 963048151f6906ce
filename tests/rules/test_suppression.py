"""How long mail to an address is not sent (SENDCLOUD.md 5.4)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.history import SuppressionKind
from sendcloud_inbound.rules.suppression import SUB_STATUSES, until_ms
from tests.builders import NOW_MS


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (SuppressionKind.SPAM, 180),
        (SuppressionKind.BLACKLIST, None),
        (SuppressionKind.UNSUBSCRIBE, None),
    ],
)
def test_a_suppression_ends_or_does_not(kind: SuppressionKind, days: int | None) -> None:
    """A spam report counts for 180 days, the others until somebody lifts them."""
    assert until_ms(kind, NOW_MS) == (None if days is None else NOW_MS + days * 86_400_000)


@pytest.mark.parametrize("kind", SuppressionKind)
def test_each_kind_has_its_sub_status(kind: SuppressionKind) -> None:
    """The next mail is invalid: 402 when they unsubscribed, else 401."""
    assert statuses.description(SUB_STATUSES[kind]) == (
        "unsubscribe" if kind is SuppressionKind.UNSUBSCRIBE else "in SendCloud blocklist"
    )
