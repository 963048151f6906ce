"""The calls that were told apart by a sendRequestId.

Written out and not taken from the tables: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "send_requests",
        sa.Column("api_user", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("taken_at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("send_requests_time", "send_requests", ["taken_at_ms"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("send_requests")
