"""What only PostgreSQL does: a server goes away and comes back, and transactions side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.store.tables import messages, outbox
from tests.builders import expansion, record
from tests.postgres import cut_off, named_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.store.conftest import OpenStore

pytestmark = pytest.mark.postgres

_WAITS = text(
    "SELECT pid FROM pg_stat_activity WHERE application_name = :name AND wait_event_type = 'Lock'"
)


@pytest.fixture
def named_url(postgres_url: str) -> Iterator[str]:
    """Yield the URL of an empty store whose connections can be told from others."""
    with named_schema(postgres_url) as url:
        yield url


async def test_a_server_that_was_away_is_found_again(named_url: str, open_at: OpenStore) -> None:
    """Nobody notices: what finds its connection broken goes through a new one."""
    store = await open_at(named_url)
    await store.put(record())
    await store.messages(MessageFilter(), 10)
    assert cut_off(named_url) >= 1
    await store.put(record())
    assert cut_off(named_url) >= 1
    assert len((await store.messages(MessageFilter(), 10)).items) == 2
    (claim,) = await store.claim(1, 30)
    assert cut_off(named_url) >= 1
    assert await store.finish({claim.key: expansion()}) == {claim.key}


async def test_a_connection_that_breaks_at_the_commit_is_not_tried_again(
    named_url: str, open_at: OpenStore
) -> None:
    """Whether it counts is open then: its caller hears that it failed, and nothing is doubled."""
    store = await open_at(named_url)

    def cut(conn: Connection) -> None:
        pid = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with conn.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with pytest.raises(StoreUnavailable, match="cannot be written now"):
        await store.put(record(), cut)
    assert len((await store.messages(MessageFilter(), 10)).items) == 0
    await store.put(record())


async def test_what_is_written_while_its_message_is_erased_goes_too(
    named_url: str, open_at: OpenStore
) -> None:
    """Another process finishes the message: nothing is left that nobody would ever take up."""
    store = await open_at(named_url)
    await store.put(record())
    url = make_url(named_url)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["application_name"])
    )
    with engine.connect() as watching, engine.connect() as finishing:
        key = finishing.scalars(select(messages.c.key).with_for_update()).one()
        row = {"message_key": key, "position": 0, "due_at_ms": 0}
        finishing.execute(insert(outbox).values(row))
        erasing = asyncio.create_task(store.eraser.erase(MessageFilter()))
        name = {"name": url.query["application_name"]}
        async with asyncio.timeout(20):
            while not watching.execute(_WAITS, name).all():
                watching.rollback()
                await asyncio.sleep(0.01)
        finishing.commit()
        assert await erasing == 1
        assert finishing.execute(select(outbox)).all() == []
    engine.dispose()
