"""Bounces that were taken off the list, and domains.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Have a mark for bounces, which nothing has yet, and make the table."""
    op.add_column(
        "emails",
        sa.Column("is_forgotten", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "domains",
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("api_user", "name"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop both: what was taken off the list is there again."""
    op.drop_table("domains")
    op.drop_column("emails", "is_forgotten")
