"""Makes the copies of stored messages: for people who look at them, and for servers they go to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.copies import Copies, Sent
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import Outgoing

if TYPE_CHECKING:
    from sendcloud_inbound.ports import AccountBook, Catalogue, StoredEmail, StoredMessage
    from sendcloud_inbound.rules.tracking import Host

_QUICK_OCTETS = 64 * 1024
"""Larger ones are written beside the event loop: others go on meanwhile."""


class Copier:
    """Compiles messages with the settings that their account has now."""

    def __init__(
        self, catalogue: Catalogue, accounts: AccountBook, host: Host | None = None
    ) -> None:
        """Without a host, where tracking links would lead to, nothing is tracked."""
        self._catalogue = catalogue
        self._accounts = accounts
        self._host = host
        self._lock = asyncio.Lock()
        self._latest: tuple[str, Copies] | None = None

    async def copies(self, message_id: str) -> Copies | None:
        """Return the copies of a message; None when there is no such message."""
        message = await self._catalogue.message(message_id)
        content = await self._catalogue.content(message_id)
        if message is None or content is None:
            return None
        account = self._accounts.find(message.api_user)
        # A message may have 16 MB; reading it must not hold up the mail that comes in meanwhile.
        return await asyncio.to_thread(Copies, _sent(message, content), account, self._host)

    async def outgoing(self, email: StoredEmail) -> Outgoing | None:
        """Return an email as it leaves; None when its message is gone.

        `CopyTooLarge` when there can be no copy. Emails of one message that are asked for one
        after the other have it compiled once.
        """
        async with self._lock:
            if self._latest is None or self._latest[0] != email.message_id:
                found = await self.copies(email.message_id)
                if found is None:
                    return None
                self._latest = (email.message_id, found)
            _, copies = self._latest
            octets = await _written(copies, email)
        return Outgoing(
            email_id=email_id(email.message_id, email.position, email.recipient),
            message_id=email.message_id,
            mail_from=copies.envelope_sender(email.position, email.recipient),
            recipient=email.recipient,
            content=octets,
        )


async def _written(copies: Copies, email: StoredEmail) -> bytes:
    if copies.size > _QUICK_OCTETS:
        return await asyncio.to_thread(copies.copy, email.position, email.recipient)
    return copies.copy(email.position, email.recipient)


def _sent(message: StoredMessage, content: bytes) -> Sent:
    return Sent(
        message_id=message.message_id,
        received_at_ms=message.received_at_ms,
        session=message.session,
        mail_from=message.mail_from,
        rcpt_to=message.rcpt_to,
        api_user=message.api_user,
        label_id=message.label_id,
        content=content,
    )
