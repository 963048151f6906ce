"""Every error is a problem (RFC 9457) that names what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from structlog.testing import capture_logs

from tests.http.serving import API, application, get, problem, problem_of, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

LISTINGS = ("messages", "emails")
SUPPRESSED = {"api_user": "sandbox_user", "address": "ben@ifaxin.com", "kind": "spam"}


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "many"),
        ("limit", "1" * 5000),
        ("since", "yesterday"),
        ("since", "2026-11-22T10:54:01 08:00"),
        ("since", "9" * 30),
        ("since", "-5"),
        ("since", "\u0663"),
        ("header", "X-Mailer"),
        ("header", ":billing"),
        ("status", "sent"),
        ("cursor", "bogus"),
        ("cursor", "../../etc"),
        ("cursor", "\0"),
        ("cursor", "MQ.MQ"),
    ],
)
async def test_bad_value_is_named(
    client: httpx.AsyncClient, listing: str, name: str, value: str
) -> None:
    """A value that cannot be is a 400 whose detail begins with the parameter and stays short."""
    told = await problem(client, listing, **{name: value})
    assert (told["status"], told["type"]) == (400, "/docs#bad-parameter")
    assert told["detail"].startswith(f"{name}: ")
    assert len(told["detail"]) < 300
    assert told["detail"].isprintable()
    assert told["remedy"]


async def test_cursor_of_another_listing_is_refused(
    client: httpx.AsyncClient, store: Store
) -> None:
    """A cursor leads on only in the listing it came from."""
    await take(store)
    await take(store)
    cursor = (await get(client, "messages", limit=1))["next_cursor"]
    assert (await problem(client, "emails", cursor=cursor))["status"] == 400


async def test_status_of_a_message_is_none_of_an_email(client: httpx.AsyncClient) -> None:
    """What a status may be is said, for each listing its own."""
    assert (await get(client, "messages", status="queued"))["items"] == []
    told = await problem(client, "emails", status="queued")
    assert "'requested', 'delivered', 'soft_bounce' or 'invalid'" in told["detail"]


@pytest.mark.parametrize(
    ("path", "name", "remedy"),
    [
        ("messages", "recipeint", "Did you mean recipient?"),
        ("messages", "api-user", "Did you mean api_user?"),
        ("emails", "lable_id", "Did you mean label_id?"),
        ("messages/4711", "limit", "This call takes none."),
        ("messages/4711/raw", "x", "This call takes none."),
    ],
)
async def test_unknown_parameter_is_refused_with_the_nearest(
    client: httpx.AsyncClient, path: str, name: str, remedy: str
) -> None:
    """A misspelt filter is not passed over: it would find everything."""
    told = await problem(client, path, **{name: "1"})
    assert (told["status"], told["type"]) == (400, "/docs#unknown-parameter")
    assert name in told["detail"]
    assert told["remedy"] == remedy


async def test_parameter_like_no_other_brings_the_list(client: httpx.AsyncClient) -> None:
    """When nothing is near, the remedy lists what the call takes."""
    told = await problem(client, "messages", **{"<script>\n" * 30: "1"})
    assert "api_user, recipient, subject" in told["remedy"]
    assert told["detail"].isprintable()


@pytest.mark.parametrize(
    ("path", "key", "remedy"),
    [
        ("webhooks", "event", "Did you mean events?"),
        ("suppressions", "adress", "Did you mean address?"),
        ("suppressions", "<script>\n" * 30, "This call takes api_user, address, kind, until."),
        ("clock", "advance", "Did you mean advance_s?"),
    ],
)
async def test_unknown_key_is_refused_with_the_nearest(
    client: httpx.AsyncClient, path: str, key: str, remedy: str
) -> None:
    """As a parameter is, and said back on one short line."""
    wanted = {"webhooks": {"url": "http://a.b/"}, "suppressions": SUPPRESSED}.get(path, {})
    told = problem_of(await client.post(f"{API}/{path}", json=wanted | {key: "1"}))
    assert (told["status"], told["type"]) == (400, "/docs#bad-body")
    assert told["detail"].endswith(": there is no such key")
    assert len(told["detail"]) < 300
    assert told["detail"].isprintable()
    assert told["remedy"] == remedy


async def test_parameter_given_twice_is_refused(client: httpx.AsyncClient) -> None:
    """Of two values none is silently dropped."""
    told = problem_of(await client.get(f"{API}/messages?label_id=1&label_id=2"))
    assert told["detail"] == "label_id: it is given more than once"


@pytest.mark.parametrize(
    "path", ["/nope", f"{API}/messages/", f"{API}/message", "/redoc", f"{API}/messages/a/b"]
)
async def test_unknown_path_is_a_404(client: httpx.AsyncClient, path: str) -> None:
    """A path that leads nowhere says where the list of calls is."""
    told = problem_of(await client.get(path))
    assert (told["status"], told["type"]) == (404, "/docs#unknown-path")
    assert "/docs" in told["remedy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"])
async def test_other_methods_are_a_405(client: httpx.AsyncClient, method: str) -> None:
    """Where reading is all there is, other methods are refused, and Allow says so."""
    response = await client.request(method, f"{API}/emails")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"


async def test_store_that_cannot_be_read_is_a_503(client: httpx.AsyncClient, store: Store) -> None:
    """While the store is away each call says so, and that it is worth another try."""
    await store.close()
    for path in ("messages", "emails", "messages/4711", "messages/4711/raw"):
        response = await client.get(f"{API}/{path}")
        told = problem_of(response)
        assert (told["status"], told["type"]) == (503, "/docs#store-unavailable")
        assert told["detail"]
        assert response.headers["retry-after"] == "1"


class Broken:
    """A catalogue with a mistake in it."""

    def _fail(self, *_: object) -> NoReturn:
        raise RuntimeError("secret path /etc/x")

    messages = emails = message = email = content = transcript = check = _fail


async def test_surprise_is_a_500_without_internals(store: Store) -> None:
    """An unexpected error is told as our fault, and only the log knows what it was."""
    with capture_logs() as logged:
        await _surprise(store)
    (line,) = logged
    assert (line["event"], line["path"]) == ("http_request_failed", f"{API}/messages")


async def _surprise(store: Store) -> None:
    async with serving(application(store, catalogue=Broken())) as client:
        response = await client.get(f"{API}/messages")
        told = problem_of(response)
        assert (told["status"], told["type"]) == (500, "/docs#internal-error")
        assert "secret" not in response.text
        assert (await client.get("/livez")).status_code == 200
