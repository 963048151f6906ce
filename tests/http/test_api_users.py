"""API_USERs made by call, and deleting with all that is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.ports import PostFilter
from sendcloud_inbound.rules.history import (
    Event,
    EventKind,
    Pending,
    Post,
    Suppression,
    SuppressionKind,
)
from sendcloud_inbound.store.bodies import MAX_IN_ROW
from tests import builders
from tests.builders import NOW_MS
from tests.http.serving import API, application, get, problem_of, serving, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

USERS = f"{API}/api-users"
LARGE = b"Subject: s\r\n\r\n" + b"x" * (MAX_IN_ROW + 1)


async def made(client: httpx.AsyncClient, **order: Any) -> dict[str, Any]:
    """Make an API_USER."""
    response = await client.post(USERS, json=order)
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    return told


def accounts(store: Store) -> Accounts:
    """Return the accounts as the SMTP side of the same process has them."""
    return Accounts([builders.account()], made=store.orders.api_users, tracking_domain="t.example")


async def test_one_call_gives_a_name_and_keys(client: httpx.AsyncClient, store: Store) -> None:
    """That log in at once; two calls give two."""
    one, two = await made(client), await made(client)
    assert one["api_user"] != two["api_user"]
    assert (one["is_configured"], one["expires_at"], one["webhooks"]) == (False, None, [])
    login = accounts(store).log_in(one["api_user"].encode(), one["api_key"].encode())
    assert login is not None
    assert (login.account.app_key, login.account.tracking_domain) == (one["app_key"], "t.example")
    assert accounts(store).log_in(one["api_user"].encode(), two["api_key"].encode()) is None


async def test_everything_can_be_ordered(client: httpx.AsyncClient, store: Store) -> None:
    """Names, keys, settings, webhooks, rules, how long."""
    order = {
        "api_user": "my_tests",
        "api_key": "key",
        "app_key": "app",
        "user_id": 99,
        "type": "batch",
        "click_tracking": True,
        "page_ids": [562],
        "webhook_url": ["http://127.0.0.1:9/a", "http://127.0.0.1:9/b"],
        "rules": {"seed": 5, "rules": [{"recipient": "*", "outcome": "open"}]},
        "ttl_s": 60,
    }
    told = await made(client, **order)
    assert (told["api_user"], told["api_key"], told["app_key"]) == ("my_tests", "key", "app")
    assert told["expires_at"] is not None
    account = accounts(store).find("my_tests")
    assert account is not None
    assert (account.user_id, account.type, account.click_tracking) == (99, "batch", True)
    assert account.page_ids == (562,)
    assert [each.key for each in store.orders.all_webhooks()] == told["webhooks"]
    assert store.orders.rules("my_tests").seed == 5


@pytest.mark.parametrize(
    ("order", "detail"),
    [
        ({"api_user": "tst"}, 'api_user: "tst" is not an API_USER; give 6 to 32 letters, digits'),
        ({"colour": "red"}, "colour: there is no such key"),
        ({"ttl_s": 0}, "ttl_s: 0 is not a time in seconds; give a number above 0"),
        ({"rules": {"rules": [{}]}}, "rules: "),
        ({"rules": []}, "rules: [] is not rules; give an object as PUT rules takes it"),
        ({"seed": "six"}, 'seed: "six" is not a seed; give a whole number'),
        ({"api_key": ""}, "api_key: the value is not a key; give a text that is not empty"),
        ({"page_ids": [7], "default_page_id": 8}, "default_page_id: 8 is not among page_ids"),
        ({"clock_offset_s": 1.5}, "clock_offset_s: "),
        ({"user_id": "x"}, "user_id: "),
        ([], "it is no JSON object"),
    ],
)
async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, store: Store, order: Any, detail: str
) -> None:
    """With the name of the member; nobody is made."""
    told = problem_of(await client.post(USERS, json=order))
    assert (told["type"], told["detail"].startswith(detail)) == ("/docs#bad-body", True), told
    assert store.orders.api_users() == {}


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("name", "This call takes api_user, api_key, app_key, "),
        ("apiUser", "Did you mean api_user?"),
        ("ttl", "Did you mean ttl_s?"),
    ],
)
async def test_an_unknown_key_is_refused_with_the_nearest(
    client: httpx.AsyncClient, key: str, remedy: str
) -> None:
    """Whether it is like a setting of an account or like what is ordered beside them."""
    told = problem_of(await client.post(USERS, json={key: ""}))
    assert (told["type"], told["detail"]) == ("/docs#bad-body", f"{key}: there is no such key")
    assert told["remedy"].startswith(remedy)


@pytest.mark.parametrize(
    ("order", "seed"),
    [
        ({"seed": 6}, 6),
        ({"seed": 6, "rules": {"rules": []}}, 6),
        ({"seed": 6, "rules": {"seed": 5, "rules": []}}, 5),
    ],
)
async def test_its_dice_have_a_seed(
    client: httpx.AsyncClient, store: Store, order: dict[str, Any], seed: int
) -> None:
    """Its own, unless its rules name one."""
    name = (await made(client, **order))["api_user"]
    assert store.orders.rules(name).seed == seed


async def test_a_name_is_given_once(client: httpx.AsyncClient) -> None:
    """Neither that of the settings nor one that was made is made again."""
    await made(client, api_user="my_tests")
    for name in ("my_tests", "sandbox_user"):
        told = problem_of(await client.post(USERS, json={"api_user": name}))
        assert (told["status"], told["type"]) == (409, "/docs#taken")


async def test_a_name_is_free_when_all_that_was_its_is_gone(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Until then nobody logs in as it, and nobody else gets it with another's mail."""
    keys = await made(client, api_user="my_tests")
    book, name = accounts(store), keys["api_user"]
    session = book.log_in(name.encode(), keys["api_key"].encode())
    assert session is not None
    assert book.may_send(session.account)
    await full(store, name)
    assert await store.orders.retire_api_user(name)
    assert book.log_in(name.encode(), keys["api_key"].encode()) is None
    assert not book.may_send(session.account)
    again = await client.post(USERS, json={"api_user": name})
    assert problem_of(again)["type"] == "/docs#taken"
    assert (await client.delete(f"{USERS}/{name}")).json()["messages"] == 1
    anew = await made(client, api_user=name, rules={"rules": []})
    assert not book.may_send(session.account)
    assert await store.eraser.erase_api_user(name) == 0  # an older removal, come late
    assert [*store.orders.api_users()] == [name]
    assert book.log_in(name.encode(), anew["api_key"].encode()) is not None


async def test_mail_that_was_under_way_goes_too(
    client: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was put between the last look for mail and the removal of the name."""
    name = (await made(client))["api_user"]
    revise = store.orders.revise
    late: list[str] = []

    async def put_and_revise(do: Any) -> Any:
        if not late:
            late.append(await full(store, name))
        return await revise(do)

    await store.orders.retire_api_user(name)
    monkeypatch.setattr(store.orders, "revise", put_and_revise)
    assert await store.eraser.erase_api_user(name) == 1
    assert await left(store) == (0, 0, 0, 0)
    assert store.orders.api_users() == {}


async def test_a_name_can_be_made_where_any_may_log_in(store: Store) -> None:
    """`accounts_accept_any` makes nobody taken."""
    anybody = Accounts([builders.account()], accept_any=True, made=store.orders.api_users)
    async with serving(application(store, accounts=anybody)) as client:
        assert (await made(client, api_user="my_tests"))["api_user"] == "my_tests"


async def test_the_list_tells_no_keys(client: httpx.AsyncClient) -> None:
    """Only who makes one is told."""
    await made(client, api_user="my_tests")
    items = (await get(client, "api-users"))["items"]
    assert [(each["api_user"], each["is_configured"]) for each in items] == [
        ("sandbox_user", True),
        ("my_tests", False),
    ]
    assert {each["api_key"] for each in items} == {None}


async def full(store: Store, api_user: str, **fields: Any) -> str:
    """Store a message with everything that can belong to one; return its messageId."""
    events = (Event(EventKind.REQUEST, api_user, NOW_MS, 0, 0),)
    post = Post(1, api_user, "http://127.0.0.1:9/", EventKind.OPEN, 0, "{}", NOW_MS, NOW_MS)
    outcome = builders.expansion(
        "a@b.c", events=events, posts=(post,), pending=(Pending(0, NOW_MS),)
    )
    return (await take(store, outcome, api_user=api_user, **fields)).message_id


async def left(store: Store) -> tuple[int, int, int, int]:
    """Return how many messages, emails, events and calls there are."""
    return (
        len((await store.messages(builders.ANY_MAIL, 500)).items),
        len((await store.emails(builders.ANY_MAIL, 500)).items),
        len((await store.journal.events(builders.ANY_EVENT, 500)).items),
        len((await store.deliveries.posts(PostFilter(), 500)).items),
    )


async def test_all_that_is_theirs_goes_and_nothing_else(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Mail with its files, events, calls, rules, webhooks, suppressions; others keep theirs."""
    name = (await made(client, webhook_url="http://127.0.0.1:9/", rules={"rules": []}))["api_user"]
    gone = [await full(store, name), await full(store, name, content=LARGE)]
    stays = await full(store, "sandbox_user", content=LARGE)
    spam = Suppression(name, "a@b.c", SuppressionKind.SPAM, NOW_MS, None)
    await store.suppressions.suppress(spam)
    response = await client.delete(f"{USERS}/{name}")
    assert response.json() == {"messages": 2, "is_configured": False}
    assert await left(store) == (1, 1, 1, 1)
    assert await store.content(stays) == LARGE
    assert [await store.content(message_id) for message_id in gone] == [None, None]
    assert await store.suppressions.suppressions(None) == []
    assert (store.orders.api_users(), store.orders.all_webhooks()) == ({}, ())
    assert [each.email.api_user for each in await store.outbox.claim(9, 60)] == ["sandbox_user"]
    again = problem_of(await client.delete(f"{USERS}/{name}"))
    assert again["type"] == "/docs#unknown-api-user"
    assert again["remedy"] == "GET /sandbox/v1/api-users lists the API_USERs there are."


async def test_one_of_the_settings_stays(client: httpx.AsyncClient, store: Store) -> None:
    """Only its mail goes."""
    await full(store, "sandbox_user")
    response = await client.delete(f"{USERS}/sandbox_user")
    assert response.json() == {"messages": 1, "is_configured": True}
    assert accounts(store).find("sandbox_user") is not None
    assert await left(store) == (0, 0, 0, 0)


async def test_messages_are_deleted_by_filters(client: httpx.AsyncClient, store: Store) -> None:
    """Those that match, then all; a page of them cannot be deleted."""
    for number in range(3):
        await full(store, f"user_{number}", rcpt_to=("a@b.c",))
    path = f"{API}/messages"
    response = await client.delete(path, params={"api_user": "user_1", "recipient": "A@b.c"})
    assert response.json() == {"messages": 1}
    assert (await left(store))[0] == 2
    told = problem_of(await client.delete(path, params={"limit": 1}))
    assert told["detail"].startswith("limit: ")
    told = problem_of(await client.delete(path, params={"api_usr": "x"}))
    assert told["type"] == "/docs#unknown-parameter"
    assert (await left(store))[0] == 2
    assert (await client.delete(path)).json() == {"messages": 2}
    assert await left(store) == (0, 0, 0, 0)


async def test_more_than_one_batch_is_deleted(client: httpx.AsyncClient, store: Store) -> None:
    """However many there are."""
    for _ in range(450):
        await store.put(builders.record())
    assert (await client.delete(f"{API}/messages")).json() == {"messages": 450}


async def test_one_message_is_deleted(client: httpx.AsyncClient, store: Store) -> None:
    """And is unknown afterwards."""
    message_id = await full(store, "sandbox_user")
    path = f"{API}/messages/{message_id}"
    assert (await client.delete(path)).json() == {"messages": 1}
    assert problem_of(await client.delete(path))["type"] == "/docs#unknown-message"
