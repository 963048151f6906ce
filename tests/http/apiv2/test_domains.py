"""domain/*: the domains of a user (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from tests import builders
from tests.http.apiv2.reading import NOW, code, info
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.store import Store

SANDBOX = "sandbox.sendcloud.org"
KEYS = [
    *("name", "type", "verify", "verifyKey.domain", "verifyKey.value"),
    *("spf.domain", "spf.value", "dkim.domain", "dkim.value", "cname.domain", "cname.value"),
    *("mx.domain", "mx.value", "gmtCreated", "gmtUpdated"),
]


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a user whose API_USERs have several domains, and another user."""
    accounts = Accounts(
        [
            builders.account(send_domains=("ifaxin.com",)),
            builders.account(api_user="second_user", unverified_domains=("new.ifaxin.com",)),
            builders.account(api_user="foreign_user", user_id=16, sending_domain="other.com"),
        ]
    )
    async with serving(application(store, accounts=accounts)) as client:
        yield client


async def names(client: httpx.AsyncClient, **form: str) -> list[str]:
    """Return the names of the domains that are listed."""
    found = await info(client, "/apiv2/domain/list", **form)
    assert found["count"] == len(found["dataList"])
    return [row["name"] for row in found["dataList"]]


async def test_the_users_domains_are_listed(client: httpx.AsyncClient) -> None:
    """Each once, with what is verified and the records that are to be made."""
    rows: list[dict[str, Any]] = (await info(client, "/apiv2/domain/list"))["dataList"]
    assert [(row["name"], row["type"], row["verify"]) for row in rows] == [
        (SANDBOX, "测试", 31),
        ("ifaxin.com", "普通", 31),
        ("new.ifaxin.com", "普通", 0),
    ]
    assert {tuple(row) for row in rows} == {tuple(KEYS)}
    assert rows[1]["spf.value"] == "v=spf1 include:spf.sendcloud.org ~all"
    assert rows[1]["cname.domain"] == "sctrack.ifaxin.com"


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"name": "IFAXIN.com;none.com"}, ["ifaxin.com"]),
        ({"type": "0"}, [SANDBOX]),
        ({"type": "1"}, ["ifaxin.com", "new.ifaxin.com"]),
        ({"verify": "31"}, [SANDBOX, "ifaxin.com"]),
        ({"verify": ">22"}, [SANDBOX, "ifaxin.com"]),
        ({"verify": ">31"}, [SANDBOX, "ifaxin.com"]),
        ({"verify": "<12"}, ["new.ifaxin.com"]),
        ({"verify": "<0"}, ["new.ifaxin.com"]),
        ({"verify": "1"}, []),
    ],
)
async def test_domains_are_found_by_each_parameter(
    client: httpx.AsyncClient, form: dict[str, str], found: list[str]
) -> None:
    """The signs mean at least and at most."""
    assert await names(client, **form) == found


async def test_a_domain_is_added_and_renamed(client: httpx.AsyncClient) -> None:
    """It is not verified, and API_USERs can be bound to it."""
    added = (await info(client, "/apiv2/domain/add", name="Mail.Example.com"))["data"]
    assert list(added) == KEYS
    assert (added["name"], added["verify"], added["gmtCreated"]) == ("mail.example.com", 0, NOW)
    assert await names(client, verify="0") == ["new.ifaxin.com", "mail.example.com"]
    api_user = {"name": "new_user", "emailType": "0", "domainName": "mail.example.com"}
    await info(client, "/apiv2/apiuser/add", **api_user)
    assert "mail.example.com" in await names(client, verify="0")
    form = {"name": "mail.example.com", "newName": "post.example.com"}
    assert await code(client, "/apiv2/domain/update", **form) == 41016
    await info(client, "/api/domain/add", name="a.org")
    found = await info(client, "/apiv2/domain/update", name="A.org", newName="b.org")
    changed = found["data"]
    assert (list(changed), changed["name"], changed["gmtUpdated"]) == (KEYS, "b.org", NOW)
    assert await names(client, name="a.org;b.org") == ["b.org"]


async def test_what_an_api_user_added_goes_with_it(client: httpx.AsyncClient, store: Store) -> None:
    """As all that is its."""
    await info(client, "/api/domain/add", name="mail.example.com")
    await store.eraser.erase_api_user("sandbox_user")
    assert "mail.example.com" not in await names(client)


async def test_a_user_has_five_domains(client: httpx.AsyncClient) -> None:
    """Those of the settings counted."""
    for number in range(2):
        await info(client, "/api/domain/add", name=f"d{number}.com")
    assert await code(client, "/api/domain/add", name="one.too.many.com") == 41012


@pytest.mark.parametrize(
    ("call", "form", "number"),
    [
        ("list", {"name": ""}, 41001),
        ("add", {}, 41001),
        ("update", {"newName": "a.com"}, 41001),
        ("list", {"name": "a." * 126}, 41002),
        ("add", {"name": "a" * 251}, 41002),
        ("list", {"name": "a b.com"}, 41003),
        ("add", {"name": "localhost"}, 41003),
        ("add", {"name": "my.ifaxin.com"}, 41003),
        ("add", {"name": "Sendcloud.example.com"}, 41003),
        ("update", {"name": "new.ifaxin.com"}, 41004),
        ("update", {"name": "new.ifaxin.com", "newName": "a" * 251}, 41005),
        ("update", {"name": "new.ifaxin.com", "newName": "-.com"}, 41006),
        ("update", {"name": "new.ifaxin.com", "newName": "x.sendcloud.org"}, 41006),
        ("list", {"type": ""}, 41007),
        ("list", {"type": "2"}, 41008),
        ("list", {"verify": ""}, 41009),
        ("list", {"verify": "=1"}, 41010),
        ("list", {"verify": "> 1"}, 41010),
        ("list", {"verify": "32"}, 41011),
        ("list", {"verify": ">99999999999999999999"}, 41011),
        ("update", {"name": "a.com;b.com", "newName": "c.com"}, 41013),
        ("update", {"name": "a.com", "newName": "c.com"}, 41014),
        ("update", {"name": "other.com", "newName": "c.com"}, 41014),
        ("add", {"name": "mine.com"}, 41015),
        ("update", {"name": "new.ifaxin.com", "newName": "mine.com"}, 41016),
        ("update", {"name": "new.ifaxin.com", "newName": "c.com"}, 41016),
    ],
)
async def test_each_refusal_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], number: int
) -> None:
    """As SENDCLOUD.md 8 has them; nothing has changed afterwards."""
    await info(client, "/api/domain/add", name="mine.com")
    before = await names(client)
    assert await code(client, f"/apiv2/domain/{call}", **form) == number
    assert await names(client) == before


async def test_what_cannot_be_written_has_its_code(client: httpx.AsyncClient, store: Store) -> None:
    """A store that is away."""
    await store.close()
    assert await code(client, "/api/domain/add", name="a.com") == 41015
    assert await code(client, "/api/domain/update", name="a.com", newName="b.com") == 41016
