"""Other sites stay out: names that are not ours, headers on every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.http.guard import Guard
from tests.http.serving import API, problem_of

if TYPE_CHECKING:
    import httpx
    from starlette.types import Message, Receive, Scope, Send


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8025", "sendcloud.localhost:1", "127.0.0.1:8025", "[::1]:8025"],
)
async def test_own_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    """Localhost and addresses are what a loopback listener is asked for."""
    assert (await client.get("/livez", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8025",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "[x",
    ],
)
async def test_foreign_name_on_loopback_is_refused(client: httpx.AsyncClient, host: str) -> None:
    """A page whose name was rebound to 127.0.0.1 reads no mail."""
    told = problem_of(await client.get(f"{API}/messages", headers={"Host": host}))
    assert (told["status"], told["type"]) == (421, "/docs#wrong-host")
    assert told["detail"] == f"Host: {host!r}"


@pytest.mark.parametrize(
    ("server", "status"),
    [
        (("172.17.0.2", 8025), 200),
        (("fd00::2", 8025), 200),
        (None, 200),
        (("127.8.0.1", 8025), 421),
        (("::1", 8025), 421),
        (("::ffff:127.0.0.1", 8025), 421),
    ],
)
async def test_any_name_is_answered_where_others_are_let_in(
    server: tuple[str, int] | None, status: int
) -> None:
    """A container's address was opened on purpose, and its network has its own name for it."""
    sent: list[Message] = []
    headers = [(b"host", b"sendcloud:8025")]
    scope = {"type": "http", "path": "/", "server": server, "headers": headers}
    await Guard(_begin)(scope, _receive, _collect(sent))
    assert sent[0]["status"] == status


POST = f"{API}/webhook-deliveries/replay"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8025", "Origin": "http://localhost:8025"},
        {"Host": "localhost", "Origin": "https://LOCALHOST", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_programs_and_our_own_pages_may_change_things(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """A program says nothing of where it comes from; a page of ours names us."""
    assert (await client.post(POST, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Host": "localhost:8025", "Origin": "http://localhost:3000"},
        {"Host": "localhost:8025", "Origin": "http://localhost:8025.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "[::2]:1", "Origin": "http://[::2]:1", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_page_of_another_site_changes_nothing(
    client: httpx.AsyncClient, headers: dict[str, str], method: str
) -> None:
    """Whatever the browser of the machine is made to send; reading is harmless."""
    told = problem_of(await client.request(method, POST, headers=headers))
    assert (told["status"], told["type"]) == (403, "/docs#cross-site")
    assert (await client.get(f"{API}/messages", headers=headers)).status_code == 200


async def test_links_in_mail_are_followed_from_anywhere(client: httpx.AsyncClient) -> None:
    """A button in a mail is pressed on a page of another site."""
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/track/x", headers=headers)).status_code == 404


async def test_half_an_answer_is_not_made_to_look_whole() -> None:
    """An error after the answer began goes on to uvicorn, which breaks the connection."""

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        await _begin(scope, receive, send)
        raise RuntimeError("half-way")

    sent: list[Message] = []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(RuntimeError), capture_logs():
        await Guard(fail)(scope, _receive, _collect(sent))
    assert [message["type"] for message in sent] == ["http.response.start"]


async def _begin(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _receive() -> Message:
    return {"type": "http.disconnect"}


def _collect(sent: list[Message]) -> Send:
    async def send(message: Message) -> None:
        sent.append(message)

    return send


@pytest.mark.parametrize("path", ["/livez", "/nope", "/docs", f"{API}/messages", "/openapi.json"])
async def test_every_answer_keeps_browsers_in_check(client: httpx.AsyncClient, path: str) -> None:
    """Nothing is guessed to be HTML, framed, cached, or opened to other sites."""
    response = await client.get(path, headers={"Origin": "https://evil.example"})
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert response.headers["cache-control"] == "no-store"
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
async def test_another_sites_page_changes_nothing(
    client: httpx.AsyncClient, method: str, origin: str
) -> None:
    """A browser says whose page it is that sends; reading is stopped by the browser itself."""
    path = "/sandbox/v1/rules?api_user=sandbox_user"
    response = await client.request(method, path, headers={"Origin": origin})
    assert (response.status_code, problem_of(response)["type"]) == (403, "/docs#cross-site")
    assert (await client.get(path, headers={"Origin": origin})).status_code == 200


async def test_our_own_page_may(client: httpx.AsyncClient) -> None:
    """So may programs, which say nothing of an origin."""
    path = "/sandbox/v1/rules?api_user=sandbox_user"
    origin = {"Origin": f"http://{client.base_url.netloc.decode()}"}
    assert (await client.delete(path, headers=origin)).status_code == 200
    assert (await client.delete(path)).status_code == 200
