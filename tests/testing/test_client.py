"""The client, sync and async, against the whole program in a thread."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import re
import smtplib
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendcloud_inbound.client import (
    ApiUser,
    AsyncSandboxClient,
    Envelope,
    NotComeError,
    SandboxClient,
    SandboxError,
    ServerGoneError,
    calls,
)
from sendcloud_inbound.client.call import PREFIX, Call, Listing
from sendcloud_inbound.rules.signatures import sign
from sendcloud_inbound.testing.receiver import Receiver, receiving
from sendcloud_inbound.testing.server import running
from tests.nobody import nobody
from tests.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sendcloud_inbound.testing.server import Server

TO = "ben@ifaxin.com"
PARTS = """\
Subject: bill
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

hello
--a
Content-Type: text/html

<p><a href="https://a.b/">hello</a></p>
--a--
--b
Content-Type: text/csv
Content-Disposition: attachment; filename=bill.csv

1,2
--b--
""".replace("\n", "\r\n")
GIVEN: dict[str, object] = {"n": 0, "webhook_id": 1, "delivery_id": 1, "content": b"x", "rules": {}}
"""What calls are given for a name; any other text will do for the others."""
CALLS = {
    name: each
    for name, each in vars(calls).items()
    if inspect.isfunction(each) and each.__module__ == calls.__name__ and name[0] != "_"
}
FOR_PAGES = {"stream"}
"""What a test has `wait` for."""


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


def send(
    server: Server, user: ApiUser, to: str = TO, text: str = "Subject: bill\r\n\r\nhello\r\n"
) -> None:
    """Send one message."""
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=20) as smtp:
        smtp.login(user.api_user, user.api_key)
        smtp.sendmail("a@b.c", [to], text)


def made(make: Callable[..., object]) -> Call[object]:
    """Make a call with what it cannot do without; of a listing, the first page."""
    needed = [
        name
        for name, each in inspect.signature(make).parameters.items()
        if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    ]
    call = make(**{name: GIVEN.get(name, "x") for name in needed})
    found = call.page(None) if isinstance(call, Listing) else call
    assert isinstance(found, Call)
    return found


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


def test_a_message_and_a_copy_are_had_whole(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """What came, and each part of what its recipient gets."""
    send(server, user, text="X-SMTPAPI: \r\n" + PARTS)
    email = client.wait_for_email(api_user=user.api_user, status="delivered")
    message = client.message(email.message_id)
    assert message.envelope == Envelope("a@b.c", [TO])
    assert message.session.api_user == user.api_user
    assert message.header("mime-version") == "1.0"
    assert message.emails == [email]
    assert message.findings == client.findings(email.message_id)
    assert message.findings
    copy = client.email(email.email_id)
    assert copy.effective["type"].origin == "account"
    assert copy.events[-1] == client.wait_for_event("deliver", email_id=email.email_id)
    assert copy.links[0] == "https://a.b/"
    assert client.email_html(email.email_id) == copy.html
    assert client.email_text(email.email_id) == copy.text == "hello"
    (attached,) = copy.attachments
    assert attached.filename == "bill.csv"
    assert client.attachment(email.email_id, attached.n) == b"1,2"
    client.delete_message(email.message_id)
    with pytest.raises(SandboxError, match="no message"):
        client.message(email.message_id)


def test_answers_are_had_as_the_server_gives_them(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """Objects with all members, a listing page by page; text in the server's own spelling."""
    value = base64.b64encode(b'{"to": ["ben@ifaxin.com", "a@b.c"], "sub": {"%n%": [1.50, 2e1]}}')
    send(server, user, text=f"Subject: x\r\nX-SMTPAPI: {value.decode()}\r\n\r\n%n%")
    email = client.wait_for_email(api_user=user.api_user)
    listed = calls.emails(api_user=user.api_user, limit=1).as_json()
    assert [each["position"] for each in client.all_of(listed)] == [0, 1]
    whole = calls.message(email.message_id)
    assert client.do(whole.as_json())["session"]["api_user"] == user.api_user
    assert "[1.50,2e1]" in client.do(whole.as_text())


def test_what_smtp_refused_is_listed(server: Server, client: SandboxClient, user: ApiUser) -> None:
    """With what to do about it."""
    with smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=20) as smtp:
        smtp.login(user.api_user, user.api_key)
        smtp.docmd("RCPT", "TO:<ben@ifaxin.com>")
    (refusal,) = client.refusals(user.api_user)
    assert (refusal.reply, refusal.trouble) == ("503 Use MAIL before RCPT", "wrong-order")
    assert client.refusals(user.api_user, limit=1) == [refusal]


def test_rules_are_put_and_taken_back(client: SandboxClient, user: ApiUser) -> None:
    """They can be looked at meanwhile."""
    rules = {"seed": 1, "rules": [{"recipient": "*", "outcome": "open"}]}
    put = client.put_rules(user.api_user, rules)
    assert put["seed"] == 1
    assert client.rules(user.api_user) == put
    assert client.put_rules(user.api_user, json.dumps(rules).encode()) == put
    client.remove_rules(user.api_user)
    assert client.rules(user.api_user)["rules"] == []


def test_suppressions_are_added_and_lifted(client: SandboxClient, user: ApiUser) -> None:
    """For ever, or until a time; what is not said is as SendCloud has it."""
    blocked = client.add_suppression(user.api_user, TO)
    assert (blocked.kind, blocked.until) == ("blacklist", None)
    until = "2999-01-01T00:00:00.000Z"
    ending = client.add_suppression(user.api_user, TO, "unsubscribe", until=until)
    assert ending.until == until
    assert client.add_suppression(user.api_user, TO, "spam").until is not None
    renewed = client.add_suppression(user.api_user, TO, "spam", until=None)
    assert client.suppressions(user.api_user) == [blocked, ending, renewed]
    assert client.lift_suppressions(user.api_user, TO, "spam") == 1
    assert client.lift_suppressions(user.api_user, TO) == 2
    assert client.suppressions(user.api_user) == []


def test_webhooks_are_told_later_and_once_more(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """Paused, resumed, replayed; a receiver tells what came."""
    with receiving(user.app_key) as receiver:
        hook = client.add_webhook(receiver.url, api_user=user.api_user, events=["deliver"])
        assert client.pause_webhook(hook.id).is_paused
        send(server, user)
        client.wait_for_event("deliver", api_user=user.api_user)
        (waiting,) = client.deliveries(webhook=hook.id)
        assert (waiting.state, waiting.attempts) == ("waiting", [])
        assert not client.resume_webhook(hook.id).is_paused
        receiver.wait_for(1)
        wait_until(lambda: client.delivery(waiting.id).state == "delivered", "its delivery")
        again = client.replay(waiting.id, signature="original")
        first, second = receiver.wait_for(2)
        assert first == second
        wait_until(lambda: client.delivery(again.id).state == "delivered", "the second")
        (attempt,) = client.delivery(again.id).attempts
        assert (attempt.number, attempt.request.fields) == (1, second)
        assert client.replay_all(webhook=hook.id, state="delivered") == 2
        receiver.wait_for(4)
    assert hook in client.webhooks()
    client.remove_webhook(hook.id)
    assert hook not in client.webhooks()


def test_a_message_comes_in_from_outside(client: SandboxClient, user: ApiUser) -> None:
    """As an answer to a mail would."""
    content = b"From: ben@ifaxin.com\r\nSubject: Re: bill\r\n\r\nthanks\r\n"
    told = client.inbound(user.api_user, content, rcpt_to="a@b.c")
    assert (told.event, told.api_user) == ("route", user.api_user)
    assert [*client.events(api_user=user.api_user, event="route")] == [told]


def test_a_copy_is_not_let_out_without_a_server_upstream(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """The server's own words say so."""
    send(server, user)
    email = client.wait_for_email(api_user=user.api_user)
    with pytest.raises(SandboxError, match="no server is set"):
        client.release(email.email_id, to="me@example.com")


def test_the_clock_is_stopped_moved_on_and_let_go() -> None:
    """On a sandbox of its own, for it is one clock for all."""
    with running() as server, SandboxClient(server.http_url) as client:
        noon = client.set_clock(set="2030-01-01T12:00:00Z", freeze=True)
        assert (noon.now, noon.is_frozen) == ("2030-01-01T12:00:00.000Z", True)
        assert client.set_clock(advance_s=90).now == "2030-01-01T12:01:30.000Z"
        assert client.clock().is_frozen
        assert not client.reset_clock().is_frozen


def test_api_users_settings_and_fidelity_are_listed(client: SandboxClient, user: ApiUser) -> None:
    """Without keys; with a filter."""
    assert client.config()["webhooks.check_urls"] == "false"
    listed = {each.api_user: each for each in client.api_users()}
    assert listed[user.api_user].user_id == user.user_id
    assert listed["sandbox_user"].is_configured
    assert {each.status for each in client.fidelity("unknown")} == {"unknown"}
    assert len(client.fidelity()) > len(client.fidelity("unknown"))


def test_what_an_api_user_keeps_is_looked_at_and_removed(
    server: Server, client: SandboxClient, user: ApiUser
) -> None:
    """Lists with their members, templates, bounces; how mail went."""
    login = {"apiUser": user.api_user, "apiKey": user.api_key}
    address = f"{user.api_user}@maillist.sendcloud.org".lower()
    of = {"invokeName": "bill", "name": "Bill", "html": "<p>hello</p>", "templateType": "0"}
    for path, form in (
        ("addresslist/add", {"address": address, "name": "all"}),
        ("addressmember/add", {"address": address, "members": TO, "names": "Ben"}),
        ("template/add", of | {"subject": "hello"}),
    ):
        url = f"{server.http_url}/api/{path}"
        with httpx.Client(trust_env=False) as plain:
            assert plain.post(url, data=login | form).json()["result"]
    assert [each.member_count for each in client.address_lists(user.api_user)] == [1]
    assert [each.name for each in client.members(user.api_user, address)] == ["Ben"]
    client.remove_address_list(user.api_user, address)
    assert [*client.address_lists(user.api_user)] == []
    assert [each.name for each in client.templates(user.api_user)] == ["Bill"]
    assert client.template(user.api_user, "bill").html == "<p>hello</p>"
    assert client.template_html(user.api_user, "bill") == "<p>hello</p>"
    client.remove_template(user.api_user, "bill")
    assert [*client.templates(user.api_user)] == []
    send(server, user, to="invalid@sandbox.test")
    client.wait_for_event("invalid", api_user=user.api_user)
    assert [each.sub_status for each in client.bounces(user.api_user)] == [406]
    assert client.forget_bounces(user.api_user, "invalid@sandbox.test") == 1
    assert client.statistics(api_user=user.api_user)["expansion"]["total"] == 1


def test_every_call_of_the_server_has_a_method(server: Server) -> None:
    """Those that OpenAPI describes, each under a name of its own."""
    told = httpx.get(f"{server.http_url}/openapi.json", trust_env=False).json()["paths"]
    wanted = {
        (method.upper(), re.sub(r"{\w+}", "x", path)): call["operationId"]
        for path, methods in told.items()
        for method, call in methods.items()
        if path.startswith(PREFIX)
    }
    made_all = [made(make) for make in CALLS.values()]
    known = {(each.method, re.sub(r"/[01](?=/|$)", "/x", PREFIX + each.path)) for each in made_all}
    assert known <= wanted.keys()
    assert {name for call, name in wanted.items() if call not in known} == FOR_PAGES


@pytest.mark.parametrize("kind", [SandboxClient, AsyncSandboxClient])
def test_help_shows_what_a_call_takes(kind: type[SandboxClient | AsyncSandboxClient]) -> None:
    """Each method has the words and the parameters of its call, behind self."""
    for name, make in CALLS.items():
        method = vars(kind)[name]
        assert method.__doc__ == make.__doc__
        assert [*inspect.signature(method).parameters] == [
            "self",
            *inspect.signature(make).parameters,
        ]


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
        (b"sendcloud-inbound/99.1", b'{"items":[[]],"next_cursor":null}', "version 99.1"),
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


@pytest.mark.slow
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


@pytest.mark.parametrize(
    "wrong",
    [{"signature": "\udcff\u4e2d"}, {"timestamp": "now"}, {"timestamp": "2"}, {"token": "u"}, None],
)
def test_a_call_that_is_not_signed_right_is_forged(wrong: dict[str, str] | None) -> None:
    """And is kept as such; one that lacks all three fields too."""
    right = {"timestamp": "1", "token": "t", "signature": sign("key", 1, "t").upper()}
    receiver = Receiver("http://x", "key")
    receiver.take(right)
    receiver.take({} if wrong is None else right | wrong)
    assert (receiver.events, len(receiver.forged)) == ([right], 1)


def test_nobody_there_is_said() -> None:
    """With the URL that was asked."""
    free = f"http://{nobody()}"
    with SandboxClient(free) as client, pytest.raises(ServerGoneError, match="no sandbox answers"):
        client.clear()


async def test_the_same_in_an_event_loop(server: Server) -> None:
    """Every call that the sync one has, by the same name."""
    public = {name for name in vars(SandboxClient) if not name.startswith("_")}
    assert public == {name for name in vars(AsyncSandboxClient) if not name.startswith("_")}
    assert public == {*CALLS, "close", "do", "all_of"}
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


@pytest.mark.parametrize("client_of", [SandboxClient, AsyncSandboxClient])
@pytest.mark.parametrize(
    "url",
    [
        "http://me:p%40ss@127.0.0.1:1",
        "http://me:p@ss@127.0.0.1:1/",
        "ftp://me:p@ss@h",
        "http://me:p@ss@h:x",
    ],
)
def test_no_error_tells_the_password(client_of: Any, url: str) -> None:
    """It stands in the URL alone, which no message repeats."""
    try:
        told = client_of(url).url
    except SandboxError as error:
        told = str(error)
    assert told.endswith(("http://127.0.0.1:1", "such as http://127.0.0.1:8025"))
    assert "ss@" not in told


async def test_a_login_stands_in_the_url_or_beside_it() -> None:
    """In both clients; the server that asks for one is told of by `running` with it."""
    login = {"username": "爱丽丝", "password": "p@ss:/word"}
    with running({"http": login}) as server:
        with SandboxClient(server.http_url) as client:
            assert [*client.messages()] == []
            plain = client.url
        async with AsyncSandboxClient(plain, login=("爱丽丝", "p@ss:/word")) as other:
            assert [each async for each in other.messages()] == []
        with SandboxClient(plain) as client, pytest.raises(SandboxError, match="wants a login"):
            next(client.messages())
