"""What is written: one class per kind of operation, and one function that does many of a kind.

`perform` runs in a transaction of the writer's; the results count once that is committed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sendcloud_inbound.store import statements
from sendcloud_inbound.store.bulk import insert_rows, update_rows
from sendcloud_inbound.store.rows import (
    CONTENT_COLUMNS,
    EMAIL_COLUMNS,
    email_rows,
    message_row,
    outcome_row,
)
from sendcloud_inbound.store.tables import contents, emails

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store.database import Database

Result = TypeVar("Result")

MAX_CLAIMED_OCTETS = 32 * 1024 * 1024
"""Content that one claim lends beyond its first message: memory for a worker to have at once."""

_PAGE = 4096
_EMAIL_OCTETS = 256


@dataclass(slots=True, eq=False)
class Operation(Generic[Result]):
    """Something to write, and its caller's future."""

    future: asyncio.Future[Result]
    result: Result = field(init=False)
    octets: int = field(init=False, default=_PAGE)
    """About how much is written for it."""


class Put(Operation[None]):
    """Store a new message."""

    __slots__ = ("content", "due_at_ms", "key", "message_id", "record")
    key: int

    def __init__(self, future: asyncio.Future[None], record: Record, due_at_ms: int) -> None:
        self.future = future
        self.record = record
        self.due_at_ms = due_at_ms
        """When it may be claimed: at once, or after the lease of who gets it without asking."""
        self.message_id = record.message_id
        self.content = record.submission.content
        self.octets = _PAGE + len(self.content)


@dataclass(slots=True, eq=False)
class Claim(Operation["Sequence[Row[Any]]"]):
    """Lend due messages; the result is rows of `statements.CLAIM_FRESH`."""

    limit: int
    now_ms: int
    until_ms: int
    retried_first: bool


@dataclass(slots=True, eq=False)
class Finish(Operation[set[int]]):
    """Write the outcomes of messages, by key, but of those where that was done already."""

    expansions: Mapping[int, Expansion]

    def __post_init__(self) -> None:
        emails = sum(len(one.emails) for one in self.expansions.values())
        self.octets = _PAGE * len(self.expansions) + _EMAIL_OCTETS * emails


@dataclass(slots=True, eq=False)
class Postpone(Operation[None]):
    """Make a message due at another time."""

    key: int
    due_at_ms: int


@dataclass(slots=True, eq=False)
class Probe(Operation[None]):
    """Write, and change nothing."""


def perform(conn: Connection, database: Database, group: Sequence[Operation[Any]]) -> None:
    """Do a group of operations, each kind at once, and set their results."""
    chosen: dict[type[Operation[Any]], list[Operation[Any]]] = {}
    for operation in group:
        chosen.setdefault(type(operation), []).append(operation)
    for kind, do in _KINDS:
        if kind in chosen:
            do(conn, database, chosen[kind])


def _put(conn: Connection, database: Database, puts: Sequence[Put]) -> None:
    rows = [message_row(put.record, put.due_at_ms) for put in puts]
    keys = database.insert_messages(conn, rows)
    in_row = database.bodies.in_row
    bodies = [
        (key, put.record.submission.transcript, in_row(put.content))
        for key, put in zip(keys, puts, strict=True)
    ]
    insert_rows(conn, contents, CONTENT_COLUMNS, bodies)
    for key, put in zip(keys, puts, strict=True):
        put.key, put.result = key, None


def _finish(conn: Connection, database: Database, finishes: Sequence[Finish]) -> None:
    del database
    wanted = {key: one for finish in reversed(finishes) for key, one in finish.expansions.items()}
    # Every process locks in the same order, so none waits in a ring.
    outcomes = [outcome_row(key, wanted[key]) for key in sorted(wanted)]
    keys = update_rows(conn, statements.FINISH, outcomes)
    left = set(keys)
    for finish in finishes:
        finish.result = left & finish.expansions.keys()
        left -= finish.result
    rows = chain.from_iterable(email_rows(key, wanted[key]) for key in keys)
    insert_rows(conn, emails, EMAIL_COLUMNS, list(rows))


def _postpone(conn: Connection, database: Database, postpones: Sequence[Postpone]) -> None:
    del database
    ordered = sorted(postpones, key=lambda one: one.key)  # as STILL_QUEUED locks them
    conn.execute(
        statements.POSTPONE,
        [{"postponed_key": one.key, "due_at_ms": one.due_at_ms} for one in ordered],
    )
    for postpone in postpones:
        postpone.result = None


def _probe(conn: Connection, database: Database, probes: Sequence[Probe]) -> None:
    del database
    conn.execute(statements.PROBE)
    for probe in probes:
        probe.result = None


def _claim(conn: Connection, database: Database, claims: Sequence[Claim]) -> None:
    del database
    for claim in claims:
        # Whoever gave up waiting would only block its messages for the length of the lease.
        claim.result = [] if claim.future.cancelled() else _lend(conn, claim)


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


_KINDS: tuple[tuple[type[Any], Callable[[Connection, Database, Any], None]], ...] = (
    (Put, _put),
    (Finish, _finish),
    (Postpone, _postpone),
    (Probe, _probe),
    (Claim, _claim),
)
"""In this order: what was just put can be claimed in the same transaction."""
