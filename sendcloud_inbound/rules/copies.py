"""The copies of one message: what each recipient gets, and what it is sent with.

Nothing of it is stored: the message's row, its octets and its account say all of it, and say the
same each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers, ids, rendering, rewriting, sending, xsmtpapi
from sendcloud_inbound.rules.model import Account, DeliveryFacts, SessionFacts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.sending import Effective


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was taken: what of it the copies depend on."""

    message_id: str
    received_at_ms: int
    session: SessionFacts
    mail_from: str
    rcpt_to: Sequence[str]
    api_user: str
    label_id: str | None
    content: bytes = field(repr=False)


class Copies:
    """A message compiled for all its recipients."""

    def __init__(self, message: Sent, account: Account | None) -> None:
        """Compile it; an API_USER that is known no more gets the defaults."""
        account = account or _unknown(message)
        self.size = len(message.content)
        """Octets of the message."""
        self._account = account
        self._api = xsmtpapi.read(headers.scan(message.content)).api
        to = self._api.to if self._api else None
        self._recipients = len(message.rcpt_to if to is None else to)
        self._facts = DeliveryFacts(
            message_id=message.message_id,
            received_at_ms=message.received_at_ms,
            session=message.session,
            mail_from=message.mail_from,
            sending_domain=sending.sending_domain(account, self._api).value,
            api_user_number=account.number,
            user_id=account.user_id,
            label_id=message.label_id,
            subscription_tracking=sending.tracking(
                "subscription_tracking", account, self._api
            ).value,
        )
        self._rendering = rendering.compile(message.content, self._api, self._facts)

    def copy(self, position: int, recipient: str) -> bytes:
        """Return the octets that one recipient gets; `CopyTooLarge` when there can be none."""
        return self._rendering.copy(position, recipient)

    def envelope_sender(self, position: int, recipient: str) -> str:
        """Return the address that a copy leaves with (SENDCLOUD.md 1.5)."""
        return rewriting.envelope_sender(self._facts, position, recipient)

    def substitutions(self, position: int) -> Mapping[str, str]:
        """Return the values of a position's variables, by name."""
        return self._rendering.substitutions(position)

    def effective(self, position: int) -> Effective:
        """Return what the email at a position is sent with, and whose word that is."""
        return sending.effective(self._account, self._api, position, self._recipients)


def _unknown(message: Sent) -> Account:
    """Return the defaults of an API_USER that is configured no more; its user id is in the id."""
    user_id = ids.parse_message_id(message.message_id).user_id
    return Account(api_user=message.api_user, api_key="", app_key="", user_id=user_id)


def offline(content: bytes, mail_from: str, rcpt_to: Sequence[str]) -> Copies:
    """Return the copies of a message that nobody took in; the same each time."""
    message_id = ids.message_id(ids.SEEDED_EPOCH_MS, 15, 6484, 8661, "sc", "10_10_127_51")  # G1
    account = Account(api_user="sandbox_user", api_key="", app_key="", user_id=15)
    sent = Sent(
        message_id=message_id,
        received_at_ms=ids.SEEDED_EPOCH_MS,
        session=SessionFacts(peer="127.0.0.1:0", helo="localhost"),
        mail_from=mail_from,
        rcpt_to=rcpt_to,
        api_user=account.api_user,
        label_id=None,
        content=content,
    )
    return Copies(sent, account)
