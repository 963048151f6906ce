"""API_USERs, domains and the user as the calls about them have them (SENDCLOUD.md 7.11).

What is a test API_USER is not written down: here one whose domain has the form of a test domain,
as a new account gets them together ("How to read it").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sendcloud_inbound.rules.addresses import is_domain
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.model import AccountType
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.model import Account

MOST_API_USERS: Final = 10
"""Of one user (41112)."""
LONGEST_DOMAIN: Final = 250
"""Characters (41001 to 41107)."""
NO_LIMIT: Final = 2_147_483_647
"""The quota of an API_USER that has none: a program that reads it finds enough left."""

_TEST_DOMAIN = ".sendcloud.org"
_NAME = re.compile(r"[A-Za-z0-9_]{6,32}")
_TYPES = {"0": AccountType.TRIGGER, "1": AccountType.BATCH}
_SWITCHES = {"0": False, "1": True, "false": False, "true": True}
_TYPE_EMPTY, _TYPE = 41101, 41102
_C_TYPE_EMPTY, _C_TYPE = 41103, 41104
_DOMAIN_EMPTY, _DOMAIN, _DOMAIN_LENGTH = 41105, 41106, 41107
_NAME_EMPTY, _NAME_FORM = 41110, 41111
_SWITCH_CODES = {"open": (41113, 41114), "click": (41115, 41116), "unsubscribe": (41117, 41118)}

_WORDS = {
    Language.CHINESE: {
        "test": "测试",
        "ordinary": "非测试",
        AccountType.TRIGGER: "触发",
        AccountType.BATCH: "批量",
        "account": "付费用户",
        "verified": "已认证",
    },
    Language.ENGLISH: {
        "test": "test",
        "ordinary": "ordinary",
        AccountType.TRIGGER: "trigger",
        AccountType.BATCH: "batch",
        "account": "paying user",
        "verified": "verified",
    },
}
"""Printed are 非测试, 触发 and 付费用户; the others are made like them."""

LISTED: Mapping[str, str] = {
    "emailType": "0 trigger, 1 batch.",
    "cType": "0 test, 1 ordinary.",
    "domainName": "The domain it sends from.",
}
ADDED: Mapping[str, str] = {
    "name": "6 to 32 letters, digits or _.",
    "emailType": "0 trigger, 1 batch.",
    "domainName": "One of the user's domains.",
    "open": "Whether opens are tracked: 1, which is the default, or 0.",
    "click": "Whether clicks are.",
    "unsubscribe": "Whether there is an unsubscribe link: 1, which is the default, or 0.",
}


class Wanted(NamedTuple):
    """Which API_USERs to list; None means any."""

    type: AccountType | None
    is_test: bool | None
    domain: str | None

    def fits(self, account: Account) -> bool:
        """Tell whether an account is wanted."""
        return (
            self.type in {None, account.type}
            and self.is_test in {None, is_test(account.sending_domain)}
            and self.domain in {None, account.sending_domain}
        )


class New(NamedTuple):
    """An API_USER to be made."""

    name: str
    type: AccountType
    domain: str
    open: bool
    click: bool
    unsubscribe: bool


def wanted(given: Given) -> Wanted:
    """Return which API_USERs to list."""
    email_type = given.filled("emailType", _TYPE_EMPTY)
    c_type = given.filled("cType", _C_TYPE_EMPTY)
    if c_type not in {"", "0", "1"}:
        raise Refused(_C_TYPE, f"cType is 0 or 1, not {shown(c_type)}")
    domain = given.filled("domainName", _DOMAIN_EMPTY)
    return Wanted(
        type=_type(email_type) if email_type else None,
        is_test=c_type == "0" if c_type else None,
        domain=_domain(domain) if domain else None,
    )


def new(given: Given) -> New:
    """Return the API_USER to be made."""
    name = given.needed("name", _NAME_EMPTY)
    if _NAME.fullmatch(name) is None:
        raise Refused(_NAME_FORM, f"name has 6 to 32 letters, digits or _: not {shown(name)}")
    return New(
        name=name,
        type=_type(given.needed("emailType", _TYPE_EMPTY)),
        domain=_domain(given.needed("domainName", _DOMAIN_EMPTY)),
        open=_switch(given, "open", default=True),
        click=_switch(given, "click", default=False),
        unsubscribe=_switch(given, "unsubscribe", default=True),
    )


def is_test(domain: str) -> bool:
    """Tell whether a domain is a test domain."""
    return domain.endswith(_TEST_DOMAIN)


def listed_row(account: Account, language: Language) -> dict[str, Any]:
    """Return an API_USER as apiuser/list has it."""
    words = _WORDS[language]
    return {
        "name": account.api_user,
        "cType": words["test" if is_test(account.sending_domain) else "ordinary"],
        "emailType": words[account.type],
        "domainName": account.sending_domain,
        **_switches(account),
    }


def added_row(account: Account, language: Language) -> dict[str, Any]:
    """Return an API_USER as apiuser/add has it: with its key."""
    words = _WORDS[language]
    return {
        "name": account.api_user,
        "nameKey": account.api_key,
        "cType": words["test" if is_test(account.sending_domain) else "ordinary"],
        "emailType": words[account.type],
        "domain": account.sending_domain,
        **_switches(account),
    }


def user_info(account: Account, sent_today: int, language: Language) -> dict[str, Any]:
    """Return what userinfo/get tells: an account that has paid, and of which nothing is known."""
    words = _WORDS[language]
    return {
        "availableBalance": 0,
        "balance": 0,
        "email": "",
        "phone": "",
        "quota": account.daily_quota or NO_LIMIT,
        "todayUsedQuota": sent_today,
        "regTime": time_text(0),
        "reputation": 100,
        "userName": account.api_user,
        "accountType": words["account"],
        "websiteAuthStatus": words["verified"],
        "businessAuthStatus": words["verified"],
    }


def _switches(account: Account) -> dict[str, Any]:
    return {
        "neteaseSender": "",
        "click": int(account.click_tracking),
        "open": int(account.open_tracking),
        "unsubscribe": int(account.subscription_tracking),
    }


def _type(text: str) -> AccountType:
    if text not in _TYPES:
        raise Refused(_TYPE, f"emailType is 0 or 1, not {shown(text)}")
    return _TYPES[text]


def _domain(text: str) -> str:
    if len(text) > LONGEST_DOMAIN:
        raise Refused(_DOMAIN_LENGTH, f"domainName has at most {LONGEST_DOMAIN} characters")
    if not is_domain(text):
        raise Refused(_DOMAIN, f"domainName is a domain, not {shown(text)}")
    return text.lower()


def _switch(given: Given, name: str, *, default: bool) -> bool:
    empty, wrong = _SWITCH_CODES[name]
    text = given.filled(name, empty)
    if not text:
        return default
    if text.lower() not in _SWITCHES:
        raise Refused(wrong, f"{name} is 0 or 1, not {shown(text)}")
    return _SWITCHES[text.lower()]
