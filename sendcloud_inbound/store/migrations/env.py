"""What Alembic runs: all migrations on the connection, and in the transaction, of `schema.py`."""

from __future__ import annotations

from alembic import context

from sendcloud_inbound.store.tables import metadata, versions

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=versions.name,
)
with context.begin_transaction():
    context.run_migrations()
