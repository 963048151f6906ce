"""API_USERs that are made while the program runs.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "api_users",
        sa.Column("api_user", sa.Text, primary_key=True),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("created_at_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger),
    )


def downgrade() -> None:
    """Drop it; the mail of its API_USERs stays."""
    op.drop_table("api_users")
