"""The values that flow through the program, from the socket to the mailbox. All are frozen.

Those that every message makes anew are named tuples: a frozen dataclass takes four times as long
to make.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Self

    from sendcloud_inbound.rules.history import Event, Pending, Post, Suppression
    from sendcloud_inbound.rules.xsmtpapi import Reading


class MessageStatus(StrEnum):
    """Where a message stands on its way."""

    QUEUED = "queued"
    """Acknowledged with 250 and stored; the worker has not judged it yet."""
    EXPANDED = "expanded"
    """Turned into one email per recipient."""
    INVALID = "invalid"
    """Acknowledged with 250 and refused afterwards by the worker (SENDCLOUD.md 3.5)."""
    REFUSED = "refused"
    """Refused at the end of DATA: the client was told, nothing was sent; kept to be looked at."""


class EmailStatus(StrEnum):
    """Where one recipient's email stands (SENDCLOUD.md 5.1)."""

    REQUESTED = "requested"
    DELIVERED = "delivered"
    SOFT_BOUNCE = "soft_bounce"
    INVALID = "invalid"


class Level(StrEnum):
    """What SendCloud makes of the thing that a finding is about."""

    REFUSED = "refused"
    """Not taken at the end of DATA."""
    INVALID = "invalid"
    """Taken with 250, then not delivered, or delivered with a variable unreplaced."""
    IGNORED = "ignored"
    """Taken, and silently without effect."""
    ADVICE = "advice"
    """Works, yet likely not what was meant, or reported to fail in production."""


class Source(StrEnum):
    """By which door a message came."""

    SMTP = "smtp"
    API = "api"


class Fidelity(StrEnum):
    """How strict the sandbox is: as SendCloud, or refusing at once what would fail later."""

    FAITHFUL = "faithful"
    STRICT = "strict"


class AccountType(StrEnum):
    """What an API_USER may send (SENDCLOUD.md 7.12)."""

    TRIGGER = "trigger"
    """Mail that one recipient's doing causes: confirmations, passwords, receipts."""
    BATCH = "batch"
    """The same mail for many: newsletters; the only type that may use address lists."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a developer should know about a message, and how to mend it."""

    code: str
    level: Level
    where: str
    message: str
    remedy: str
    source: str


NO_PAGE = -1
"""Stands for SendCloud's own unsubscribe page, as in links seen (SENDCLOUD.md 6.2)."""


@dataclass(frozen=True, slots=True)
class Account:
    """An API_USER: the unit of login, of limits and of isolation (SENDCLOUD.md 1.4)."""

    api_user: str
    api_key: str = field(repr=False)
    app_key: str = field(repr=False)
    user_id: int
    rate_limit_per_minute: int = 20_000
    """Messages a minute, 0 for no limit (S18)."""
    daily_quota: int = 0
    """Messages a day (UTC), 0 for no limit (S19)."""
    type: AccountType = AccountType.TRIGGER
    sending_domain: str = "sandbox.sendcloud.org"
    """The one domain bound to it; a new account's test domain has this form ("How to read it")."""
    open_tracking: bool = True
    """On in a new API_USER, as `subscription_tracking` is (SENDCLOUD.md 7.11, apiuser/add)."""
    click_tracking: bool = False
    """Off in a new API_USER: SendCloud has it only with a CNAME of one's own (6.1, 7.11)."""
    subscription_tracking: bool = True
    """Cannot even be switched off in a free account (SENDCLOUD.md 6.4)."""
    default_page_id: int = NO_PAGE
    """The unsubscribe page of mail that names none."""
    page_ids: tuple[int, ...] = ()
    """The pages made in the console; none listed means that every number is known (S14)."""
    send_domains: tuple[str, ...] = ()
    """Verified ones, in lower case, that `send_domain` may name (SENDCLOUD.md 3.1)."""
    unverified_domains: tuple[str, ...] = ()
    """Those it has the permission for, but that are not verified yet; in lower case."""
    clock_offset_s: int = 0
    """How much its messageIds and the timestamps of its webhook calls are ahead, in seconds."""
    tracking_domain: str | None = "localhost"
    """Host of tracking links; None when tracking is not configured (D45)."""

    @property
    def number(self) -> int:
        """The API_USER's own number, `category_id` in tracking links (SENDCLOUD.md 6.3).

        Six digits of the name's CRC-32: the same in every process and after every restart, with
        nothing to configure or to store.
        """
        return 100_000 + zlib.crc32(self.api_user.encode()) % 900_000

    def time_ms(self, now_ms: int) -> int:
        """Return the time by the account's own clock, in milliseconds since the epoch."""
        return now_ms + 1000 * self.clock_offset_s


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known of the connection that a message came by."""

    peer: str
    helo: str
    tls: str | None = None
    """Protocol and cipher, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`; None in clear."""

    @classmethod
    def of_api(cls, peer: str) -> Self:
        """Return those of a mail by the HTTP API: delivered mail names it so (SENDCLOUD.md 6.5)."""
        return cls(peer, "sendcloud.api")


class Submission(NamedTuple):
    """A message as its client handed it over: the envelope, the exact bytes, the circumstances."""

    api_user: str
    label_id: str | None
    """The number after `#` in the login name (SENDCLOUD.md 1.4)."""
    source: Source
    session: SessionFacts
    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes
    """Unstuffed, else octet for octet as received."""
    transcript: bytes
    """The dialogue that led to it, as `rules.transcript` tells, secrets masked."""
    list_task_id: int | None = None
    """Of a mail to an address list (SENDCLOUD.md 7.5)."""

    def __repr__(self) -> str:
        """Say who sent it, and nothing of what it says."""
        return f"<Submission of {self.api_user}, {len(self.content)} octets>"


class Record(NamedTuple):
    """A submission that was judged and has its number: what the store keeps."""

    message_id: str
    submission: Submission
    received_at_ms: int
    status: MessageStatus
    """`queued` when it is acknowledged, `refused` when it is not."""
    reason: str | None
    findings: tuple[Finding, ...]
    subject: str = ""
    """Of a refused one; that of a queued one is read by the worker."""
    reading: Reading | None = None
    """X-SMTPAPI as it was read when the message was judged; not stored."""


class Email(NamedTuple):
    """One recipient's copy of a message: a row of the expansion."""

    position: int
    """From 0, in the order of `to` or of RCPT: the number in the emailId (SENDCLOUD.md 2.2)."""
    recipient: str
    status: EmailStatus
    sub_status: int | None = None
    """SENDCLOUD.md 5.2 and 5.3."""
    reason: str | None = None


class Expansion(NamedTuple):
    """What the worker made of one queued message."""

    status: MessageStatus
    """`expanded` or `invalid`."""
    reason: str | None
    subject: str
    findings: tuple[Finding, ...]
    """All of them, those of the acceptance included."""
    emails: tuple[Email, ...]
    user_headers: str = ""
    """The SC-Custom- headers as events tell them, a JSON object; empty when there are none
    (SENDCLOUD.md 4.6)."""

    events: tuple[Event, ...] = ()
    posts: tuple[Post, ...] = ()
    pending: tuple[Pending, ...] = ()
    """Of the emails whose story is not over: they are `requested`, or delivered and yet to be
    opened."""
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What the headers of delivered mail say beside the message itself (SENDCLOUD.md 6.5)."""

    message_id: str
    received_at_ms: int
    session: SessionFacts
    mail_from: str
    """As the client gave it; mail leaves with another one (SENDCLOUD.md 1.5)."""
    sending_domain: str
    api_user_number: int
    user_id: int
    label_id: str | None
    subscription_tracking: bool
    """Whether an unsubscribe address is put into the header."""


class Outgoing(NamedTuple):
    """One recipient's copy on its way out of the sandbox: to a maildir or another server."""

    email_id: str
    message_id: str
    mail_from: str
    """The envelope sender that it leaves with (SENDCLOUD.md 1.5)."""
    recipient: str
    content: bytes
    """The octets as the recipient gets them."""

    def __repr__(self) -> str:
        """Say which copy it is, and nothing of what it says."""
        return f"<Outgoing {self.email_id}, {len(self.content)} octets>"


class SendResult(NamedTuple):
    """What became of one attempt to send a copy."""

    status: EmailStatus | None
    """None: try again later."""
    sub_status: int | None
    """SENDCLOUD.md 5.2 and 5.3; without a status, that of the soft bounce it ends as when there
    is no later attempt."""
    reason: str
    """For people and for the event's `message`: one line of at most 500 characters."""
    reply: str | None
    """The server's own words, if there were any: the field `cause` of a soft bounce."""
