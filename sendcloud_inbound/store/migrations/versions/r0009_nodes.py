"""The nodes of a store, and what each of them has taken.

Written out and not taken from the tables: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "nodes",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("is_worker", sa.Boolean, nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "node_usage",
        sa.Column("node_key", _KEY, nullable=False),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("seconds", sa.Text, nullable=False),
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("day_count", sa.BigInteger, nullable=False),
        sa.Column("told_at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node_key", "api_user"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("node_usage")
    op.drop_table("nodes")
