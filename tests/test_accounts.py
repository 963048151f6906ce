"""The accounts: who may log in, and whose mail the worker meets (SENDCLOUD.md 1.4)."""

from __future__ import annotations

import pytest

from sendcloud_inbound.accounts import Accounts
from tests.builders import account

KNOWN = account(api_user="my_user", api_key="my_key")


def test_an_account_is_found_by_its_name() -> None:
    """The worker asks for the API_USER that a message came by."""
    accounts = Accounts([KNOWN, account()])
    assert accounts.find("my_user") is KNOWN
    assert accounts.find("MY_USER") is None


def test_an_account_made_at_its_login_is_found() -> None:
    """Session and worker share one book: the account is the one that logged in."""
    accounts = Accounts([KNOWN], accept_any=True, tracking_domain="sctrack.example.com")
    session = accounts.log_in(b"a_guest#12", b"secret")
    assert session is not None
    assert accounts.find("a_guest") is session.account
    assert session.account.tracking_domain == "sctrack.example.com"


@pytest.mark.parametrize("tracking_domain", ["localhost", None])
def test_mail_of_an_account_made_before_a_restart_has_the_defaults(
    tracking_domain: str | None,
) -> None:
    """An unknown API_USER, when any is accepted, is as one that was made at its login."""
    accounts = Accounts([KNOWN], accept_any=True, tracking_domain=tracking_domain)
    found = accounts.find("a_guest")
    assert found is not None
    assert (found.api_user, found.tracking_domain) == ("a_guest", tracking_domain)
    assert (found.sending_domain, found.number) == (
        account().sending_domain,
        account(api_user="a_guest").number,
    )


def test_looking_for_an_account_makes_none() -> None:
    """The first login decides about the key, whatever the worker asked for before."""
    accounts = Accounts([], accept_any=True)
    accounts.find("a_guest")
    session = accounts.log_in(b"a_guest", b"secret")
    assert session is not None
    assert session.account.api_key == "secret"
    assert accounts.log_in(b"a_guest", b"") is None


def test_nobody_unknown_is_found_where_only_the_known_may_log_in() -> None:
    """An account that was taken out of the settings leaves its mail without one."""
    assert Accounts([KNOWN]).find("a_guest") is None
