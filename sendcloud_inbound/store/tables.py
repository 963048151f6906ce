"""The tables, one text for SQLite and PostgreSQL.

`messages` is the queue as well as what is listed; `contents` keeps what is rarely read apart from
it, so that listings walk small rows; `emails` holds one row per recipient. `events` tells what
happened to them, `outbox` which emails have something before them still. `webhooks`,
`webhook_posts` and `webhook_attempts` are where events are told, what is to be told, and what came
of telling it. `outcome_rules`, `suppressions` and `domains` are people's orders, by API_USER.
`search_texts` is what is searched of messages, once they are indexed (`indexing.py`). What
API_USERs keep beside mail is in `book_tables.py`.

Every index costs each message that comes in, so there are few: listings walk the primary key
backwards. There are no foreign keys: the rows that belong together are written by one transaction,
and PostgreSQL would look up each one's parent again.

A change here needs a migration beside it (`migrations/versions`) and the new `SCHEMA_VERSION`;
`tests/store/test_migrations.py` compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
    false,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sendcloud_inbound.rules.history import EventKind, PostState, SuppressionKind
from sendcloud_inbound.rules.model import EmailStatus, MessageStatus, Source

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy import ColumnElement

SCHEMA_VERSION = "0009"
"""The migration that the tables below are the result of."""

SERVES_SINCE = "0008"
"""The oldest version of this program, by its tables, that works on today's: while nodes are
brought up one after the other, old and new ones share them. So a migration adds only what an older
program need not know: tables, and columns that are nullable or have a default. What is no longer
used goes in a later version, which raises this."""

metadata = MetaData()

KEY = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only in a column that is called INTEGER."""


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


messages = Table(
    "messages",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("api_user", Text, nullable=False),
    Column("label_id", Text),
    Column("source", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("helo", Text, nullable=False),
    Column("tls", Text),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mail_from", Text, nullable=False),
    Column("rcpt_to", Text, nullable=False),  # a JSON list
    Column("rcpt_to_folded", Text),  # NULL where it equals rcpt_to
    Column("subject", Text, nullable=False, server_default=""),
    Column("subject_folded", Text, nullable=False, server_default=""),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("findings", Text, nullable=False),  # a JSON list
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("user_headers", Text),  # a JSON object; NULL where there is none
    Column("list_task_id", BigInteger),  # NULL: it was sent to no address list
    _one_of("status", MessageStatus),
    _one_of("source", Source),
    # Keys of deleted messages never come back, so that a late `finish` hits nobody else's.
    sqlite_autoincrement=True,
)

OUTCOME = tuple(
    messages.c[name]
    for name in (
        "key",
        "status",
        "reason",
        "subject",
        "subject_folded",
        "findings",
        "user_headers",
    )
)
"""What the worker writes of a message."""

QUEUED: ColumnElement[str] = literal_column(f"'{MessageStatus.QUEUED}'")
"""In the statement's text and no parameter: only so is a partial index seen to fit."""

IS_FRESH = (messages.c.status == QUEUED) & (messages.c.attempts == literal_column("0"))
"""Queued and never claimed yet."""
IS_RETRIED = (messages.c.status == QUEUED) & (messages.c.attempts > literal_column("0"))
"""Queued and claimed before: its worker died or gave it back."""

Index("messages_message_id", messages.c.message_id, unique=True)
Index(
    "messages_fresh",
    messages.c.due_at_ms,
    sqlite_where=IS_FRESH,
    postgresql_where=IS_FRESH,
)
Index(
    "messages_retried",
    messages.c.due_at_ms,
    sqlite_where=IS_RETRIED,
    postgresql_where=IS_RETRIED,
)

contents = Table(
    "contents",
    metadata,
    Column("key", KEY, primary_key=True, autoincrement=False),  # of the message
    Column("transcript", LargeBinary, nullable=False),
    Column("content", LargeBinary),  # NULL where it is a file (see bodies.py)
)

emails = Table(
    "emails",
    metadata,
    Column("message_key", KEY, nullable=False),
    Column("position", Integer, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_folded", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("sub_status", Integer),
    Column("reason", Text),
    Column("deferrals", Integer, nullable=False, server_default="0"),
    Column("is_forgotten", Boolean, nullable=False, server_default=false()),  # its bounce
    PrimaryKeyConstraint("message_key", "position"),
    _one_of("status", EmailStatus),
    sqlite_with_rowid=False,
)
Index("emails_recipient", emails.c.recipient_folded, emails.c.message_key)

events = Table(
    "events",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("api_user", Text, nullable=False),
    Column("message_key", KEY),  # NULL where it is about none of ours
    Column("kind", Text, nullable=False),
    # What happens to many emails at once is one row: from a position on, so many.
    Column("position", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("occurred_at_ms", BigInteger, nullable=False),
    Column("details", Text),  # a JSON object; NULL where there is nothing to add
    _one_of("kind", EventKind),
)
Index("events_message", events.c.message_key)

outbox = Table(
    "outbox",
    metadata,
    Column("message_key", KEY, nullable=False),
    Column("position", Integer, nullable=False),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("is_lent", Boolean, nullable=False, server_default=false()),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("steps", Text),  # what is to happen, a JSON list; NULL: it is to be sent
    PrimaryKeyConstraint("message_key", "position"),
    sqlite_with_rowid=False,
)
Index("outbox_due", outbox.c.due_at_ms)

outcome_rules = Table(
    "outcome_rules",
    metadata,
    Column("api_user", Text, primary_key=True),
    Column("rules", Text, nullable=False),  # as they were put, JSON
    Column("changed_at_ms", BigInteger, nullable=False),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("api_user", Text, nullable=False),
    Column("address_folded", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),  # NULL: for good
    PrimaryKeyConstraint("api_user", "address_folded", "kind"),
    _one_of("kind", SuppressionKind),
    sqlite_with_rowid=False,
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("api_user", Text),  # NULL: of every API_USER
    Column("url", Text, nullable=False),
    Column("events", Text),  # a JSON list; NULL: all
    Column("is_configured", Boolean, nullable=False),  # by the settings, not by a call
    Column("is_paused", Boolean, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

webhook_posts = Table(
    "webhook_posts",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("webhook_key", KEY, nullable=False),
    Column("api_user", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("message_key", KEY),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fields", Text, nullable=False),  # a JSON object, in the order of the form
    Column("fault", Text),  # what is to be wrong about it on purpose
    Column("signed", Text),  # token, timestamp and signature to be sent again; NULL: new ones
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at_ms", BigInteger, nullable=False),
    Column("is_lent", Boolean, nullable=False, server_default=false()),
    Column("created_at_ms", BigInteger, nullable=False),
    _one_of("state", PostState),
    sqlite_autoincrement=True,
)
IS_WAITING = webhook_posts.c.state == literal_column(f"'{PostState.WAITING}'")
Index(
    "webhook_posts_waiting",
    webhook_posts.c.webhook_key,
    webhook_posts.c.due_at_ms,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
Index("webhook_posts_message", webhook_posts.c.message_key)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("post_key", KEY, nullable=False),
    Column("number", Integer, nullable=False),  # from 1
    Column("started_at_ms", BigInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("request", Text, nullable=False),  # the body as it was sent
    Column("status", Integer),  # of HTTP; NULL where there was no answer
    Column("answer", Text),  # the beginning of its body
    Column("error", Text),  # why it did not count as delivered
    sqlite_autoincrement=True,
)
Index("webhook_attempts_post", webhook_attempts.c.post_key)

api_users = Table(
    "api_users",
    metadata,
    Column("api_user", Text, primary_key=True),
    Column("settings", Text, nullable=False),  # the account, a JSON object
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger),  # NULL: stays
)
"""Those made while the program runs; the others stand in the settings."""

domains = Table(
    "domains",
    metadata,
    Column("api_user", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("api_user", "name"),
    sqlite_with_rowid=False,
)
"""Those added by call; the others stand in the settings of accounts."""

search_texts = Table(
    "search_texts",
    metadata,
    Column("message_key", KEY, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),  # folded, see rules/searchable.py
    # PostgreSQL alone: the grams of the text; SQLite has `search_grams`.
    Column("grams", ARRAY(Text).with_variant(Text(), "sqlite")),
)
Index("search_texts_grams", search_texts.c.grams, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)
_SEARCH_GRAMS = DDL(  # type: ignore[no-untyped-call]
    "CREATE VIRTUAL TABLE search_grams USING fts5"
    "(text, content='', detail=none, tokenize='trigram case_sensitive 1')"
)
"""Which grams are in which text, and nothing else: the texts stand in `search_texts`."""
_DROP_SEARCH_GRAMS = DDL("DROP TABLE search_grams")  # type: ignore[no-untyped-call]
event.listen(search_texts, "after_create", _SEARCH_GRAMS.execute_if(dialect="sqlite"))
event.listen(search_texts, "before_drop", _DROP_SEARCH_GRAMS.execute_if(dialect="sqlite"))

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the store knows about itself: its tracking key, the revision of people's orders,
how far the search index is, which older versions of this program its tables serve."""

versions = Table(
    "sendcloud_inbound_schema",
    MetaData(),  # Alembic's own table, with its columns; apart, for it is not migrated
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="sendcloud_inbound_schema_pkc"),
)
