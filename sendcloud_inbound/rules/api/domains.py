"""A user's domains as the calls about them have them (SENDCLOUD.md 7.11).

Nothing is looked up: the settings say which are verified, and one that is added never is. Of the
records that are to be made only the SPF value is printed; the others have the forms of the hosts
that were seen (6.1), or are made up.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sendcloud_inbound.rules.addresses import is_domain
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.api.profile import LONGEST_DOMAIN, is_test
from sendcloud_inbound.rules.results import Language
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.model import Account
    from sendcloud_inbound.rules.orders import AddedDomain

MOST_DOMAINS: Final = 5
"""Of one user (41012)."""

_VERIFIED = 31
"""1 DKIM, 2 SPF, 4 MX, 8 CNAME, 16 verify key."""
_NAME = (41001, 41002, 41003)
_NEW_NAME = (41004, 41005, 41006)
"""Empty; too long; no domain."""
_TYPE_EMPTY, _TYPE = 41007, 41008
_VERIFY_EMPTY, _VERIFY, _VERIFY_NUMBER = 41009, 41010, 41011
_SEVERAL = 41013
_THEIRS = ("sendcloud", "ifaxin")
_BITS = re.compile(r"([<>]?)([0-9]+)")
_TYPES = {
    Language.CHINESE: {False: "普通", True: "测试"},
    Language.ENGLISH: {False: "ordinary", True: "test"},
}
"""Printed is 普通; the others are made like it."""

LISTED: Mapping[str, str] = {
    "name": "Domains, with `;` between them.",
    "type": "0 test, 1 ordinary.",
    "verify": "The sum of what is verified: 1 DKIM, 2 SPF, 4 MX, 8 CNAME, 16 verify key; `>22` at "
    "least, `<12` at most.",
}
ADDED: Mapping[str, str] = {"name": "The domain."}
RENAMED: Mapping[str, str] = {"name": "The domain.", "newName": "Its name to come."}


class Domain(NamedTuple):
    """One domain of a user."""

    name: str
    verified: int
    """The sum of the bits."""
    created_at_ms: int = 0
    """0 of one of the settings: nobody knows when it came."""
    updated_at_ms: int = 0


class Wanted(NamedTuple):
    """Which domains to list."""

    names: Sequence[str]
    """Empty means any."""
    is_test: bool | None
    least: int
    most: int

    def fits(self, domain: Domain) -> bool:
        """Tell whether a domain is wanted."""
        return (
            (not self.names or domain.name in self.names)
            and self.is_test in {None, is_test(domain.name)}
            and self.least <= domain.verified <= self.most
        )


def wanted(given: Given) -> Wanted:
    """Return which domains to list."""
    given.filled("name", _NAME[0])
    kind = given.filled("type", _TYPE_EMPTY)
    if kind not in {"", "0", "1"}:
        raise Refused(_TYPE, f"type is 0 or 1, not {shown(kind)}")
    least, most = _bounds(given.filled("verify", _VERIFY_EMPTY))
    names = [_domain(text, "name", _NAME) for text in given.listed("name")]
    return Wanted(names, kind == "0" if kind else None, least, most)


def added(given: Given) -> str:
    """Return the domain to be added."""
    return _foreign(_domain(given.needed("name", _NAME[0]), "name", _NAME), "name", _NAME)


def renamed(given: Given) -> tuple[str, str]:
    """Return the domain to be renamed, and its name to come."""
    text = given.needed("name", _NAME[0])
    if ";" in text:
        raise Refused(_SEVERAL, f"name is one domain, not {shown(text)}")
    new = _domain(given.needed("newName", _NEW_NAME[0]), "newName", _NEW_NAME)
    return _domain(text, "name", _NAME), _foreign(new, "newName", _NEW_NAME)


def of_user(accounts: Iterable[Account], more: Iterable[AddedDomain]) -> list[Domain]:
    """Return the domains of a user's API_USERs, and those that were added; each once.

    One that was added is not verified, be there an API_USER that sends from it.
    """
    found: dict[str, Domain] = {}
    unverified: list[str] = []
    for account in accounts:
        for name in (account.sending_domain, *account.send_domains):
            found.setdefault(name, Domain(name, _VERIFIED))
        unverified += account.unverified_domains
    for name in unverified:
        found.setdefault(name, Domain(name, 0))
    for each in more:
        found[each.name] = Domain(each.name, 0, each.created_at_ms, each.updated_at_ms)
    return list(found.values())


def row(domain: Domain, language: Language) -> dict[str, Any]:
    """Return a domain as answers have it; the dots are part of the keys."""
    name = domain.name
    return {
        "name": name,
        "type": _TYPES[language][is_test(name)],
        "verify": domain.verified,
        "verifyKey.domain": name,
        "verifyKey.value": f"sendcloud-{zlib.crc32(name.encode()):08x}",
        "spf.domain": name,
        "spf.value": "v=spf1 include:spf.sendcloud.org ~all",
        "dkim.domain": f"mail._domainkey.{name}",
        "dkim.value": "",
        "cname.domain": f"sctrack.{name}",
        "cname.value": "sctrack.sendcloud.net",
        "mx.domain": name,
        "mx.value": "mx.sendcloud.org",
        "gmtCreated": time_text(domain.created_at_ms),
        "gmtUpdated": time_text(domain.updated_at_ms),
    }


def _domain(text: str, name: str, codes: tuple[int, int, int]) -> str:
    _, length, form = codes
    if len(text) > LONGEST_DOMAIN:
        raise Refused(length, f"{name} has at most {LONGEST_DOMAIN} characters")
    if not is_domain(text):
        raise Refused(form, f"{name} is a domain, not {shown(text)}")
    return text.lower()


def _foreign(domain: str, name: str, codes: tuple[int, int, int]) -> str:
    if any(word in domain for word in _THEIRS):
        raise Refused(codes[2], f"{name} holds neither sendcloud nor ifaxin, not {shown(domain)}")
    return domain


def _bounds(text: str) -> tuple[int, int]:
    """Return the least and the most that may be verified."""
    if not text:
        return 0, _VERIFIED
    found = _BITS.fullmatch(text)
    if found is None:
        raise Refused(_VERIFY, f"verify is such as 1, >22 or <12, not {shown(text)}")
    sign, digits = found.groups()
    if len(digits) > len(str(_VERIFIED)) or int(digits) > _VERIFIED:
        raise Refused(_VERIFY_NUMBER, f"verify is a sum of bits, at most 31, not {shown(digits)}")
    number = int(digits)
    return (0 if sign == "<" else number), (_VERIFIED if sign == ">" else number)
