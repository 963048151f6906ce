"""The copies of one message: what each recipient gets, and what it is sent with.

Nothing of it is stored: the message's row, its octets and its account say all of it, and say the
same each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import headers, ids, rendering, rewriting, sending, xsmtpapi
from sendcloud_inbound.rules.model import Account, DeliveryFacts, SessionFacts
from sendcloud_inbound.rules.tracking.tracking import Switches, Tracking, mailing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.headers import HeaderBlock
    from sendcloud_inbound.rules.sending import Effective
    from sendcloud_inbound.rules.substitution import Variable
    from sendcloud_inbound.rules.tracking import Host


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

    def __init__(self, message: Sent, account: Account | None, host: Host | None = None) -> None:
        """Compile it; an API_USER that is known no more gets the defaults.

        Without a host, or where the account has no tracking domain, nothing is tracked.
        """
        account = account or _unknown(message)
        self.size = len(message.content)
        """Octets of the message."""
        self._account = account
        block = headers.scan(message.content)
        self._api = xsmtpapi.read(block).api
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
            subscription_tracking=self._is_on("subscription_tracking"),
        )
        tracking = self._tracking(host, block) if host and account.tracking_domain else None
        self._rendering = rendering.compile(message.content, self._api, self._facts, tracking)

    def copy(self, position: int, recipient: str) -> bytes:
        """Return the octets that one recipient gets; `CopyTooLarge` when there can be none."""
        return self._rendering.copy(position, recipient)

    def envelope_sender(self, position: int, recipient: str) -> str:
        """Return the address that a copy leaves with (SENDCLOUD.md 1.5)."""
        return rewriting.envelope_sender(self._facts, position, recipient)

    def substitutions(self, position: int) -> Mapping[str, str]:
        """Return the values of a position's variables, by name."""
        return self._rendering.substitutions(position)

    def variables(self, position: int) -> list[Variable]:
        """Return the variables as they stand at a position: used, unused, missing."""
        return self._rendering.variables(position)

    def links(self, position: int, recipient: str) -> list[str]:
        """Return where the tracked links of a copy lead to, in order, each once."""
        return self._rendering.links(position, recipient)

    def effective(self, position: int) -> Effective:
        """Return what the email at a position is sent with, and whose word that is."""
        return sending.effective(self._account, self._api, position, self._recipients)

    def _is_on(self, kind: sending.Tracking) -> bool:
        return sending.tracking(kind, self._account, self._api).value

    def _tracking(self, host: Host, block: HeaderBlock) -> Tracking:
        return Tracking(
            host=host,
            switches=Switches(
                open=self._is_on("open_tracking"),
                click=self._is_on("click_tracking"),
                subscription=self._facts.subscription_tracking,
            ),
            message_id=self._facts.message_id,
            mailing=mailing(self._facts, block),
            page_id=self._page_id,
        )

    def _page_id(self, position: int) -> int:
        return sending.page_id(self._account, self._api, position, self._recipients).value


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
