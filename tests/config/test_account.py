"""The settings of an account: type, tracking, unsubscribe pages, domains (SENDCLOUD.md 7.11)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sendcloud_inbound.config import Settings, load, masked
from sendcloud_inbound.errors import ConfigError
from sendcloud_inbound.rules.model import NO_PAGE, Account, AccountType

ENV = "SENDCLOUD_INBOUND_"
ACCOUNT: dict[str, Any] = {"api_user": "my_user", "api_key": "my_key"}
FULL = ACCOUNT | {
    "type": "batch",
    "sending_domain": "Mail.Example.",
    "open_tracking": False,
    "click_tracking": True,
    "subscription_tracking": False,
    "default_page_id": 562,
    "page_ids": [562, 563],
    "send_domains": ["A.example", "b.example"],
    "unverified_domains": ["c.example"],
}
DOMAIN_FORM = "is not a domain; give a name such as mail.example.com"
DOMAINS_FORM = 'give names such as ["mail.example.com"]'
PAGE_FORM = "is not a page; give the number of an unsubscribe page, or -1 for SendCloud's own"


def account(given: dict[str, Any], **sections: Any) -> Account:
    """Return the account that these settings make, tracking being configured."""
    settings = Settings.from_mapping({"accounts": [given], **sections})
    return settings.accounts[0].to_account("localhost")


def complaint(**wrong: Any) -> str:
    """Return what is said of an account with these settings."""
    with pytest.raises(ConfigError) as refusal:
        account(ACCOUNT | wrong)
    return str(refusal.value)


def test_a_new_account_is_as_sendcloud_makes_it() -> None:
    """Opens and unsubscribing are tracked, clicks are not (SENDCLOUD.md 7.11, apiuser/add)."""
    new = account(ACCOUNT)
    assert (new.open_tracking, new.click_tracking, new.subscription_tracking) == (True, False, True)
    assert (new.type, new.sending_domain) == (AccountType.TRIGGER, "sandbox.sendcloud.org")
    assert (new.default_page_id, new.page_ids, new.send_domains) == (NO_PAGE, (), ())
    assert new == Account("my_user", "my_key", "test_appkey", 15)


def test_everything_of_an_account_can_be_set() -> None:
    """Each setting reaches the account; domains are compared in lower case."""
    full = account(FULL)
    assert (full.type, full.sending_domain) == (AccountType.BATCH, "mail.example")
    assert (full.open_tracking, full.click_tracking) == (False, True)
    assert full.subscription_tracking is False
    assert (full.default_page_id, full.page_ids) == (562, (562, 563))
    assert full.send_domains == ("a.example", "b.example")
    assert full.unverified_domains == ("c.example",)


def test_the_environment_sets_the_same() -> None:
    """The accounts of the environment are JSON with the same names."""
    environ = {ENV + "ACCOUNTS": json.dumps([FULL])}
    assert (
        load(environ=environ).settings.accounts
        == Settings.from_mapping({"accounts": [FULL]}).accounts
    )


def test_an_account_is_shown_as_people_write_it() -> None:
    """Lists are shown with commas, switches as words."""
    rows = masked(load(environ={}, command_line={"accounts": [FULL]}))
    shown = {name.removeprefix("accounts[0]."): value for name, value, _ in rows}
    assert (shown["type"], shown["open_tracking"], shown["page_ids"]) == (
        "batch",
        "false",
        "562, 563",
    )
    assert shown["send_domains"] == "a.example, b.example"


def test_the_number_of_an_api_user_follows_from_its_name() -> None:
    """It is the same everywhere and always, and another for another name (SENDCLOUD.md 6.3)."""
    numbers = {name: Account(name, "k", "k", 15).number for name in ("sandbox_user", "my_user")}
    assert numbers == {"sandbox_user": 820_081, "my_user": 607_421}


@pytest.mark.parametrize(
    ("setting", "wrong", "told"),
    [
        ("type", "both", ': "both" is not an account type; give trigger or batch'),
        ("sending_domain", "a b", f': "a b" {DOMAIN_FORM}'),
        ("sending_domain", "10.0.0.1", f': "10.0.0.1" {DOMAIN_FORM}'),
        ("click_tracking", "maybe", ': "maybe" is not a switch; give true or false'),
        ("default_page_id", -2, f": -2 {PAGE_FORM}"),
        ("default_page_id", True, f": true {PAGE_FORM}"),
        ("page_ids", 5, ": 5 is not a list of pages; give numbers such as [562, 563]"),
        ("page_ids", [1, True], "[1]: true is not a page; give numbers such as [562, 563]"),
        ("send_domains", "a.example", f': "a.example" is not a list of domains; {DOMAINS_FORM}'),
        ("unverified_domains", ["@"], f'[0]: "@" is not a domain; {DOMAINS_FORM}'),
    ],
)
def test_wrong_values_have_their_words(setting: str, wrong: object, told: str) -> None:
    """The line names the setting of the account, what is wrong and what to give."""
    assert complaint(**{setting: wrong}) == f"accounts[0].{setting}{told}"


def test_settings_that_contradict_each_other_are_told() -> None:
    """The default page must exist, and a domain is verified or it is not."""
    assert complaint(page_ids=[562], default_page_id=1) == (
        "accounts[0].default_page_id: 1 is not among page_ids; add it there"
    )
    assert complaint(send_domains=["a.example"], unverified_domains=["A.example"]) == (
        "accounts[0].unverified_domains: a.example is also in sending_domain or send_domains; "
        "keep it in one place"
    )
