"""What must hold after all faults, read from the database itself and from the receiver."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.looking import looking
from tests.processes import RECIPIENTS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

_LEFT = text("""
    SELECT (SELECT count(*) FROM messages WHERE status = 'queued')
         + (SELECT count(*) FROM webhook_posts WHERE state = 'waiting')
""")
_MESSAGES = text("SELECT message_id, status FROM messages")
_EMAILS = text("""
    SELECT message_id, position, recipient, emails.status
    FROM emails JOIN messages ON messages.key = emails.message_key
""")
_REQUESTS = text("""
    SELECT message_id, count(*), min(occurred_at_ms)
    FROM events JOIN messages ON messages.key = events.message_key
    WHERE kind = 'request' GROUP BY message_id
""")
_UNTOLD = text(
    "SELECT state, count(*) FROM webhook_posts WHERE state <> 'delivered' GROUP BY state"
)


@dataclass(frozen=True)
class Found:
    """What stands in the store in the end."""

    statuses: dict[str, str]
    """Of each message."""
    email_ids: list[str]
    email_statuses: set[str]
    expanded: dict[str, tuple[int, float]]
    """Of each message, how often it was expanded, and when first."""
    untold: dict[str, int]
    """Calls of webhooks that were not delivered, by what became of them."""


def wait_for_rest(url: str, patience_s: float, tell: Callable[[int], None]) -> int:
    """Return once nothing is left to be done, or it has not become less for so long; how much is.

    `tell` hears how much is left.
    """
    left = least = sys.maxsize
    deadline = time.monotonic() + patience_s
    with looking(url) as conn:
        while time.monotonic() < deadline:
            left = conn.execute(_LEFT).scalar_one()
            conn.rollback()
            tell(left)
            if not left:
                break
            if left < least:
                least, deadline = left, time.monotonic() + patience_s
            time.sleep(0.2)
    return left


def look(url: str) -> Found:
    """Read all of it."""
    with looking(url) as conn:
        emails = conn.execute(_EMAILS).all()
        return Found(
            statuses={row[0]: row[1] for row in conn.execute(_MESSAGES)},
            email_ids=[f"{each.message_id}{each.position}${each.recipient}" for each in emails],
            email_statuses={each.status for each in emails},
            expanded={
                name: (count, at_ms / 1000) for name, count, at_ms in conn.execute(_REQUESTS)
            },
            untold={row[0]: row[1] for row in conn.execute(_UNTOLD)},
        )


def complaints(
    acknowledged: Sequence[str], found: Found, told: Counter[tuple[str, str]]
) -> list[str]:
    """Return what does not hold, a line each; `told` counts calls by event and what of."""
    wanted = {f"{m}{i}${to}" for m in acknowledged for i, to in enumerate(RECIPIENTS)}
    lost = set(acknowledged) - found.statuses.keys()
    odd = {m for m in found.statuses if found.statuses[m] != "expanded"}
    wrong = {m for m in found.statuses if found.expanded.get(m, (0, 0.0))[0] != 1}
    unheard = {e for e in found.email_ids if not told["deliver", e]}
    unheard |= {m for m in found.statuses if not told["request", m]}
    checks = {
        "acknowledged twice under one messageId": len(acknowledged) - len(set(acknowledged)),
        "acknowledged and lost": len(lost),
        "not expanded": len(odd),
        "expanded not once": len(wrong),
        "emailIds that are missing": len(wanted - set(found.email_ids)),
        "emailIds that are double": len(found.email_ids) - len(set(found.email_ids)),
        "emailIds of no message": len(found.email_ids) - len(RECIPIENTS) * len(found.statuses),
        "emails not delivered": len(found.email_statuses - {"delivered"}),
        "webhooks never received": len(unheard),
        "webhooks not delivered": sum(found.untold.values()),
    }
    return [f"{count} {what}" for what, count in checks.items() if count]
