"""What each email is sent with, and whose word that is (SENDCLOUD.md 3.2).

X-SMTPAPI is stronger than the API_USER: `filters` than its tracking switches, `page_id` than its
unsubscribe page, `send_domain` than its domain. What X-SMTPAPI asks for in vain leaves the
API_USER's own, and the reason is told (S14, D41, D45).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from sendcloud_inbound.rules.lint import MAX_TOLD, finding
from sendcloud_inbound.rules.xsmtpapi import HEADER
from sendcloud_inbound.rules.xsmtpapi.model import Number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.model import Account, AccountType, Finding
    from sendcloud_inbound.rules.rendering import Rendering
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

Value = TypeVar("Value")
Tracking = Literal["open_tracking", "click_tracking", "subscription_tracking"]

_KINDS: tuple[Tracking, ...] = ("open_tracking", "click_tracking", "subscription_tracking")
_SWITCHES = {"0": False, "1": True}
_PAGE = re.compile(r"[0-9]{1,18}")
"""A whole number; more digits than a database holds are no page of anybody's."""


class Origin(StrEnum):
    """Whose word a value is."""

    ACCOUNT = "account"
    TRACKING = "no tracking domain"
    """The account's click tracking, which needs one (SENDCLOUD.md 6.1)."""
    FILTERS = "X-SMTPAPI filters"
    PAGE_ID = "X-SMTPAPI page_id"
    SEND_DOMAIN = "X-SMTPAPI send_domain"


class InVain(StrEnum):
    """Why something that X-SMTPAPI asks for has no effect."""

    NOT_CONFIGURED = "no tracking domain is configured"
    """D45."""
    NO_SWITCH = "enable is neither 0 nor 1"
    OTHER_LENGTH = "page_id has another length than the list of recipients"
    """D41, G20."""
    UNKNOWN_PAGE = "the API_USER has no such page"
    """S14."""
    NOT_PERMITTED = "the API_USER has no permission for the domain"
    """S14."""
    NOT_VERIFIED = "the domain is not verified"
    """S14."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Value]):
    """A value in force and where it comes from."""

    value: Value
    origin: Origin
    in_vain: InVain | None = None
    """Set when X-SMTPAPI asked for another value."""


@dataclass(frozen=True, slots=True)
class Effective:
    """What one email is sent with."""

    type: Chosen[AccountType]
    sending_domain: Chosen[str]
    open_tracking: Chosen[bool]
    click_tracking: Chosen[bool]
    subscription_tracking: Chosen[bool]
    page_id: Chosen[int]
    """The page that the unsubscribe link leads to."""


def effective(account: Account, api: XSmtpApi | None, position: int, recipients: int) -> Effective:
    """Return what the email at a position, of so many recipients, is sent with."""
    return Effective(
        type=Chosen(account.type, Origin.ACCOUNT),
        sending_domain=sending_domain(account, api),
        open_tracking=tracking("open_tracking", account, api),
        click_tracking=tracking("click_tracking", account, api),
        subscription_tracking=tracking("subscription_tracking", account, api),
        page_id=page_id(account, api, position, recipients),
    )


def tracking(kind: Tracking, account: Account, api: XSmtpApi | None) -> Chosen[bool]:
    """Return whether one kind of tracking is on; `"0"` turns it off as `"1"` turns it on (G18)."""
    own, asked = _own_tracking(kind, account), _asked_tracking(kind, api)
    if asked is None:
        return own
    if asked not in _SWITCHES:
        return replace(own, in_vain=InVain.NO_SWITCH)
    if account.tracking_domain is None:
        return replace(own, in_vain=InVain.NOT_CONFIGURED)
    return Chosen(_SWITCHES[asked], Origin.FILTERS)


def page_id(account: Account, api: XSmtpApi | None, position: int, recipients: int) -> Chosen[int]:
    """Return the unsubscribe page of a position: one for all (G19), or one for each (G20)."""
    own, asked = Chosen(account.default_page_id, Origin.ACCOUNT), _asked_page(api)
    if isinstance(asked, list) and len(asked) != recipients:
        return replace(own, in_vain=InVain.OTHER_LENGTH)
    number = asked[position] if isinstance(asked, list) else asked
    if number is None:
        return own
    page = _known_page(account, number)
    if page is None:
        return replace(own, in_vain=InVain.UNKNOWN_PAGE)
    return Chosen(page, Origin.PAGE_ID)


def sending_domain(account: Account, api: XSmtpApi | None) -> Chosen[str]:
    """Return the domain that the mail leaves from (G21)."""
    own = Chosen(account.sending_domain, Origin.ACCOUNT)
    if api is None or api.send_domain is None:
        return own
    asked = api.send_domain.lower()
    if asked in (account.sending_domain, *account.send_domains):
        return Chosen(asked, Origin.SEND_DOMAIN)
    permitted = asked in account.unverified_domains
    return replace(own, in_vain=InVain.NOT_VERIFIED if permitted else InVain.NOT_PERMITTED)


def in_vain(account: Account, api: XSmtpApi, recipients: int) -> Iterator[Finding]:
    """Yield what X-SMTPAPI asks of this account in vain; what no account would give is not here."""
    yield from _switches_in_vain(account, api)
    yield from _pages_in_vain(account, api, recipients)
    chosen = sending_domain(account, api)
    if chosen.in_vain is not None:
        code = _DOMAIN_CODES[chosen.in_vain]
        yield finding(
            code, f"{HEADER} send_domain", domain=api.send_domain or '""', own=chosen.value
        )


def link_in_vain(account: Account, api: XSmtpApi, compiled: Rendering) -> Iterator[Finding]:
    """Yield a finding when filters and texts do not agree about an unsubscribe link.

    Where the account alone wants it, a link without a place would stand at nearly every mail.
    """
    chosen = tracking("subscription_tracking", account, api)
    where = f"{HEADER} filters.subscription_tracking"
    if chosen == Chosen(True, Origin.FILTERS) and not compiled.has_unsubscribe_link:
        yield finding("unsubscribe-without-link", where)
    if chosen == Chosen(False, Origin.FILTERS) and compiled.has_unsubscribe_link:
        yield finding("unsubscribe-link-off", where)


_DOMAIN_CODES = {
    InVain.NOT_PERMITTED: "xsmtpapi-send-domain-not-permitted",
    InVain.NOT_VERIFIED: "xsmtpapi-send-domain-not-verified",
}


def _switches_in_vain(account: Account, api: XSmtpApi) -> Iterator[Finding]:
    for kind in _KINDS if api.filters else ():
        chosen = tracking(kind, account, api)
        if chosen.in_vain is InVain.NOT_CONFIGURED:
            where = f"{HEADER} filters.{kind}.settings.enable"
            state = "on" if chosen.value else "off"
            yield finding("xsmtpapi-tracking-not-configured", where, state=state)


def _pages_in_vain(account: Account, api: XSmtpApi, recipients: int) -> Iterator[Finding]:
    asked = _asked_page(api)
    if asked is None:
        return
    if isinstance(asked, Number):
        numbers = [("", asked)]
    elif len(asked) == recipients:
        numbers = [(f"[{position}]", number) for position, number in enumerate(asked)]
    else:
        return  # none of them is looked at
    unknown = (each for each in numbers if _known_page(account, each[1]) is None)
    for index, number in islice(unknown, MAX_TOLD):
        where = f"{HEADER} settings.unsubscribe.page_id{index}"
        yield finding("xsmtpapi-page-unknown", where, page=number.spelling)


def _asked_tracking(kind: Tracking, api: XSmtpApi | None) -> str | None:
    """Return what `enable` of one kind says, string or number, or None when it is not there."""
    switch = getattr(api.filters, kind) if api and api.filters else None
    enable = switch.settings.enable if switch and switch.settings else None
    return enable.spelling if isinstance(enable, Number) else enable


def _asked_page(api: XSmtpApi | None) -> Number | list[Number] | None:
    """Return what `page_id` says, in either of its forms (D41)."""
    settings = api.settings if api else None
    return settings.unsubscribe.page_id if settings and settings.unsubscribe else None


def _own_tracking(kind: Tracking, account: Account) -> Chosen[bool]:
    own: bool = getattr(account, kind)
    if own and kind == "click_tracking" and account.tracking_domain is None:
        return Chosen(False, Origin.TRACKING)
    return Chosen(own, Origin.ACCOUNT)


def _known_page(account: Account, number: Number) -> int | None:
    if not _PAGE.fullmatch(number.spelling):
        return None
    page = int(number.spelling)
    return page if not account.page_ids or page in account.page_ids else None
