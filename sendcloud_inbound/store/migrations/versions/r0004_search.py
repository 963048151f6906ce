"""The full text of messages, and its index.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table and the engine's index; what is stored gets into them by and by."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_texts",
        sa.Column("message_key", key, primary_key=True, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("grams", ARRAY(sa.Text).with_variant(sa.Text(), "sqlite")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_grams USING fts5"
            "(text, content='', detail=none, tokenize='trigram case_sensitive 1')"
        )
    else:
        op.create_index("search_texts_grams", "search_texts", ["grams"], postgresql_using="gin")


def downgrade() -> None:
    """Drop them; the mail itself stays, and how far the index was is forgotten."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_grams")
    op.drop_table("search_texts")
    op.execute("DELETE FROM facts WHERE name = 'searchable_to'")
