"""Receivers that others would write after the documents, in several languages, accept our calls."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.history import EventKind, PostState
from sendcloud_inbound.webhooks.checking import check_url
from sendcloud_inbound.webhooks.poster import HttpPoster
from tests.processes import wait_until
from tests.webhooks.telling import NO_TLS, hook, opened, over, post_to, put, telling

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

DOCUMENTS = Path(__file__).parents[1] / "documents"
COMMANDS = {
    "python": (sys.executable, "{file}.py", "{port}"),
    "php": ("php", "-S", "127.0.0.1:{port}", "{file}.php"),
    "node": ("node", "{file}.js", "{port}"),
}
AT_HAND = [name for name, command in COMMANDS.items() if shutil.which(command[0])]
MESSAGE = "人 & ünïcode = 100% +"
REQUEST = {
    "event": "request",
    "message": MESSAGE,
    "recipientArray": '["ben@ifaxin.com","joe@ifaxin.com"]',
    "maillistTaskId": "",
}


@contextmanager
def running(name: str) -> Iterator[str]:
    """Start a receiver on a free port; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = DOCUMENTS / "webhook_receiver"
    command = [word.format(file=file, port=port) for word in COMMANDS[name]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), f"the receiver in {name}")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Tell whether a port is open."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("name", AT_HAND)
async def test_a_receiver_accepts_what_is_signed(name: str) -> None:
    """It reads the form, lists and Chinese included, and refuses what one digit makes wrong."""
    with running(name) as url:
        poster = HttpPoster(10, NO_TLS)
        assert await check_url(poster, url) is None
        await poster.close()
        async with opened() as store, telling(store, timeout_s=10, schedule=()):
            webhook = await hook(store, url)
            deliver = json.dumps({"event": "deliver", "message": "Successfully delivered"})
            await put(
                store,
                post_to(webhook, fields=json.dumps(REQUEST), kind=EventKind.REQUEST),
                post_to(webhook, fields=deliver),
                post_to(webhook, fields=deliver, fault="bad_signature"),
            )
            request, delivered, wrong = await over(store, 3)
    told = [
        (post.state, post.attempts[0].status, post.attempts[0].answer)
        for post in (request, delivered, wrong)
    ]
    assert told == [
        (PostState.DELIVERED, 200, f"request 2 {MESSAGE}"),
        (PostState.DELIVERED, 200, "deliver 1 Successfully delivered"),
        (PostState.GIVEN_UP, 403, "wrong signature"),
    ]
