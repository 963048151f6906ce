"""The end-to-end tests run on each engine, but for those that are about one (`one_engine`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres import postgres_schema
from tests.servers import STORE_URL

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once per engine."""
    if metafunc.definition.get_closest_marker("one_engine") is None:
        metafunc.parametrize("engine", _ENGINES, indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let what a test starts use a store of its own on an engine: SQLite is what it does anyway."""
    name: str = getattr(request, "param", "sqlite")
    if name == "sqlite":
        yield name
        return
    with postgres_schema(request.getfixturevalue("postgres_url")) as url:
        monkeypatch.setenv(STORE_URL, url)
        yield name
