"""Labels, templates and address lists.

Written out and not taken from `book_tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _make_labels()
    _make_templates()
    _make_address_lists()
    _make_address_members()


def downgrade() -> None:
    """Drop them; mail that carries a label's number keeps it."""
    for table in ("address_members", "address_lists", "templates", "labels"):
        op.drop_table(table)


def _make_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False),
        *_times(),
        sqlite_autoincrement=True,
    )
    op.create_index("labels_name", "labels", ["api_user", "name"], unique=True)
    number = sa.cast(sa.column("key"), sa.Text)
    op.create_index("labels_number", "labels", [sa.column("api_user"), number])


def _make_templates() -> None:
    op.create_table(
        "templates",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("invoke_name", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.Integer, nullable=False),
        sa.Column("stat", sa.Integer, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger),
        sa.Column("content_summary", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
    )
    op.create_index("templates_name", "templates", ["api_user", "invoke_name"], unique=True)


def _make_address_lists() -> None:
    op.create_table(
        "address_lists",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("api_user", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("list_type", sa.Integer, nullable=False),
        sa.Column("member_count", sa.Integer, nullable=False, server_default="0"),
        *_times(),
        sqlite_autoincrement=True,
    )
    columns = ["api_user", "address"]
    op.create_index("address_lists_address", "address_lists", columns, unique=True)


def _make_address_members() -> None:
    op.create_table(
        "address_members",
        sa.Column("key", _KEY, sa.Identity(), primary_key=True),
        sa.Column("list_key", _KEY, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("address_folded", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("vars", sa.Text, nullable=False),
        *_times(),
        sqlite_autoincrement=True,
    )
    op.create_index("address_members_order", "address_members", ["list_key", "key"])
    columns = ["list_key", "address_folded"]
    op.create_index("address_members_address", "address_members", columns, unique=True)


def _times() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_at_ms", sa.BigInteger, nullable=False),
    )
