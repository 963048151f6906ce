"""The target of a sandbox: nothing leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.model import Email, EmailStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.ports import Claim


class Mailbox:
    """The sandbox's own mailbox: an email is delivered by being there to be looked at."""

    async def deliver(self, _claim: Claim, emails: Sequence[Email]) -> tuple[Email, ...]:
        """Deliver every email that was requested; an invalid one stays what it is."""
        requested, delivered = EmailStatus.REQUESTED, EmailStatus.DELIVERED
        return tuple(
            [
                Email(email.position, email.recipient, delivered)
                if email.status is requested
                else email
                for email in emails
            ]
        )
