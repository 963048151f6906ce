"""The links that tracking writes into mail, followed by real HTTP clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from structlog.testing import capture_logs

from sendcloud_inbound.events import Events
from sendcloud_inbound.http.languages import preferred
from sendcloud_inbound.http.tracking import TrackingHost
from sendcloud_inbound.http.tracking.locations import location
from sendcloud_inbound.rules.events import BROWSER
from sendcloud_inbound.rules.simulation import Simulation
from sendcloud_inbound.rules.tracking import Host, Kind, Mailing, Tracked
from tests import builders
from tests.fakes import FakeClock
from tests.http.serving import application, get, serving, take

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.rules.history import Event
    from sendcloud_inbound.store import Store

KEY = b"k" * 32
LINK = "https://ifaxin.com/?a=1&b=%20#c"
TO = "ben@ifaxin.com"
CHROME = (
    "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chromium/34.0.1847.116 Chrome/34.0.1847.116 Safari/537.36"
)
GENERATIONS = pytest.mark.parametrize("generation", [1, 2])
KINDS = pytest.mark.parametrize("kind", Kind)
CONFIRM = {"confirm": "yes"}
HOST = TrackingHost(
    KEY,
    "sctrack.example.com",
    is_apart=True,
    chinese_pages=frozenset({562}),
    english_pages=frozenset({563}),
)
CHINESE, ENGLISH = {"Accept-Language": "zh-CN,zh;q=0.9"}, {"Accept-Language": "en-GB"}


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the application with a tracking host; nothing is followed by itself."""
    async with serving(application(store, tracking=HOST)) as client:
        client.headers["User-Agent"] = CHROME
        yield client


async def mail(store: Store, to: str = TO) -> str:
    """Store an email; return its emailId."""
    record = await take(store, builders.expansion(to), rcpt_to=(to,))
    return f"{record.message_id}0${to}"


def path_of(email_id: str, kind: Kind, generation: Any = 2, **more: Any) -> str:
    """Return the path of a link of an email, with its query."""
    host = Host("http://sctrack.example.com", KEY, generation)
    url = host.url_of(Tracked(kind, email_id, Mailing(15, 123456), **more))
    return url.removeprefix(host.url)


def token_of(path: str) -> str:
    """Return the token in a link's path."""
    return path.rpartition("p=")[2] if "p=" in path else path.split("/", 3)[3].rpartition(".")[0]


async def happened(client: httpx.AsyncClient) -> list[str]:
    """Return the events there are, newest first."""
    return [each["event"] for each in (await get(client, "events"))["items"]]


@GENERATIONS
async def test_the_pixel_is_an_open(
    client: httpx.AsyncClient, store: Store, generation: int
) -> None:
    """Each time is one event."""
    path = path_of(await mail(store), Kind.OPEN, generation)
    for _ in range(2):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.content.startswith(b"GIF89a")
        assert answer.headers["cache-control"] == "no-store"
    first, second = (await get(client, "events"))["items"]
    assert first["fields"] == second["fields"]
    assert first["event"] == "open"


@KINDS
async def test_an_event_tells_who_followed(
    client: httpx.AsyncClient, store: Store, kind: Kind
) -> None:
    """Address, browser and system as in the captures (4.5), and a link only for a click."""
    number = await mail(store)
    path = path_of(number, kind, link=LINK)
    await (client.post(path, data=CONFIRM) if kind is Kind.UNSUBSCRIBE else client.get(path))
    (event,) = (await get(client, "events"))["items"]
    fields = event["fields"]
    assert (fields["event"], fields["message"]) == (kind.value, f"{kind.value} email")
    assert (fields["emailId"], fields["recipient"]) == (number, TO)
    browser = ["127.0.0.1", "Chromium", "34.0.1847", "Windows 7", ""]
    assert [fields[name] for name in BROWSER] == browser
    assert fields.get("url") == (LINK if kind is Kind.CLICK else None)


@GENERATIONS
async def test_a_click_leads_to_its_link(
    client: httpx.AsyncClient, store: Store, generation: int
) -> None:
    """Exactly there, and it is one click and no open."""
    answer = await client.get(path_of(await mail(store), Kind.CLICK, generation, link=LINK))
    assert (answer.status_code, answer.headers["location"]) == (302, LINK)
    (event,) = (await get(client, "events"))["items"]
    assert (event["event"], event["fields"]["url"]) == ("click", LINK)


@GENERATIONS
async def test_unsubscribing_asks_first(
    client: httpx.AsyncClient, store: Store, generation: int
) -> None:
    """Looking at the page changes nothing; its form unsubscribes, and the address is suppressed."""
    path = path_of(await mail(store), Kind.UNSUBSCRIBE, generation)
    asked = await client.get(path, headers=ENGLISH)
    assert asked.status_code == 200
    assert TO in asked.text
    assert await happened(client) == []
    assert (await client.post(path, data={"other": "yes"}, headers=ENGLISH)).text == asked.text
    done = await client.post(path, data=CONFIRM, headers=ENGLISH)
    assert (done.status_code, "Unsubscribed" in done.text) == (200, True)
    assert await happened(client) == ["unsubscribe"]
    (suppressed,) = (await get(client, "suppressions"))["items"]
    assert (suppressed["address"], suppressed["kind"]) == (TO, "unsubscribe")


@pytest.mark.parametrize("as_multipart", ["form", "multipart"])
async def test_one_click_unsubscribes_at_once(
    client: httpx.AsyncClient, store: Store, as_multipart: str
) -> None:
    """As RFC 8058 has mail programs do it, in both forms, out of the page of another site."""
    path = path_of(await mail(store), Kind.UNSUBSCRIBE)
    pair = {"List-Unsubscribe": "One-Click"}
    body: dict[str, Any] = (
        {"data": pair}
        if as_multipart == "form"
        else {"files": {name: (None, value) for name, value in pair.items()}}
    )
    origin = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}
    answer = await client.post(path, headers=origin, **body)
    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert await happened(client) == ["unsubscribe"]


@KINDS
async def test_head_is_no_event(client: httpx.AsyncClient, store: Store, kind: Kind) -> None:
    """Nobody reads what it asks for."""
    answer = await client.head(path_of(await mail(store), kind, link=LINK))
    assert answer.status_code == (302 if kind is Kind.CLICK else 200)
    assert await happened(client) == []


@GENERATIONS
@KINDS
async def test_what_we_did_not_sign_is_nothing(
    client: httpx.AsyncClient, store: Store, kind: Kind, generation: int
) -> None:
    """Forged, altered, cut off, of another kind: the same 404, no event and no redirect."""
    number = await mail(store)
    good = path_of(number, kind, generation, link=LINK)
    begin, middle = good[:-12], good[-12:]
    forged = Host("http://sctrack.example.com", b"x" * 32).url_of(
        Tracked(kind, number, Mailing(15, 123456), LINK)
    )
    other = path_of(number, next(each for each in Kind if each is not kind), generation, link=LINK)
    wrong = [
        begin[:-1] + ("A" if begin[-1] != "A" else "B") + middle,
        good[: len(good) // 2],
        good + "x",
        forged.partition("sctrack.example.com")[2],
        good.replace(token_of(good), token_of(other)),
        "/track/",
        "/track/click2/https://evil.example/.html",
    ]
    told = set()
    for path in wrong:
        read = await client.get(path)
        told.add((read.status_code, read.text, read.headers.get("location")))
        posted = await client.post(path, data=CONFIRM)
        assert posted.status_code == 404, path
    ((status, _, goal),) = told
    assert (status, goal) == (404, None)
    assert await happened(client) == []


@pytest.mark.parametrize("position", ["0", "9" * 20])
async def test_a_mail_that_is_gone_hurts_no_reader(
    client: httpx.AsyncClient, position: str
) -> None:
    """Links lead on, and the pixel is there; who wants to unsubscribe is told."""
    number = f"{builders.message_id()}{position}${TO}"
    assert (await client.get(path_of(number, Kind.OPEN))).status_code == 200
    answer = await client.get(path_of(number, Kind.CLICK, link=LINK))
    assert answer.headers["location"] == LINK
    assert (await client.get(path_of(number, Kind.UNSUBSCRIBE))).status_code == 410
    assert await happened(client) == []


async def test_a_store_that_is_away_hurts_no_reader(
    client: httpx.AsyncClient, store: Store
) -> None:
    """The event is lost, as the log tells, and not the reader; only unsubscribing has to wait."""
    number = await mail(store)
    await store.close()
    with capture_logs() as logged:
        assert (await client.get(path_of(number, Kind.OPEN))).status_code == 200
        answer = await client.get(path_of(number, Kind.CLICK, link=LINK))
    assert answer.headers["location"] == LINK
    lost = [(each["kind"], each["email_id"]) for each in logged if "event_lost" in each["event"]]
    assert lost == [("open", number), ("click", number)]
    path = path_of(number, Kind.UNSUBSCRIBE)
    assert (await client.get(path)).status_code == 503
    for form in (CONFIRM, {"List-Unsubscribe": "One-Click"}):
        answer = await client.post(path, data=form)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


class Late(Events):
    """Writes what happens, but later than anybody waits for."""

    async def happen(self, *what: Any) -> Event:
        """Write it all the same."""
        await super().happen(*what)
        raise TimeoutError


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH])
async def test_what_was_written_too_late_is_not_denied(
    store: Store, headers: dict[str, str]
) -> None:
    """A commit goes on when nobody waits for it: neither page nor log says that nothing was."""
    late = Late(store.outbox, store.orders, Simulation(), FakeClock(2 * builders.NOW_MS))
    number = await mail(store)
    app = application(store, tracking=HOST, events=late)
    async with serving(app) as client:
        with capture_logs() as logged:
            await client.get(path_of(number, Kind.OPEN))
        path = path_of(number, Kind.UNSUBSCRIBE)
        answer = await client.post(path, data=CONFIRM, headers=headers)
        assert await happened(client) == ["unsubscribe", "open"]
    assert [each["event"] for each in logged] == ["tracking_event_late"]
    assert answer.status_code == 503
    assert not any(words in answer.text for words in ("nothing was changed", "尚未作任何更改"))


@pytest.mark.parametrize(
    ("page_id", "headers", "words"),
    [
        (-1, CHINESE, "取消订阅"),
        (-1, ENGLISH, "Unsubscribe"),
        (562, ENGLISH, "取消订阅"),
        (563, CHINESE, "Unsubscribe"),
    ],
)
async def test_the_page_speaks_the_language_of_its_number(
    client: httpx.AsyncClient, store: Store, page_id: int, headers: dict[str, str], words: str
) -> None:
    """Or that of its reader, where the number says nothing."""
    path = path_of(await mail(store), Kind.UNSUBSCRIBE, page_id=page_id)
    page = (await client.get(path, headers=headers)).text
    assert f"<h1>{words}</h1>" in page
    assert (str(page_id) in page) is (page_id >= 0)


async def test_a_hostile_recipient_is_only_text(client: httpx.AsyncClient, store: Store) -> None:
    """No mark-up comes out of an address, and nothing may run on the page."""
    to = '"<script>alert(1)</script>\'&"@b.c'
    answer = await client.get(path_of(await mail(store, to), Kind.UNSUBSCRIBE))
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
async def test_a_link_that_runs_something_is_not_followed(
    client: httpx.AsyncClient, store: Store, link: str
) -> None:
    """Whoever signed it."""
    answer = await client.get(path_of(await mail(store), Kind.CLICK, link=link))
    assert answer.status_code == 404


async def test_the_tracking_host_shows_links_and_nothing_else(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Its name is in every mail; another name does not even lead to the links."""
    path = path_of(await mail(store), Kind.OPEN)
    for host, asked, status in (
        ("sctrack.example.com", path, 200),
        ("SCTRACK.example.com:80", path, 200),
        ("sctrack.example.com", "/sandbox/v1/messages", 421),
        ("sctrack.example.com", "/", 421),
        ("evil.example", path, 421),
    ):
        answer = await client.get(asked, headers={"Host": host})
        assert answer.status_code == status, (host, asked)


@given(st.text(max_size=60))
def test_no_link_can_add_a_header(text: str) -> None:
    """Whatever it holds, its location is one line of printable ASCII."""
    for link in (f"https://{text}", f"https://a.b/{text}"):
        found = location(link)
        assert found is None or (found.isascii() and found.isprintable() and " " not in found)


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("en;q=0.1,zh;q=0.5", "zh"),
        ("de", "en"),
        ("zh;q=0,de", "en"),
        ("*", "zh"),
        ("\x00;;q=9", "zh"),
    ],
)
def test_the_language_is_what_the_reader_prefers(accepts: str, language: str) -> None:
    """Of the two there are (RFC 9110 12.5.4)."""
    assert preferred(accepts) == language
