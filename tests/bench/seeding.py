"""Fills a store fast: straight through its own tables, as if each message had been taken and sent.

The rows are the same: the store's own functions make them, those of the search index too. For a
SQLite file that nobody else has open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, insert, text

from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.rules import searchable
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.store import grams, open_store, rows, tables
from sendcloud_inbound.store.bulk import insert_rows
from sendcloud_inbound.store.searching import REACHED
from tests.bench.searching import USERS, mail
from tests.builders import NOW_MS, expansion, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

_AT_ONCE = 1_000
_WORDS = 12
"""In each message: what most sandboxes get is short."""


def seed(path: Path, messages: int, advance: Callable[[int], None]) -> None:
    """Make a store with so many messages, of 50 API_USERs, to `r<number>@ifaxin.com`."""
    asyncio.run(_make(path))
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as conn:
        conn.execute(text("PRAGMA synchronous = OFF"))
        for first in range(1, messages + 1, _AT_ONCE):
            keys = range(first, min(first + _AT_ONCE, messages + 1))
            _insert(conn, keys)
            conn.commit()
            advance(len(keys))
        conn.execute(insert(tables.facts).values(name=REACHED, value=str(messages)))
        conn.commit()
        conn.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()


async def _make(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}", clock=SandboxClock())
    await store.close()


def _insert(conn: Connection, keys: range) -> None:
    taken: list[tuple[Any, ...]] = []
    bodies: list[tuple[Any, ...]] = []
    emails: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    texts: dict[int, str] = {}
    for key in keys:
        user, to, content = f"user_{key % USERS}", f"r{key}@ifaxin.com", mail(key, _WORDS)
        subject = f"Order A{key:07}"
        one = record(
            api_user=user,
            content=content,
            rcpt_to=(to,),
            status=MessageStatus.EXPANDED,
            subject=subject,
            received_at_ms=NOW_MS + key,
        )
        taken.append((key, *rows.message_row(one, 0)))
        bodies.append((key, one.submission.transcript, content))
        emails += rows.email_rows(key, expansion(to))
        kinds = (EventKind.REQUEST, EventKind.DELIVER)
        events += [(user, key, kind.value, 0, 1, NOW_MS + key, None) for kind in kinds]
        addresses = (one.submission.mail_from, to)
        found = searchable.Searched(user, subject, addresses, content)
        texts[key] = searchable.text_of(found)
    insert_rows(conn, tables.messages, ("key", *rows.MESSAGE_COLUMNS), taken)
    insert_rows(conn, tables.contents, rows.CONTENT_COLUMNS, bodies)
    insert_rows(conn, tables.emails, rows.EMAIL_COLUMNS, emails)
    insert_rows(conn, tables.events, rows.EVENT_COLUMNS, events)
    grams.add(conn, texts)
