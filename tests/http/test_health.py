"""/livez and /readyz."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.http import health
from tests.http.serving import application, problem_of, serving

if TYPE_CHECKING:
    import httpx
    import pytest

    from sendcloud_inbound.store import Store


async def test_ready_names_what_was_asked(client: httpx.AsyncClient) -> None:
    """When all checks pass, the answer is 200 with the name of each."""
    response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "checks": {"store": "ok"}}


async def test_not_ready_names_what_is_missing(client: httpx.AsyncClient, store: Store) -> None:
    """When the store is away, /readyz is a 503 that names it; /livez does not care."""
    await store.close()
    told = problem_of(await client.get("/readyz"))
    assert (told["status"], told["type"]) == (503, "/docs#not-ready")
    assert told["detail"].startswith("store: ")
    assert told["checks"]["store"] != "ok"
    live = await client.get("/livez")
    assert (live.status_code, live.json()) == (200, {"status": "alive"})


async def test_health_answers_head(client: httpx.AsyncClient) -> None:
    """A probe that asks for no body gets the status alone."""
    for path in ("/livez", "/readyz"):
        response = await client.head(path)
        assert (response.status_code, response.content) == (200, b"")


async def test_every_failing_check_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that fails, one that hangs and one that breaks are all told, each in its own words."""
    monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0.5)

    async def passes() -> None:
        pass

    async def fails() -> None:
        raise StartupError("the worker has stopped")

    async def hangs() -> None:
        await asyncio.Event().wait()

    async def breaks() -> None:
        raise RuntimeError("secret")

    checks = {"store": passes, "worker": fails, "smtp": hangs, "other": breaks}
    with capture_logs() as logged:
        async with serving(application(store, checks)) as client:
            response = await client.get("/readyz")
    assert problem_of(response)["checks"] == {
        "store": "ok",
        "worker": "the worker has stopped",
        "smtp": "no answer within 0.5 s",
        "other": "the check failed; the program's log says why",
    }
    assert "secret" not in response.text
    assert [(line["event"], line["check"]) for line in logged] == [("check_failed", "other")]


async def test_checks_run_at_the_same_time(store: Store) -> None:
    """Checks that wait for each other all pass: none waits for the one before it to end."""
    barrier = asyncio.Barrier(3)

    async def meets() -> None:
        await barrier.wait()

    async with serving(application(store, dict.fromkeys("abc", meets))) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_checks_added_later_are_asked(store: Store) -> None:
    """Readiness is of what there is at the request, as the program starts part by part."""
    checks = {"store": store.check}
    async with serving(application(store, checks)) as client:
        checks["smtp"] = store.check
        assert (await client.get("/readyz")).json()["checks"] == {"store": "ok", "smtp": "ok"}
