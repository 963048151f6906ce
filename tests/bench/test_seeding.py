"""A store that was filled through its tables is as if its messages had been taken and sent."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

from tests.bench.seeding import seed
from tests.builders import expansion, record
from tests.servers import running_server
from tests.webhooks.telling import opened

if TYPE_CHECKING:
    from pathlib import Path

_OF_THE_MOMENT = {"message_id", "received_at_ms", "due_at_ms", "attempts"}
"""They tell when a message was taken, and by whom."""


def first_row(path: Path, table: str) -> dict[str, Any]:
    """Return the first row of a table, but for what is of the moment."""
    with sqlite3.connect(path) as conn:
        conn.row_factory = sqlite3.Row
        (row,) = conn.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own names
    return {name: row[name] for name in row.keys() if name not in _OF_THE_MOMENT}  # noqa: SIM118


async def test_rows_are_those_of_a_message_that_was_sent(tmp_path: Path) -> None:
    """Each table holds what the store itself writes for the same message."""
    seeded, sent = tmp_path / "seeded.db", tmp_path / "sent.db"
    await asyncio.to_thread(seed, seeded, 1, lambda _: None)
    content = first_row(seeded, "contents")["content"]
    async with opened(f"sqlite:///{sent}") as store:
        await store.put(record(api_user="user_1", content=content, rcpt_to=("r1@ifaxin.com",)))
        (claim,) = await store.claim(1, 60)
        await store.finish({claim.key: expansion("r1@ifaxin.com", subject="Order A0000001")})
        assert await store.index.add(10) == 1
    for table in ("messages", "contents", "emails", "search_texts"):
        assert first_row(seeded, table) == first_row(sent, table), table


async def test_the_program_finds_all_of_them(tmp_path: Path) -> None:
    """The list, the search and `wait` know them, and nothing is left to be indexed."""
    path, told = tmp_path / "store.db", list[int]()
    await asyncio.to_thread(seed, path, 1_200, told.append)
    assert told == [1_000, 200]
    async with opened(f"sqlite:///{path}") as store:
        assert await store.index.add(10) == 0
    async with running_server(tmp_path) as server:

        async def found(call: str, **params: str) -> list[str]:
            answer = await server.client.get(f"/sandbox/v1/{call}", params=params)
            return [item["subject"] for item in answer.raise_for_status().json()["items"]]

        assert await found("messages", limit="2") == ["Order A0001200", "Order A0001199"]
        assert await found("messages", q="a0000007") == ["Order A0000007"]
        assert await found("wait", recipient="r1100@ifaxin.com") == ["Order A0001100"]
        events = await server.client.get("/sandbox/v1/events", params={"limit": 1})
        assert events.json()["items"][0]["event"] == "deliver"
