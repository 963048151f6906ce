"""Work in rounds: on after failures, calmer each time, and over at a stop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rounds import Rounds, is_set_within

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Noted(Rounds):
    """Rounds that note how long they would pause, and do not."""

    def __init__(self) -> None:
        super().__init__("worker", first_wait_s=1, longest_wait_s=5)
        self.pauses: list[float] = []

    async def pause(self, most_s: float) -> None:
        """Note it."""
        self.pauses.append(most_s)
        await super().pause(0)


def failing(rounds: Rounds, *failures: Exception | None) -> Callable[[], Awaitable[None]]:
    """Return work that fails so, round by round, and then stops the rounds."""
    left = list(failures)

    async def work() -> None:
        if not left:
            rounds.stop()
        elif (failure := left.pop(0)) is not None:
            raise failure

    return work


async def test_the_wait_doubles_with_each_failure_in_a_row() -> None:
    """Up to the longest; a round that went well begins anew."""
    rounds, bug = Noted(), ValueError("a bug")
    await rounds.run(failing(rounds, bug, bug, bug, bug, bug, None, bug))
    assert rounds.pauses == [1, 2, 4, 5, 5, 1]


async def test_each_failure_is_logged() -> None:
    """What is expected in a word, all else with its traceback."""
    rounds, bug = Noted(), ValueError("a bug")
    with capture_logs() as logged:
        await rounds.run(failing(rounds, StoreUnavailable("away"), bug))
    assert logged == [
        {"event": "worker_waiting", "log_level": "warning", "error": "away", "failures": 1},
        {"event": "worker_failed", "log_level": "error", "exc_info": bug, "failures": 2},
    ]


async def test_a_cancelled_round_ends_them() -> None:
    """Whoever cancels the task wants it to end."""
    rounds = Noted()
    running = asyncio.create_task(rounds.run(asyncio.Event().wait))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_stop_ends_every_pause() -> None:
    """Those under way, and those that come after it; nobody waits for an hour."""
    rounds = Rounds("worker")
    never = asyncio.get_running_loop().create_future()
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(rounds.run(lambda: rounds.pause(3600)))
        group.create_task(rounds.pause(3600))
        group.create_task(rounds.until(never))
        await asyncio.sleep(0)
        rounds.stop()
    assert never.cancelled()
    async with asyncio.timeout(10):
        await rounds.pause(3600)
    assert rounds.is_stopped


async def test_what_a_wait_raises_comes_out() -> None:
    """A wait that fails is a round that fails."""

    async def fail() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        await Rounds("worker").until(fail())


async def test_a_write_is_repeated_until_the_store_is_back() -> None:
    """Each failure is logged with what it is about."""
    rounds, away = Noted(), StoreUnavailable("away")
    with capture_logs() as logged:
        assert await rounds.insist(failing(rounds, away, away, None), lambda: False, email_id="x")
    assert rounds.pauses == [1, 2]
    assert [(each["event"], each["email_id"], each["failures"]) for each in logged] == [
        ("worker_waiting", "x", 1),
        ("worker_waiting", "x", 2),
    ]


@pytest.mark.parametrize("is_stopped", [True, False])
async def test_a_write_is_given_up_when_it_is_too_late(is_stopped: bool) -> None:  # noqa: FBT001
    """After its lease, and after a stop, it is tried once and not again."""
    rounds = Noted()
    if is_stopped:
        rounds.stop()
    write = failing(rounds, *[StoreUnavailable("away")] * 9)
    assert not await rounds.insist(write, lambda: not is_stopped)
    assert rounds.pauses == []


async def test_a_write_that_is_wrong_is_not_repeated() -> None:
    """Only a store that is away comes back."""
    rounds = Noted()
    with pytest.raises(ValueError, match="a bug"):
        await rounds.insist(failing(rounds, ValueError("a bug")), lambda: False)


async def test_an_event_is_waited_for_so_long() -> None:
    """Until it is set, or until the time is over."""
    event = asyncio.Event()
    assert not await is_set_within(event, 0)
    asyncio.get_running_loop().call_soon(event.set)
    async with asyncio.timeout(10):
        assert await is_set_within(event, 3600)
