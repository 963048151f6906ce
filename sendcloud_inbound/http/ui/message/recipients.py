"""The recipients of a message, a part of them at a time, and the one that was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox import listings, views
from sendcloud_inbound.http.sandbox.queries import EmailQuery

if TYPE_CHECKING:
    from sendcloud_inbound.http.sandbox.answers import EmailPage, EmailRow
    from sendcloud_inbound.http.ui.message.query import MessageAsked
    from sendcloud_inbound.ports import Catalogue

_AT_ONCE = 100
"""As many as X-SMTPAPI names (SENDCLOUD.md 1.6)."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Those that are listed, the chosen one, and those beside it."""

    listed: EmailPage
    chosen: EmailRow | None
    """None when the message has no emails, or none that the filters find."""
    previous: int | None
    """The position of the one before."""
    next: int | None
    is_filtered: bool


async def of_message(catalogue: Catalogue, message_id: str, asked: MessageAsked) -> Recipients:
    """Return them; a problem when one is asked for by a position that nobody has."""
    query = EmailQuery(
        message_id=message_id,
        status=asked.status,
        recipient=asked.address,
        cursor=asked.cursor,
        limit=_AT_ONCE,
    )
    listed = await listings.list_emails(catalogue, query)
    chosen = await _chosen(catalogue, message_id, asked.recipient, listed)
    at = chosen.position if chosen else None
    return Recipients(
        listed=listed,
        chosen=chosen,
        previous=None if not at else at - 1,
        next=at + 1 if at is not None and await catalogue.email(message_id, at + 1) else None,
        is_filtered=asked.status is not None or asked.address is not None,
    )


async def _chosen(
    catalogue: Catalogue, message_id: str, position: int | None, listed: EmailPage
) -> EmailRow | None:
    if position is None:
        return listed.items[0] if listed.items else None
    found = next((each for each in listed.items if each.position == position), None)
    if found is not None:
        return found
    email = await catalogue.email(message_id, position)
    if email is None:
        raise problems.ProblemError(
            problems.UNKNOWN_EMAIL, f"the message has no recipient number {position}"
        )
    return views.email_row(email)
