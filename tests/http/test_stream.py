"""GET /sandbox/v1/stream: what happens is told while it happens."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.sandbox.stream import told
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.history import Change, Event, EventKind
from tests import builders
from tests.builders import NOW_MS
from tests.http.serving import API, application, problem, take, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.store import Store


async def mail(store: Store, api_user: str = "sandbox_user") -> str:
    """Store an email with its events; return its messageId."""
    events = (
        Event(EventKind.REQUEST, api_user, NOW_MS, 0, 0),
        Event(EventKind.DELIVER, api_user, NOW_MS),
    )
    return (await take(store, builders.expansion(events=events), api_user=api_user)).message_id


async def opened(store: Store, message_id: str) -> None:
    """Let an email be opened."""
    email = await store.email(message_id, 0)
    assert email is not None
    event = Event(EventKind.OPEN, email.api_user, NOW_MS)
    await store.outbox.change([Change(email.key, 0, events=(event,))])


@asynccontextmanager
async def looking_on(client: httpx.AsyncClient, **query: str) -> AsyncIterator[AsyncIterator[str]]:
    """Give the lines of a stream, once it listens."""
    async with client.stream("GET", f"{API}/stream", params=query, timeout=20) as response:
        assert response.headers["content-type"].partition(";")[0] == "text/event-stream"
        assert response.headers["cache-control"] == "no-store"
        lines = response.aiter_lines()
        assert await anext(lines) == ": listening"
        yield lines


async def following(lines: AsyncIterator[str]) -> tuple[str, Any]:
    """Return the next event, and its data."""
    while not (line := await anext(lines)).startswith("event: "):
        assert line == "" or line.startswith(":")
    data = await anext(lines)
    return line.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def parts_of(store: Store, **other: Any) -> Parts:
    """Return the parts of an application."""
    parts: Parts = application(store).state.parts
    return replace(parts, **other)


async def test_what_happens_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """New mail, a change, and that mail is gone: whose it is and what happened."""
    async with looking_on(client) as lines:
        message_id = await mail(store)
        whose = {"api_user": "sandbox_user"}
        assert await following(lines) == ("new", {**whose, "events": ["deliver", "request"]})
        await opened(store, message_id)
        assert await following(lines) == ("changed", {**whose, "events": ["open"]})
        await store.eraser.erase(MessageFilter())
        assert await following(lines) == ("cleared", {"api_user": None, "events": []})


async def test_only_what_is_theirs_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """With `api_user` nothing of others; clearing everything is about everybody."""
    async with looking_on(client, api_user="one") as lines:
        await mail(store, "two")
        await store.eraser.erase(MessageFilter(api_user="two"))
        await mail(store, "one")
        assert (await following(lines))[1]["api_user"] == "one"
        await store.eraser.erase(MessageFilter())
        assert (await following(lines))[0] == "cleared"


async def test_who_is_slow_is_told_the_sum(store: Store) -> None:
    """However much happened, and how long nobody read: one line for each kind."""
    async with aclosing(told(parts_of(store), None)) as lines:
        await anext(lines)
        for _ in range(3):
            await opened(store, await mail(store))
        assert (await anext(lines)).startswith("event: new\n")
        assert (await anext(lines)).startswith("event: changed\n")


async def test_a_silent_stream_says_that_it_is_there(store: Store) -> None:
    """By comments, which clients pass over."""
    async with aclosing(told(parts_of(store), None, beat_s=0.01)) as lines:
        assert await anext(lines) == ": listening\n\n"
        assert await anext(lines) == ": still here\n\n"


async def test_what_other_processes_write_is_told(store: Store) -> None:
    """It is looked for where this process does not hear of all."""
    silent = type(store.news)()  # hears of nothing
    parts = parts_of(store, sees_all=False, news=silent)
    async with aclosing(told(parts, "sandbox_user", beat_s=0.01)) as lines:
        await anext(lines)
        assert await anext(lines) == ": still here\n\n"
        await mail(store)
        async with asyncio.timeout(10):
            found = [await anext(lines) for _ in range(2)]
        assert [line.split()[1] for line in found] == ["new", "changed"]


async def test_a_stream_ends(client: httpx.AsyncClient, store: Store) -> None:
    """With the client, and with the server."""
    async with looking_on(client):
        assert len(store.news.listeners) == 1
    await until(lambda: not store.news.listeners)
    async with looking_on(client) as lines:
        store.news.end()
        assert [line async for line in lines if line and not line.startswith(":")] == []
    assert not store.news.listeners


async def test_an_unknown_filter_is_refused(client: httpx.AsyncClient) -> None:
    """It would look on at everything."""
    assert (await problem(client, "stream", user="x"))["type"] == "/docs#unknown-parameter"
