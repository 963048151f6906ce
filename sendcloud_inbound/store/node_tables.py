"""The tables by which nodes of one store know of each other; on SQLite nobody writes into them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Identity, PrimaryKeyConstraint, Table, Text

from sendcloud_inbound.store.tables import KEY, metadata

nodes = Table(
    "nodes",
    metadata,
    Column("key", KEY, Identity(), primary_key=True),
    Column("is_worker", Boolean, nullable=False),
    Column("seen_at_ms", BigInteger, nullable=False),  # by the clock of the database
)
"""Those that live, or did until a while ago."""

node_usage = Table(
    "node_usage",
    metadata,
    Column("node_key", KEY, nullable=False),
    Column("api_user", Text, nullable=False),
    Column("seconds", Text, nullable=False),  # of the last minute: a JSON list of second and count
    Column("day", BigInteger, nullable=False),  # since the epoch, UTC
    Column("day_count", BigInteger, nullable=False),
    Column("told_at_ms", BigInteger, nullable=False),  # by the clock of the database
    PrimaryKeyConstraint("node_key", "api_user"),
    sqlite_with_rowid=False,
)
"""What each node has taken of each API_USER."""
