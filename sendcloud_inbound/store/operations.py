"""What is written: one class per kind of operation, each of which does many of its kind at once.

`perform` runs in a transaction of the writer's; the results count once that is committed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

from sendcloud_inbound.store import statements
from sendcloud_inbound.store.bulk import insert_rows, write_rows
from sendcloud_inbound.store.rows import (
    EMAIL_COLUMNS,
    EVENT_COLUMNS,
    OUTBOX_COLUMNS,
    POST_COLUMNS,
    email_rows,
    event_row,
    message_row,
    outbox_row,
    outcome_row,
    post_row,
)
from sendcloud_inbound.store.suppressions import insert_suppression
from sendcloud_inbound.store.tables import emails, events, outbox, webhook_posts

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.rules.history import Event, Post, Suppression
    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store.database import Database

Result = TypeVar("Result")

MAX_CLAIMED_OCTETS = 32 * 1024 * 1024
"""Content that one claim lends beyond its first message: memory for a worker to have at once."""

_PAGE = 4096
_EMAIL_OCTETS = 256


@dataclass(slots=True, eq=False)
class Operation(ABC, Generic[Result]):
    """Something to write, and its caller's future."""

    rank: ClassVar[int] = 1
    """Which kinds come first: new messages; last what is claimed, so that in one transaction it
    may be what was just put."""
    future: asyncio.Future[Result]
    result: Result = field(init=False)
    octets: int = field(init=False, default=_PAGE)
    """About how much is written for it."""

    @classmethod
    @abstractmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Do all of this kind, and set their results."""


class Put(Operation[None]):
    """Store a new message."""

    __slots__ = ("content", "due_at_ms", "key", "message_id", "record", "then")
    rank = 0
    key: int

    def __init__(
        self,
        future: asyncio.Future[None],
        record: Record,
        due_at_ms: int,
        then: Callable[[Connection], None] | None = None,
    ) -> None:
        self.future = future
        self.record = record
        self.due_at_ms = due_at_ms
        """When it may be claimed: at once, or after the lease of who gets it without asking."""
        self.then = then
        """What else is to be written with it, or not at all."""
        self.message_id = record.message_id
        self.content = record.submission.content
        self.octets = _PAGE + len(self.content)

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Insert the messages with their contents."""
        in_row = database.bodies.in_row
        mail = [
            (
                message_row(put.record, put.due_at_ms),
                put.record.submission.transcript,
                in_row(put.content),
            )
            for put in group
        ]
        keys = database.insert_mail(conn, mail)
        for key, put in zip(keys, group, strict=True):
            put.key, put.result = key, None
            if put.then is not None:
                put.then(conn)


@dataclass(slots=True, eq=False)
class Finish(Operation[set[int]]):
    """Write the outcomes of messages, by key, but of those where that was done already."""

    expansions: Mapping[int, Expansion]

    def __post_init__(self) -> None:
        emails = sum(len(one.emails) for one in self.expansions.values())
        self.octets = _PAGE * len(self.expansions) + _EMAIL_OCTETS * emails

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write what became of the messages, and all that follows from it."""
        del database
        wanted = {key: one for finish in reversed(group) for key, one in finish.expansions.items()}
        # Every process locks in the same order, so none waits in a ring.
        outcomes = [outcome_row(key, wanted[key]) for key in sorted(wanted)]
        keys = write_rows(conn, statements.FINISH, outcomes)
        left = set(keys)
        for finish in group:
            finish.result = left & finish.expansions.keys()
            left -= finish.result
        written = [(key, wanted[key]) for key in keys]
        rows = [row for key, one in written for row in email_rows(key, one)]
        insert_rows(conn, emails, EMAIL_COLUMNS, rows)
        insert_what_happened(conn, written)
        rows = [outbox_row(key, each) for key, one in written for each in one.pending]
        insert_rows(conn, outbox, OUTBOX_COLUMNS, rows)


@dataclass(slots=True, eq=False)
class Postpone(Operation[None]):
    """Make a message due at another time."""

    key: int
    due_at_ms: int

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write the times."""
        del database
        ordered = sorted(group, key=lambda one: one.key)  # as FINISH locks them
        conn.execute(
            statements.POSTPONE,
            [{"postponed_key": one.key, "due_at_ms": one.due_at_ms} for one in ordered],
        )
        for postpone in group:
            postpone.result = None


@dataclass(slots=True, eq=False)
class Probe(Operation[None]):
    """Write, and change nothing."""

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Write once for all."""
        del database
        conn.execute(statements.PROBE)
        for probe in group:
            probe.result = None


@dataclass(slots=True, eq=False)
class Do(Operation[Result]):
    """Something that is rarely written: a function of the connection."""

    do: Callable[[Connection], Result]

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Call them one after the other."""
        del database
        for one in group:
            one.result = one.do(conn)


@dataclass(slots=True, eq=False)
class Claim(Operation["Sequence[Row[Any]]"]):
    """Lend due messages; the result is rows of `statements.CLAIM_FRESH`."""

    rank = 2
    limit: int
    now_ms: int
    until_ms: int
    retried_first: bool

    @classmethod
    def perform(cls, conn: Connection, database: Database, group: Sequence[Self]) -> None:
        """Lend to one after the other."""
        del database
        for claim in group:
            # Whoever gave up waiting would only block its messages for the length of the lease.
            claim.result = [] if claim.future.cancelled() else _lend(conn, claim)


def perform(conn: Connection, database: Database, group: Sequence[Operation[Any]]) -> None:
    """Do a group of operations, each kind at once, and set their results."""
    chosen: dict[type[Operation[Any]], list[Operation[Any]]] = {}
    for operation in group:
        chosen.setdefault(type(operation), []).append(operation)
    for kind in sorted(chosen, key=lambda kind: kind.rank):
        kind.perform(conn, database, chosen[kind])


class _Happened(Protocol):
    """What happened to a message or an email: an `Expansion` or a `Change`."""

    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def posts(self) -> Sequence[Post]: ...
    @property
    def suppressions(self) -> Sequence[Suppression]: ...


def insert_what_happened(
    conn: Connection, happened: Sequence[tuple[int | None, _Happened]]
) -> None:
    """Insert the events, posts and suppressions of messages, by their key."""
    rows = [event_row(key, event) for key, one in happened for event in one.events]
    insert_rows(conn, events, EVENT_COLUMNS, rows)
    rows = [post_row(key, post) for key, one in happened for post in one.posts]
    insert_rows(conn, webhook_posts, POST_COLUMNS, rows)
    for _, one in happened:
        for suppression in one.suppressions:
            insert_suppression(conn, suppression)


def _lend(conn: Connection, claim: Claim) -> Sequence[Row[Any]]:
    rows = _due(conn, claim)
    if rows:
        keys = [row.key for row in rows]
        conn.execute(statements.LEND, {"keys": keys, "until_ms": claim.until_ms})
    return rows


def _due(conn: Connection, claim: Claim) -> Sequence[Row[Any]]:
    """Return what is due: many that are fresh, or one that was claimed before."""
    fresh = (statements.CLAIM_FRESH, claim.limit)
    retried = (statements.CLAIM_RETRIED, 1)
    for statement, limit in (retried, fresh) if claim.retried_first else (fresh, retried):
        rows = conn.execute(statement, {"now_ms": claim.now_ms, "limit": limit}).all()
        if rows:
            return _within_memory(rows)
    return []


def _within_memory(rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    octets = 0
    for count, row in enumerate(rows):
        octets += row.size
        if count and octets > MAX_CLAIMED_OCTETS:
            return rows[:count]
    return rows
