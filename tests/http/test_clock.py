"""/sandbox/v1/clock: what it takes and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.http.serving import API, application, problem_of, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store


async def test_it_is_set_moved_on_and_stopped_in_one_call(client: httpx.AsyncClient) -> None:
    """In this order; without a word about standing it stays as it was."""
    order: dict[str, object] = {"set": "2030-01-01T12:00:00Z", "advance_s": 1.5, "freeze": True}
    face = {"now": "2030-01-01T12:00:01.500Z", "is_frozen": True}
    assert (await client.post(f"{API}/clock", json=order)).json() == face
    face["now"] = "2030-01-01T12:00:02.000Z"
    assert (await client.post(f"{API}/clock", json={"advance_s": 0.5})).json() == face
    face["is_frozen"] = False
    assert (await client.post(f"{API}/clock", json={"freeze": False})).json() == face
    assert (await client.get(f"{API}/clock")).json() == face


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({}, "it orders nothing; give set, advance_s or freeze"),
        ({"set": "noon"}, "a time is ISO 8601"),
        ({"set": "2199-12-31T00:00:00Z", "advance_s": 86_401}, "after 2200"),
        ({"set": "2009-12-31T23:59:59Z"}, "before the year 2010"),
        ({"advance_s": -1}, "advance_s"),
        ({"advance": 1}, "advance"),
    ],
)
async def test_what_is_no_time_is_refused(
    client: httpx.AsyncClient, order: dict[str, object], why: str
) -> None:
    """With the reason, and the clock as it was."""
    before = (await client.get(f"{API}/clock")).json()
    told = problem_of(await client.post(f"{API}/clock", json=order))
    assert (told["status"], told["type"]) == (400, "/docs#bad-body")
    assert why in told["detail"]
    assert (await client.get(f"{API}/clock")).json() == before


async def test_one_of_several_processes_keeps_the_real_time(store: Store) -> None:
    """The others would go on by theirs."""
    async with serving(application(store, sees_all=False)) as client:
        assert (await client.get(f"{API}/clock")).status_code == 200
        told = problem_of(await client.post(f"{API}/clock", json={"advance_s": 1}))
        assert (told["status"], told["type"]) == (409, "/docs#shared-clock")
        assert problem_of(await client.delete(f"{API}/clock"))["status"] == 409
