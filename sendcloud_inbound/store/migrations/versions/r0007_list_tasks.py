"""Mail to address lists: its tasks, and the messages that come of them.

Written out and not taken from the tables: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and the column by which a message names its task."""
    op.add_column("messages", sa.Column("list_task_id", sa.BigInteger))
    op.create_table(
        "list_mails",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("mail_from", sa.Text, nullable=False),
        sa.Column("label_id", sa.Text),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("transcript", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "list_tasks",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("list_key", _KEY, nullable=False),
        sa.Column("member_count", sa.Integer, nullable=False),
        sa.Column("last_key", _KEY, nullable=False),
        sa.Column("done_key", _KEY, nullable=False),
        sa.Column("mail_key", _KEY, nullable=False),
        sa.Column("is_done", sa.Boolean, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("list_tasks_order", "list_tasks", ["is_done", "key"])


def downgrade() -> None:
    """Drop them; mail that was sent stays."""
    op.drop_table("list_tasks")
    op.drop_table("list_mails")
    op.drop_column("messages", "list_task_id")
