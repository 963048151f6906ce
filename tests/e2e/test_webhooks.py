"""Webhooks of the real program: kill -9 loses nothing, ten thousand calls pass one that hangs."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.looking import looking
from tests.processes import ProgramProcess
from tests.webhooks.receiver import HANG, receiving
from tests.webhooks.telling import hook, opened, post_to, put

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.webhooks.receiver import Call

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

KILLS, FEW, MANY = 5, 20, 10_000


async def filled(program: ProgramProcess, *urls: str, posts: int) -> None:
    """Store a webhook for each URL, and posts for each, before the program starts."""
    async with opened(program.store) as store:
        webhooks = [await hook(store, url) for url in urls]
        for first in range(0, posts, 1000):
            numbers = range(first, min(first + 1000, posts))
            await put(store, *(post_to(each, n) for n in numbers for each in webhooks))


@asynccontextmanager
async def running(program: ProgramProcess) -> AsyncIterator[None]:
    """Run the program; its waiting is done beside the receivers."""
    await asyncio.to_thread(program.start)
    try:
        yield
    finally:
        await asyncio.to_thread(program.stop)


async def told(program: ProgramProcess, posts: int) -> list[dict[str, Any]]:
    """Return the deliveries once none waits."""
    async with asyncio.timeout(60):
        while True:
            items = await asyncio.to_thread(program.all_of, "webhook-deliveries")
            if len(items) == posts and all(item["state"] != "waiting" for item in items):
                return items
            await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.one_engine  # a start ends what SQLite lent; of PostgreSQL's nodes tests.chaos tells
async def test_kill_9_between_attempts_loses_and_skips_none(tmp_path: Path) -> None:
    """Each event is told until it was answered with 200, and its attempts are counted through."""
    tries: Counter[str] = Counter()

    def third_time(call: Call) -> int:
        number = call.form["number"]
        tries[number] += 1
        return 200 if tries[number] >= 3 else 500

    program = ProgramProcess(
        tmp_path, "--log-level", "warning", WEBHOOKS__SCHEDULE=",".join(["0.5"] * 20)
    )
    async with receiving(third_time) as receiver:
        await filled(program, receiver.url, posts=FEW)
        for kill in range(1, KILLS + 1):
            async with running(program):
                await receiver.wait_for(kill * FEW // 2)
        async with running(program):
            items = await told(program, FEW)
            assert "Traceback" not in program.log()
    assert {item["state"] for item in items} == {"delivered"}
    assert {item["fields"]["number"] for item in items} == set(map(str, range(FEW)))
    for item in items:
        attempts = item["attempts"]
        assert [attempt["number"] for attempt in attempts] == list(range(1, len(attempts) + 1))
        assert [attempt["status"] for attempt in attempts][-1] == 200
        # A call that was made, and not yet written when the process died, is made again.
        assert len(attempts) <= tries[item["fields"]["number"]] <= len(attempts) + KILLS


@pytest.mark.slow
@pytest.mark.one_engine  # it is about receivers
async def test_ten_thousand_pass_a_receiver_that_hangs(tmp_path: Path) -> None:
    """The other one gets all of them, each once; few of either are taken up at a time."""
    program = ProgramProcess(tmp_path, "--log-level", "warning")
    lent: Counter[int] = Counter()
    async with receiving() as quick, receiving(lambda _: HANG) as hanging:
        await filled(program, quick.url, hanging.url, posts=MANY)
        async with running(program):
            began = time.monotonic()
            for goal in range(500, MANY + 1, 500):
                await quick.wait_for(goal, patience_s=60)
                lent |= lent_now(program.store)
            took_s = time.monotonic() - began
    assert Counter(call.form["number"] for call in quick.calls) == Counter(map(str, range(MANY)))
    assert max(lent.values()) <= 16
    assert quick.at_a_time <= 8
    assert hanging.at_a_time <= 8
    assert len(hanging.calls) <= 8 * (took_s / 3 + 2)


def lent_now(store: str) -> Counter[int]:
    """Return how many posts of each webhook the program has taken up."""
    ask = "SELECT webhook_key, count(*) FROM webhook_posts WHERE is_lent GROUP BY webhook_key"
    with looking(store) as conn:
        return Counter({row[0]: row[1] for row in conn.execute(text(ask))})
