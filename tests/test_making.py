"""The parts that the program makes of its settings: where links lead to, and what signs them."""

from __future__ import annotations

import os
from typing import Any

import pytest

from sendcloud_inbound.app import making
from sendcloud_inbound.config import Settings
from sendcloud_inbound.rules.ids import MessageId, parse_message_id
from tests.builders import NOW_MS

BOUND = {"http": ("127.0.0.1", 50123)}


def settings(**sections: Any) -> Settings:
    """Return settings as in the config file."""
    return Settings.from_mapping(sections)


class Facts:
    """A store that keeps what it is told first."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    async def keep(self, name: str, value: str) -> str:
        """Return what is known under a name."""
        return self.known.setdefault(name, value)


@pytest.mark.parametrize(
    ("http", "addresses", "url"),
    [
        ({}, BOUND, "http://127.0.0.1:50123"),
        ({"port": 0}, BOUND, "http://127.0.0.1:50123"),
        ({}, {"http": ("0.0.0.0", 8025)}, "http://localhost:8025"),  # noqa: S104 - bound to nothing
        ({}, {"http": ("::", 8025)}, "http://localhost:8025"),
        ({}, {"http": ("::1", 8025)}, "http://[::1]:8025"),
        ({}, {"http": ("fe80::1%eth0", 8025)}, "http://[fe80::1]:8025"),
        ({"host": "10.0.0.7", "port": 80}, {"smtp": ("::1", 25)}, "http://10.0.0.7:80"),
        ({"port": 0}, {}, None),
        ({"public_url": "https://mail.example.com"}, BOUND, "https://mail.example.com"),
    ],
)
def test_the_public_url_is_where_http_is_reached(
    http: dict[str, Any], addresses: dict[str, tuple[str, int]], url: str | None
) -> None:
    """It has the port that was really bound; an address for all becomes this machine's name."""
    assert making.public_url(settings(http=http).http, addresses) == url


def test_the_tracking_host_follows_the_settings() -> None:
    """Base, key and generation come from them; without a domain there is none (D45)."""
    made = making.tracking_host(settings(tracking={"generation": 1}), BOUND, b"key")
    assert made is not None
    assert (made.url, made.key, made.generation) == ("http://127.0.0.1:50123", b"key", 1)
    named = making.tracking_host(settings(tracking={"domain": "t.example"}), BOUND, b"key")
    assert named is not None
    assert (named.url, named.generation) == ("http://t.example:50123", 2)
    assert making.tracking_host(settings(tracking={"domain": "none"}), BOUND, b"key") is None
    assert making.tracking_host(settings(http={"port": 0}), {}, b"key") is None


def test_accounts_know_the_host_of_links() -> None:
    """An account has the name without the port, or None; one made at its login has the same."""
    named = settings(tracking={"domain": "t.example"}, accounts_accept_any=True)
    book = making.accounts(named, making.tracking_host(named, BOUND, b"key"))
    for api_user in ("sandbox_user", "another"):
        found = book.find(api_user)
        assert found is not None
        assert found.tracking_domain == "t.example"
    known = making.accounts(settings(), None).find("sandbox_user")
    assert known is not None
    assert known.tracking_domain is None


@pytest.mark.parametrize(
    ("section", "region", "ip"),
    [({}, "sc", "10_10_127_51"), ({"region": "sg", "ip": "10.1.253.1"}, "sg", "10_1_253_1")],
)
def test_ids_tell_process_and_host(section: dict[str, str], region: str, ip: str) -> None:
    """Part 3 is this process; region and address are the settings', with underscores (D28)."""
    made = parse_message_id(making.ids(settings(ids=section)).make(15, NOW_MS))
    assert made == MessageId(NOW_MS, 15, os.getpid(), made.counter, region, ip)


async def test_the_key_is_made_once_for_a_store() -> None:
    """Every process of a store has the same; another store has another."""
    one, other = Facts(), Facts()
    first = await making.tracking_key(settings(), one.keep)
    assert len(first) == 32
    assert await making.tracking_key(settings(), one.keep) == first
    assert await making.tracking_key(settings(), other.keep) != first


async def test_a_seed_gives_the_same_key_everywhere() -> None:
    """Nothing is stored for it; another seed gives another."""
    facts = Facts()
    seeded = settings(ids={"seed": 7})
    first = await making.tracking_key(seeded, facts.keep)
    assert await making.tracking_key(seeded, Facts().keep) == first
    assert await making.tracking_key(settings(ids={"seed": 8}), facts.keep) != first
    assert facts.known == {}
