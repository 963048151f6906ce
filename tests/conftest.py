"""What all tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import uvloop
from hypothesis import HealthCheck, settings

from tests.postgres import postgres_server

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

# How long an example takes, or making it, says how busy the machine is.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run on the event loop that the program runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def postgres_url(testrun_uid: str) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server."""
    with postgres_server(testrun_uid) as url:
        yield url
