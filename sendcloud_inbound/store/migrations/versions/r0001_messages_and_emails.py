"""The first tables: messages as queue and list, their contents, and the emails made of them.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _create_messages()
    _create_contents()
    _create_emails()


def downgrade() -> None:
    """Drop the tables, and with them all mail."""
    for table in ("emails", "contents", "messages"):
        op.drop_table(table)


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("label_id", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("peer", sa.Text, nullable=False),
        sa.Column("helo", sa.Text, nullable=False),
        sa.Column("tls", sa.Text),
        sa.Column("received_at_ms", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mail_from", sa.Text, nullable=False),
        sa.Column("rcpt_to", sa.Text, nullable=False),
        sa.Column("rcpt_to_folded", sa.Text),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("subject_folded", sa.Text, nullable=False, server_default=""),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at_ms", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'expanded', 'invalid', 'refused')", name="status_is_known"
        ),
        sa.CheckConstraint("source IN ('smtp', 'api')", name="source_is_known"),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_message_id", "messages", ["message_id"], unique=True)
    for name, attempts in (("messages_fresh", "= 0"), ("messages_retried", "> 0")):
        where = sa.text(f"status = 'queued' AND attempts {attempts}")
        op.create_index(name, "messages", ["due_at_ms"], sqlite_where=where, postgresql_where=where)


def _create_contents() -> None:
    op.create_table(
        "contents",
        sa.Column("key", _KEY, primary_key=True, autoincrement=False),
        sa.Column("transcript", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary),
    )


def _create_emails() -> None:
    op.create_table(
        "emails",
        sa.Column("message_key", _KEY, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("recipient_folded", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("sub_status", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("message_key", "position"),
        sa.CheckConstraint(
            "status IN ('requested', 'delivered', 'soft_bounce', 'invalid')",
            name="status_is_known",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("emails_recipient", "emails", ["recipient_folded", "message_key"])
