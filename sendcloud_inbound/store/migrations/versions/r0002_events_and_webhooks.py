"""What happens to mail: events, the outbox, webhooks, people's orders.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = (
    "'request', 'deliver', 'open', 'click', 'unsubscribe', 'report_spam', 'invalid', "
    "'soft_bounce', 'route'"
)


def upgrade() -> None:
    """Add the columns and make the tables."""
    op.add_column("messages", sa.Column("user_headers", sa.Text))
    op.add_column("emails", sa.Column("deferrals", sa.Integer, nullable=False, server_default="0"))
    _create_events()
    _create_outbox()
    _create_orders()
    _create_webhooks()
    _create_posts()
    _create_attempts()
    op.create_table(
        "facts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them, and with them what happened."""
    for table in (
        "facts", "webhook_attempts", "webhook_posts", "webhooks", "suppressions", "outcome_rules",
        "outbox", "events",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("emails", "deferrals")
    op.drop_column("messages", "user_headers")


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("message_key", _KEY),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("occurred_at_ms", sa.BigInteger, nullable=False),
        sa.Column("details", sa.Text),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name="kind_is_known"),
    )
    op.create_index("events_message", "events", ["message_key"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("message_key", _KEY, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("due_at_ms", sa.BigInteger, nullable=False),
        sa.Column("is_lent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("steps", sa.Text),
        sa.PrimaryKeyConstraint("message_key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("outbox_due", "outbox", ["due_at_ms"])


def _create_orders() -> None:
    op.create_table(
        "outcome_rules",
        sa.Column("api_user", sa.Text, primary_key=True),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("changed_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "suppressions",
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("address_folded", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("api_user", "address_folded", "kind"),
        sa.CheckConstraint("kind IN ('unsubscribe', 'spam', 'blacklist')", name="kind_is_known"),
        sqlite_with_rowid=False,
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.Text),
        sa.Column("is_configured", sa.Boolean, nullable=False),
        sa.Column("is_paused", sa.Boolean, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )


def _create_posts() -> None:
    op.create_table(
        "webhook_posts",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("webhook_key", _KEY, nullable=False),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("message_key", _KEY),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("fault", sa.Text),
        sa.Column("signed", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at_ms", sa.BigInteger, nullable=False),
        sa.Column("is_lent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'given_up', 'dropped')", name="state_is_known"
        ),
        sqlite_autoincrement=True,
    )
    where = sa.text("state = 'waiting'")
    op.create_index(
        "webhook_posts_waiting",
        "webhook_posts",
        ["webhook_key", "due_at_ms"],
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("webhook_posts_message", "webhook_posts", ["message_key"])


def _create_attempts() -> None:
    op.create_table(
        "webhook_attempts",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("post_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_at_ms", sa.BigInteger, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.Column("error", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index("webhook_attempts_post", "webhook_attempts", ["post_key"])
