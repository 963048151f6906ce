"""The client, sync and async, against the whole program in a thread."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.client import (
    ApiUser,
    AsyncSandboxClient,
    NotComeError,
    SandboxClient,
    SandboxError,
    ServerGoneError,
)
from sendcloud_inbound.testing.receiver import Receiver
from sendcloud_inbound.testing.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sendcloud_inbound.testing.server import Server

TO = "ben@ifaxin.com"
MESSAGE = "Subject: bill\r\nX-SMTPAPI: {}\r\n\r\nhello\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A sandbox for these tests."""
    with running({"webhooks": {"check_urls": False}}) as found:
        yield found


@pytest.fixture
def client(server: Server) -> Iterator[SandboxClient]:
    """A client of it."""
    with SandboxClient(server.http_url) as client:
        yield client


@pytest.fixture
def user(client: SandboxClient) -> Iterator[ApiUser]:
    """An API_USER of the test's own."""
    made = client.create_api_user()
    yield made
    client.delete_api_user(made.api_user)


@contextmanager
def answering(server_name: bytes, body: bytes) -> Iterator[str]:
    """Run a server that says one thing to one call; give its URL."""
    head = b"HTTP/1.1 200 OK\r\nServer: %b\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(head % (server_name, len(body)) + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        yield "http://{}:{}".format(*listener.getsockname())
        thread.join()


def send(server: Server, user: ApiUser, to: str = TO) -> None:
    """Send one message, whose X-SMTPAPI is no base64."""
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=20) as smtp:
        smtp.login(user.api_user, user.api_key)
        smtp.sendmail("a@b.c", [to], "Subject: bill\r\n\r\nhello\r\n")


def test_mail_is_waited_for_and_looked_at(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """The email, its copy, the message, its bytes, dialogue and findings."""
    send(server, user)
    email = client.wait_for_email(api_user=user.api_user, recipient=TO)
    assert (email.recipient, email.subject, email.status) == (TO, "bill", "delivered")
    copy = client.email(email.email_id)
    assert copy.header("x-sendcloud-uuid") == email.email_id
    assert (copy.text or "").startswith("hello")
    assert client.email_raw(email.email_id).endswith(b"hello\r\n")
    (message,) = client.messages(api_user=user.api_user)
    assert message.rcpt_to == [TO]
    assert client.raw(message.message_id).startswith(b"Subject: bill")
    assert "354 go ahead" in client.transcript(message.message_id)
    assert client.findings(message.message_id) == []
    assert [each.event for each in client.events(api_user=user.api_user)] == ["deliver", "request"]


def test_things_happen_and_are_waited_for(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """As a call, and as the listing tells them."""
    send(server, user)
    email = client.wait_for_email(api_user=user.api_user)
    told = client.happen(email.email_id, "click", url="https://a.b/")
    assert client.wait_for_event("click", api_user=user.api_user) == told
    assert told.fields["url"] == "https://a.b/"
    assert [each.email_id for each in client.emails(api_user=user.api_user)] == [email.email_id]
    assert client.clear(api_user=user.api_user) == 1
    assert [*client.emails(api_user=user.api_user)] == []


def test_orders_are_given(client: SandboxClient, user: ApiUser) -> None:
    """Rules and webhooks, put and taken back."""
    rules = {"seed": 1, "rules": [{"recipient": "*", "outcome": "open"}]}
    assert client.put_rules(user.api_user, rules)["seed"] == 1
    client.remove_rules(user.api_user)
    hook = client.add_webhook("http://127.0.0.1:9/", api_user=user.api_user)
    assert client.deliveries(webhook=hook["id"]) == []
    client.remove_webhook(hook["id"])


def test_what_does_not_come_is_an_assertion_that_failed(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """With what nearly was it."""
    send(server, user)
    client.wait_for_email(api_user=user.api_user)
    with pytest.raises(AssertionError, match="its recipient is ben@ifaxin") as caught:
        client.wait_for_email(api_user=user.api_user, recipient="bem@ifaxin.com", timeout_s=0)
    assert isinstance(caught.value, NotComeError)
    assert len(caught.value.near_misses) == 1
    with pytest.raises(NotComeError):
        client.wait_for(absent=True, api_user=user.api_user)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("wait", "status: for kind=email it is one of"),
        ("email", "No email has this emailId"),
        ("rules", "There is no such API_USER"),
        ("name", "api_user: "),
    ],
)
def test_an_error_says_what_the_server_said(client: SandboxClient, call: str, words: str) -> None:
    """One clear sentence each."""
    calls = {
        "wait": lambda: client.wait_for("email", status="no such"),
        "email": lambda: client.email("nothing"),
        "rules": lambda: client.put_rules("nobody_here", {"rules": []}),
        "name": lambda: client.create_api_user(api_user="no"),
    }
    with pytest.raises(SandboxError) as caught:
        calls[call]()  # type: ignore[no-untyped-call]
    assert words in str(caught.value)
    assert caught.value.status in {400, 404}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda client: client.wait_for("emails"), "kind is one of email, message, event"),
        (lambda client: client.wait_for_email(absent=True), r"wait_for\(..., absent=True\)"),
        (lambda _: SandboxClient("http://127.0.0.1:x"), "'http://127.0.0.1:x' is no URL"),
        (lambda _: SandboxClient("127.0.0.1:8025"), "is no URL of a sandbox"),
    ],
)
def test_a_call_that_means_nothing_is_said(
    client: SandboxClient, call: Callable[[SandboxClient], object], words: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(SandboxError, match=words):
        call(client)


@pytest.mark.parametrize(
    ("server_name", "body", "words"),
    [
        (b"sendcloud-inbound/99.1", b'{"items":[{}],"next_cursor":null}', "server is version 99.1"),
        (b"nginx/1.25", b"<html>", "is no sandbox"),
        (b"sendcloud-inbound/99.1", b"<html>", "this client "),
    ],
)
def test_an_answer_that_is_not_understood_is_said(
    server_name: bytes, body: bytes, words: str
) -> None:
    """Another version's, or a server's that is no sandbox."""
    with answering(server_name, body) as url, SandboxClient(url) as client:
        with pytest.raises(ServerGoneError, match=words) as caught:
            list(client.emails())
        assert len(str(caught.value).splitlines()) == 1


async def test_hundreds_may_wait_at_once(server: Server, user: ApiUser) -> None:
    """All of them are served by one message, each at once."""
    async with AsyncSandboxClient(server.http_url) as client, asyncio.timeout(60):
        since = "2000-01-01T00:00:00Z"
        waits = [
            asyncio.ensure_future(
                client.wait_for_email(api_user=user.api_user, since=since, timeout_s=60)
            )
            for _ in range(500)
        ]
        await asyncio.to_thread(send, server, user)
        found = await asyncio.gather(*waits)
    assert {each.recipient for each in found} == {found[0].recipient}


def test_a_signature_of_odd_letters_is_forged() -> None:
    """And is kept as such."""
    receiver = Receiver("http://x", "key")
    receiver.take({"signature": "\udcff\u4e2d"})
    assert (receiver.events, len(receiver.forged)) == ([], 1)


def test_nobody_there_is_said() -> None:
    """With the URL that was asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = "http://{}:{}".format(*listener.getsockname())
    with SandboxClient(free) as client, pytest.raises(ServerGoneError, match="no sandbox answers"):
        client.clear()


async def test_the_same_in_an_event_loop(server: Server) -> None:
    """Every call that the sync one has, by the same name."""
    public = {name for name in vars(SandboxClient) if not name.startswith("_")}
    assert public == {name for name in vars(AsyncSandboxClient) if not name.startswith("_")}
    async with AsyncSandboxClient(server.http_url) as client:
        user = await client.create_api_user(ttl_s=600)
        send(server, user)
        email = await client.wait_for_email(api_user=user.api_user)
        assert [each async for each in client.emails(api_user=user.api_user)] == [email]
        assert [each.event async for each in client.events(api_user=user.api_user)]
        await client.delete_api_user(user.api_user)
        with pytest.raises(SandboxError):
            await client.delete_api_user(user.api_user)


def test_it_needs_nothing_of_the_server() -> None:
    """Who imports it loads no web framework, no database and no SMTP server."""
    code = "import sys, sendcloud_inbound.client; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"aiosmtpd", "sqlalchemy", "pydantic", "fastapi", "structlog", "uvicorn"}
