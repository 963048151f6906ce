"""How mail went lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.history import Event, EventKind
from tests import builders
from tests.http.serving import get, problem, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

NOW_MS = 2 * builders.NOW_MS
"""What the clock of the application says."""


@pytest.mark.parametrize(
    ("range_", "slots", "slot_s"), [("hour", 60, 60), ("day", 48, 1800), ("week", 28, 21_600)]
)
async def test_mail_is_in_the_last_slot_when_it_comes(
    client: httpx.AsyncClient, store: Store, range_: str, slots: int, slot_s: int
) -> None:
    """Every slot is there, oldest first; how long it took is told."""
    event = Event(EventKind.REQUEST, "sandbox_user", NOW_MS + 7, 0, 0)
    await take(store, builders.expansion(events=(event,)), received_at_ms=NOW_MS)
    found = await get(client, "statistics", range=range_, api_user="sandbox_user")
    assert (found["slot_s"], len(found["items"])) == (slot_s, slots)
    assert found["items"][-1]["messages"] == {"expanded": 1}
    assert all(each["messages"] == {} for each in found["items"][:-1])
    expansion = found["expansion"]
    assert (expansion["total"], expansion["mean_ms"], expansion["largest_ms"]) == (1, 7.0, 7)
    assert found["delivery"] is None
    assert len(expansion["counts"]) == len(found["bounds_ms"]) + 1


async def test_a_range_is_one_of_three(client: httpx.AsyncClient) -> None:
    """Any other is refused, and named."""
    assert "range" in (await problem(client, "statistics", range="year"))["detail"]
