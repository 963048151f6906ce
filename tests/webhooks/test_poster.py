"""One call over HTTP: what it looks like, when it counts, and what is said when it does not."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import trustme

from sendcloud_inbound import __version__
from sendcloud_inbound.webhooks.checking import check_url
from sendcloud_inbound.webhooks.poster import HttpPoster
from tests.nobody import nobody
from tests.webhooks.receiver import CUT, ENDLESS, HANG, RESET, in_turn, receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
FORM = "event=deliver&token=t"
BIG = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 20_000


@asynccontextmanager
async def poster(
    timeout_s: float = 3, tls: ssl.SSLContext | None = NO_TLS
) -> AsyncIterator[HttpPoster]:
    """Give a poster, closed after the test."""
    one = HttpPoster(timeout_s, tls)
    yield one
    await one.close()


async def test_an_event_is_a_form() -> None:
    """A POST with a form in UTF-8 and our name, and nothing else of note (4.1, D2, S21)."""
    async with receiving() as receiver, poster() as ours:
        assert await ours.post(receiver.url, FORM) == (200, "ok", None)
    (call,) = receiver.calls
    assert (call.method, call.path, call.body) == ("POST", "/hook", FORM.encode())
    assert call.headers == {
        "host": receiver.url.split("/")[2],
        "user-agent": f"sendcloud-inbound/{__version__}",
        "accept": "*/*",
        "accept-encoding": "identity",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(FORM)),
    }


@pytest.mark.parametrize("status", [201, 204, 302, 400, 404, 500, 503])
async def test_only_200_counts(status: int) -> None:
    """Not any other 2xx (D3); and a redirect is not followed."""
    moved = b"HTTP/1.1 %d X\r\nLocation: /hook\r\nContent-Length: 0\r\n\r\n" % status
    async with receiving(lambda _: moved) as receiver, poster() as ours:
        told = await ours.post(receiver.url, FORM)
    assert (told.status, told.error) == (status, f"HTTP {status}, not 200")
    assert len(receiver.calls) == 1


async def test_a_connection_serves_many_calls() -> None:
    """It is kept open; no cookie comes back."""
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    async with receiving(lambda _: cookie) as receiver, poster() as ours:
        for _ in range(3):
            assert (await ours.post(receiver.url, FORM)).error is None
    assert receiver.connections == 1
    assert not any("cookie" in call.headers for call in receiver.calls)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (HANG, "no answer within 1 s"),
        (RESET, "the connection broke: Connection reset by peer"),
        (CUT, "the connection broke: Server disconnected without sending a response."),
        (b"SMTP ready\r\n\r\n", "the connection broke: "),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, "the connection broke: "),
        (b"HTTP/1.1 200 ", "no answer within 1 s"),
    ],
)
async def test_no_answer_is_said_in_words(answer: str | bytes, error: str) -> None:
    """Whatever a receiver does, it is a failed call, in bounded time."""
    async with receiving(lambda _: answer) as receiver, poster(1) as ours:
        told = await ours.post(receiver.url, FORM)
    assert (told.status, told.text) == (None, None)
    assert told.error is not None
    assert told.error.startswith(error)


@pytest.mark.parametrize("answer", [ENDLESS, BIG], ids=["endless", "big"])
async def test_a_body_without_end_holds_nobody_up(answer: str | bytes) -> None:
    """The head counts (D3); the beginning of the body is kept for the log."""
    async with receiving(lambda _: answer) as receiver, poster(1) as ours:
        told = await ours.post(receiver.url, FORM)
    assert (told.status, told.error) == (200, None)
    assert told.text is not None
    assert 1 <= len(told.text) <= 4096
    assert set(told.text) == {"x"}


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://nobody.invalid/", "no connection: "),
        ("http://127.0.0.1:port/", "no call can be made: "),
        ("ftp://127.0.0.1/", "no call can be made: "),
        ("http://" + "x" * 70 + ".example/", "no "),
        ("", "no call can be made: "),
    ],
)
async def test_an_odd_url_is_a_failed_call(url: str, error: str) -> None:
    """Nothing that stands in the store makes it raise."""
    async with poster() as ours:
        told = await ours.post(url, FORM)
    assert told.error is not None
    assert told.error.startswith(error)


async def test_nobody_listening_is_said() -> None:
    """In the system's own words."""
    async with poster() as ours:
        told = await ours.post(f"http://{nobody()}/", FORM)
    assert told == (None, None, "no connection: Connection refused")


async def test_a_certificate_is_looked_at() -> None:
    """Only a receiver that a known authority speaks for is told anything."""
    authority = trustme.CA()
    server, trusting = (
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH),
        ssl.create_default_context(),
    )
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(trusting)
    async with receiving(tls=server) as receiver:
        async with poster(tls=trusting) as ours:
            assert (await ours.post(receiver.url, FORM)).error is None
        async with poster(tls=None) as ours:
            told = await ours.post(receiver.url, FORM)
    assert told.error is not None
    assert told.error.startswith("no connection: unable to get local issuer certificate")
    assert len(receiver.calls) == 1


async def test_many_calls_at_once_are_each_their_own() -> None:
    """Those that hang do not keep the others from ending."""
    answers = {f"/{number}": HANG if number % 2 else 200 for number in range(20)}
    async with receiving(lambda call: answers[call.path]) as receiver, poster(1) as ours:
        base = receiver.url.removesuffix("/hook")
        told = await asyncio.gather(*(ours.post(f"{base}{path}", FORM) for path in answers))
    assert [each.status for each in told] == [None if n % 2 else 200 for n in range(20)]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((200,), None),
        ((404, 200), "GET: HTTP 404, not 200"),
        ((200, 405), "POST: HTTP 405, not 200"),
        ((200, HANG), "POST: no answer within 1 s"),
    ],
)
async def test_a_url_is_tested_by_get_and_post(
    answers: tuple[int | str, ...], why: str | None
) -> None:
    """Both must answer 200 (4.1); the POST has a JSON content type."""
    async with receiving(in_turn(*answers)) as receiver, poster(1) as ours:
        assert await check_url(ours, receiver.url) == why
    assert [call.method for call in receiver.calls] == ["GET", "POST"][: len(receiver.calls)]
    if why is None:
        get, post = receiver.calls
        assert (get.body, "content-type" in get.headers) == (b"", False)
        assert (post.body, post.headers["content-type"]) == (b"{}", "application/json")
