"""An application on a real socket, and mail in a real store for it to show."""

from __future__ import annotations

import asyncio
import os
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx

from sendcloud_inbound import sockets
from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.copier import Copier
from sendcloud_inbound.events import Events
from sendcloud_inbound.http import HttpServer, build
from sendcloud_inbound.http.parts import Parts
from sendcloud_inbound.intake import Intake
from sendcloud_inbound.rules.ids import MessageIds
from sendcloud_inbound.rules.limits import Usage
from sendcloud_inbound.rules.model import Fidelity
from sendcloud_inbound.rules.simulation import Simulation
from tests import builders
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from sendcloud_inbound.rules.model import Expansion, Record
    from sendcloud_inbound.store import Store

API = "/sandbox/v1"
PROBLEM = "application/problem+json"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares each client the loading of certificates that it does not need: half of a test's time."""


def application(store: Store, checks: Any = None, **other: Any) -> FastAPI:
    """Return the application over a store; another catalogue or other accounts take its place."""
    clock = FakeClock(2 * builders.NOW_MS)
    made = Accounts([builders.account()], made=store.orders.api_users)
    accounts, usage = other.pop("accounts", made), Usage()
    ids = MessageIds(region="sc", ip="10.10.127.51", process=6484)
    fidelity = Fidelity.STRICT if other.pop("strict", False) else Fidelity.FAITHFUL
    parts = Parts(
        catalogue=other.pop("catalogue", store),
        accounts=accounts,
        copier=Copier(store, accounts),
        usage=usage,
        intake=Intake(store, ids, clock, usage, fidelity),
        journal=store.journal,
        events=Events(store.outbox, store.orders, Simulation(), clock),
        orders=store.orders,
        suppressions=store.suppressions,
        statistics=store.statistics,
        bounces=store.bounces,
        domains=store.domains,
        unsubscriptions=store.unsubscriptions,
        labels=store.labels,
        send_requests=store.send_requests,
        templates=store.templates,
        lists=store.lists,
        list_tasks=store.list_tasks,
        posts=store.deliveries,
        news=store.news,
        eraser=store.eraser,
        backlog=store.backlog,
        retention=store.retention,
        random_octets=os.urandom,
        clock=clock,
        checks={} if checks is None else checks,
    )
    return build(replace(parts, **other), "1.2.3")


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application on a free port; give a client for it."""
    listener = sockets.listen("HTTP", "127.0.0.1", 0)
    server = HttpServer(app, listener)
    await server.start()
    host, port = sockets.address_of(listener)
    try:
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}", verify=NO_TLS) as client:
            yield client
    finally:
        await server.stop(5)


async def take(store: Store, expansion: Expansion | None = None, **fields: Any) -> Record:
    """Put a message, and finish it as the worker would when there is an expansion."""
    record = builders.record(**fields)
    await store.put(record)
    if expansion is not None:
        (claim,) = await store.claim(1, lease_s=60)
        assert claim.message_id == record.message_id
        await store.finish({claim.key: expansion})
    return record


async def until(holds: Callable[[], object]) -> None:
    """Return once a condition holds."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0)


async def get(client: httpx.AsyncClient, path: str, **params: str | int) -> Any:
    """Return the JSON of a call that must succeed."""
    response = await client.get(f"{API}/{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


async def problem(client: httpx.AsyncClient, path: str, **params: str | int) -> dict[str, Any]:
    """Return the problem that a call must meet."""
    return problem_of(await client.get(f"{API}/{path}", params=params))


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """Return the problem that an answer tells."""
    assert response.headers["content-type"] == PROBLEM, response.text
    told: dict[str, Any] = response.json()
    assert told["status"] == response.status_code
    return told
