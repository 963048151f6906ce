"""What only PostgreSQL does: a server goes away and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import MessageFilter
from tests.builders import record
from tests.postgres import postgres_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.store.conftest import OpenStore

pytestmark = pytest.mark.postgres

_CUT_OFF = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = :name"
)


@pytest.fixture
def named_url(postgres_url: str) -> Iterator[str]:
    """Yield the URL of an empty store whose connections can be told from others."""
    with postgres_schema(postgres_url) as url:
        options = make_url(url).query["options"]
        assert isinstance(options, str)
        name = options.partition("=")[2]
        named = make_url(url).update_query_dict({"application_name": name})
        yield named.render_as_string(hide_password=False)


def cut_off(url: str) -> int:
    """End all connections of a store, as a restart of the server does; return how many."""
    named = make_url(url)
    engine = create_engine(
        named.set(drivername="postgresql+psycopg").difference_update_query(["application_name"])
    )
    with engine.connect() as conn:
        ended = conn.execute(_CUT_OFF, {"name": named.query["application_name"]}).all()
    engine.dispose()
    return len(ended)


async def test_a_server_that_was_away_is_found_again(named_url: str, open_at: OpenStore) -> None:
    """What was under way when the connection broke fails; the next goes through a new one."""
    store = await open_at(named_url)
    await store.put(record())
    await store.messages(MessageFilter(), 10)
    assert cut_off(named_url) >= 1
    with pytest.raises(StoreUnavailable, match="cannot be written now"):
        await store.put(record())
    await store.put(record())
    assert cut_off(named_url) >= 1
    assert len((await store.messages(MessageFilter(), 10)).items) == 2
    with pytest.raises(StoreUnavailable):
        await store.claim(1, 1)
    assert len(await store.claim(1, 1)) == 1
