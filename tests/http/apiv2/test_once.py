"""sendRequestId: a send that is repeated within an hour is one (SENDCLOUD.md 7.4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.store import open_store
from tests.builders import NOW_MS
from tests.fakes import FakeClock
from tests.http.apiv2.asking import MAIL, ask
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from sendcloud_inbound.store import Store

SEND = "/apiv2/mail/send"
NAMED = MAIL | {"sendRequestId": "order-7"}


async def sent(store: Store) -> int:
    """Return how many messages there are."""
    return len((await store.messages(MessageFilter(), 50)).items)


async def test_a_repeat_is_refused(client: httpx.AsyncClient, store: Store) -> None:
    """By its own code; another name is another send."""
    assert (await ask(client, SEND, NAMED))["statusCode"] == 200
    assert (await ask(client, SEND, NAMED))["statusCode"] == 40000
    assert (await ask(client, SEND, NAMED | {"sendRequestId": "order-8"}))["statusCode"] == 200
    assert await sent(store) == 2


async def test_repeats_at_the_same_time_are_one(client: httpx.AsyncClient, store: Store) -> None:
    """Whichever comes first."""
    answers = await asyncio.gather(*(ask(client, SEND, NAMED) for _ in range(5)))
    assert sorted(answer["statusCode"] for answer in answers) == [200, *[40000] * 4]
    assert await sent(store) == 1


async def test_what_was_refused_may_be_repeated(client: httpx.AsyncClient) -> None:
    """Only a mail that was taken counts."""
    refused = NAMED | {"plain": "x" * 16_000_001}
    files = [("attachments", ("a", b"x"))]
    assert (await ask(client, SEND, refused, files=files))["statusCode"] == 40901
    assert (await ask(client, SEND, NAMED))["statusCode"] == 200


class Forgetful:
    """Requests in a store that goes away when a mail was taken."""

    async def begin(self, api_user: str, request_id: str) -> bool:
        """Know none."""
        return True

    async def end(self, api_user: str, request_id: str, *, is_taken: bool) -> None:
        """Fail."""
        raise StoreUnavailable("away")


async def test_a_mail_that_was_taken_is_told_whatever_comes_then(store: Store) -> None:
    """Else its client would send it again."""
    async with serving(application(store, send_requests=Forgetful())) as client:
        assert (await ask(client, SEND, NAMED))["statusCode"] == 200
    assert await sent(store) == 1


async def test_another_process_may_take_the_same_one(store: Store) -> None:
    """What it has noted stays, and is no failure."""
    for _ in range(2):
        await store.send_requests.end("sandbox_user", "order-7", is_taken=True)
    assert not await store.send_requests.begin("sandbox_user", "order-7")


async def test_the_name_has_a_bound(client: httpx.AsyncClient) -> None:
    """128 characters."""
    for length, code in ((128, 200), (129, 49901)):
        answer = await ask(client, SEND, NAMED | {"sendRequestId": "x" * length})
        assert answer["statusCode"] == code


async def test_it_is_remembered_for_an_hour_and_through_a_restart(tmp_path: Path) -> None:
    """The store knows it; after an hour it is new."""
    clock = FakeClock(2 * NOW_MS)
    for later_s, code in ((0, 200), (3599, 40000), (1, 200)):
        clock.advance(later_s)
        store = await open_store(f"sqlite:///{tmp_path / 'store.db'}", clock=clock)
        async with serving(application(store)) as client:
            assert (await ask(client, SEND, NAMED))["statusCode"] == code
        await store.close()
