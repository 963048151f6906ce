"""Addresses at the reserved domain."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.simulation import ForcedOutcome, Outcome
from sendcloud_inbound.rules.simulation.magic import DELIVERED, read_magic

DOMAIN = "sandbox.test"


def asked(local: str) -> ForcedOutcome | None:
    """Return what a local part at the reserved domain asks for."""
    return read_magic(f"{local}@{DOMAIN}", DOMAIN)


@pytest.mark.parametrize(
    ("local", "wanted"),
    [
        ("deliver", ForcedOutcome(Outcome.DELIVER)),
        ("report_spam", ForcedOutcome(Outcome.REPORT_SPAM)),
        ("open", ForcedOutcome(Outcome.OPEN)),
        ("click", ForcedOutcome(Outcome.CLICK)),
        ("unsubscribe", ForcedOutcome(Outcome.UNSUBSCRIBE)),
        ("drop", ForcedOutcome(Outcome.DROP)),
        ("invalid", ForcedOutcome(Outcome.INVALID, sub_status=406)),
        ("invalid+404", ForcedOutcome(Outcome.INVALID, sub_status=404)),
        ("soft_bounce", ForcedOutcome(Outcome.SOFT_BOUNCE, sub_status=509)),
        ("soft_bounce+503", ForcedOutcome(Outcome.SOFT_BOUNCE, sub_status=503)),
        ("defer", ForcedOutcome(Outcome.DEFER, times=1)),
        ("defer-2", ForcedOutcome(Outcome.DEFER, times=2)),
        ("slow-5s", ForcedOutcome(Outcome.SLOW, delay_s=5.0)),
        ("slow-500ms", ForcedOutcome(Outcome.SLOW, delay_s=0.5)),
        ("refuse", ForcedOutcome(Outcome.REFUSE, code=550)),
        ("refuse-421", ForcedOutcome(Outcome.REFUSE, code=421)),
        ("data", ForcedOutcome(Outcome.DATA, code=552)),
        ("data-451", ForcedOutcome(Outcome.DATA, code=451)),
    ],
)
@pytest.mark.parametrize("tag", ["", "+ben", "+a+b-2@c"])
def test_a_name_asks_for_its_outcome(local: str, wanted: ForcedOutcome, tag: str) -> None:
    """In any case, and with any tag behind it."""
    assert asked(local + tag) == wanted
    assert asked((local + tag).upper()) == wanted


@pytest.mark.parametrize("number", statuses.ALL)
def test_every_sub_status_can_be_asked_for(number: int) -> None:
    """By the name of its own family; the other one's name does not take it."""
    is_invalid = number in statuses.INVALID
    invalid, soft_bounce = asked(f"invalid+{number}"), asked(f"soft_bounce+{number}+tag")
    wanted = ForcedOutcome(Outcome.INVALID if is_invalid else Outcome.SOFT_BOUNCE, number)
    assert (invalid, soft_bounce) == ((wanted, DELIVERED) if is_invalid else (DELIVERED, wanted))


@pytest.mark.parametrize(
    "local",
    [
        "ben",
        "",
        "deliver-2",
        "opened",
        "invalid-404",
        "invalid+410",
        "invalid+4040",
        "invalid+" + "9" * 5000,
        "soft_bounce+502",
        "defer-0",
        "defer-21",
        "defer-2s",
        "defer-",
        "slow",
        "slow-5",
        "slow-0s",
        "slow-86401s",
        "slow-5h",
        "refuse-250",
        "refuse-600",
        "refuse-550ms",
        "data-399",
        "refuse-٥٥٠",
        '"invalid"',
    ],
)
def test_what_means_nothing_is_delivered(local: str) -> None:
    """An ordinary address of the domain, or a number out of all tables, is a plain delivery."""
    assert asked(local) == DELIVERED


@pytest.mark.parametrize("host", ["sandbox.test.example", "mail.sandbox.test", "example", ""])
def test_other_domains_ask_for_nothing(host: str) -> None:
    """The name means something at the reserved domain alone."""
    assert read_magic(f"invalid@{host}", DOMAIN) is None
    assert read_magic("invalid", DOMAIN) is None


def test_without_a_domain_nothing_is_magic() -> None:
    """Where the domain is switched off an address without a domain is not magic either."""
    assert read_magic("invalid@", "") is None
    assert read_magic("postmaster", "") is None


@given(st.text())
def test_any_address_can_be_asked_about(address: str) -> None:
    """Whatever the address, it is magic, delivered, or none of the domain's."""
    forced = read_magic(f"{address}@{DOMAIN}", DOMAIN)
    assert forced is not None
    assert read_magic(address, DOMAIN) is None or address.lower().endswith(f"@{DOMAIN}")
