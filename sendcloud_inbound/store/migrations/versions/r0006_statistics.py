"""Bounces that were taken off the list.

Written out and not taken from `tables.py`: a migration never changes again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    """Have a mark for them; nothing has it yet."""
    op.add_column(
        "emails",
        sa.Column("is_forgotten", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Drop it: what was taken off the list is there again."""
    op.drop_column("emails", "is_forgotten")
