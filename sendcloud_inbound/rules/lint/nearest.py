"""What may have been meant by a key that SendCloud does not know."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 40
"""Longer ones resemble nothing, and comparing takes its time."""

_EVENTS = "SendGrid's; for your own values set SC-Custom- headers."
_UNSUBSCRIBE = "SendGrid's; SendCloud's is settings.unsubscribe.page_id."
_NOTHING_LIKE_IT = "SendGrid's; SendCloud has nothing like it: leave it out."

_SENDGRID: Mapping[str, str] = {
    "category": _EVENTS,
    "categories": _EVENTS,
    "unique_args": _EVENTS,
    "custom_args": _EVENTS,
    "substitutions": "SendGrid's; SendCloud's are sub and pubsub.",
    "sections": "SendGrid's; SendCloud's is section.",
    "asm": _UNSUBSCRIBE,
    "asm_group_id": _UNSUBSCRIBE,
    "asm_groups_to_display": _UNSUBSCRIBE,
    "clicktrack": "SendGrid's; SendCloud's is click_tracking.",
    "opentrack": "SendGrid's; SendCloud's is open_tracking.",
    "subscriptiontrack": "SendGrid's; SendCloud's is subscription_tracking.",
    **dict.fromkeys(
        [
            "batch_id",
            "bcc",
            "bypass_list_management",
            "config_file",
            "dkim",
            "domainkeys",
            "footer",
            "forwardspam",
            "ganalytics",
            "gravatar",
            "ip_pool",
            "personalizations",
            "send_at",
            "send_each_at",
            "spamcheck",
            "template",
            "templates",
        ],
        _NOTHING_LIKE_IT,
    ),
}
"""Keys and filters of SendGrid's header of the same name (SENDCLOUD.md 3.1)."""


def hint(key: str, known: Sequence[str]) -> str:
    """Return a sentence about an unknown key, in view of those that are known in its place."""
    if len(key) > _LONGEST:
        return "Leave it out."
    name = key.strip().lower().replace("-", "_")
    if name in _SENDGRID:
        return _SENDGRID[name]
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else "Leave it out."
