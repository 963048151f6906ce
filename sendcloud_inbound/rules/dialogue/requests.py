"""What the server offers, and what a session asks of whoever drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import replies

if TYPE_CHECKING:
    from sendcloud_inbound.rules.addresses import Path
    from sendcloud_inbound.rules.replies import Reply


@dataclass(frozen=True, slots=True)
class Terms:
    """What the server offers and how much it takes; 0 means no limit (S17)."""

    max_message_bytes: int = 16_000_000
    """Octets after 354, the final `.CRLF` included (D5, HARAKA.md 4)."""
    max_recipients: int = 0
    max_messages: int = 0
    """Messages in one session."""
    max_unrecognized: int = 0
    """The command that is not understood and closes the session."""
    starttls: bool = False
    asks_sender: bool = False
    """Whether MAIL is put before the driver, or taken as it is."""
    asks_recipient: bool = False
    asks_recipient_at: str | None = None
    """Recipients whose address ends so are put before the driver, others only where a transaction
    has them asked about (`Dialogue.asks_recipient`): an ordinary RCPT costs no question."""
    ehlo: Reply = field(init=False, repr=False)
    ehlo_in_tls: Reply = field(init=False, repr=False)

    def __post_init__(self) -> None:
        clear = replies.ehlo(self.max_message_bytes, starttls=self.starttls)
        in_tls = replies.ehlo(self.max_message_bytes, starttls=False)
        object.__setattr__(self, "ehlo", clear)
        object.__setattr__(self, "ehlo_in_tls", in_tls)


@dataclass(frozen=True, slots=True)
class Login:
    """Check these credentials; 235 logs the session in."""

    username: bytes
    password: bytes = field(repr=False)
    failures: int
    """How many logins of this session failed before."""


@dataclass(frozen=True, slots=True)
class Sender:
    """May this sender begin a transaction? 250 begins it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Recipient:
    """May this recipient be added? 250 adds it."""

    path: Path


class Message(NamedTuple):
    """Take this message; whatever the answer, the transaction is over."""

    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    transcript: bytes
    """The dialogue: from the connection to the login, then from the last message to this dot."""


@dataclass(frozen=True, slots=True)
class StartTls:
    """Send what waits, change to TLS, then call `tls_started`."""


@dataclass(frozen=True, slots=True)
class Close:
    """Send what waits, then close the connection."""

    lingers: bool
    """The client may still be sending: a reset would take the last reply from it."""


Request = Login | Sender | Recipient | Message | StartTls | Close
