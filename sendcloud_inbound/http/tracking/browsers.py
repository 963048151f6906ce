"""Who followed a link: the browser fields of an event (SENDCLOUD.md 4.4).

The names are those of ua-parser. Of SendCloud's one capture is known (4.5): `Chromium`, three parts
of its version, `Windows 7` without a version of its own.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.events import BROWSER

if TYPE_CHECKING:
    from ua_parser import OS, UserAgent

_LONGEST = 512
"""Characters of a User-Agent that are looked at; those of browsers have some 200."""


def describe(peer: str, user_agent: str) -> dict[str, str]:
    """Return address, browser and system; empty what is not known.

    The first call takes a tenth of a second, for the patterns are compiled; the others less than a
    millisecond for what browsers send. Call it in a thread.
    """
    # Only now: a process whose links nobody follows saves the time.
    from ua_parser import parse_os, parse_user_agent  # noqa: PLC0415

    shown = user_agent[:_LONGEST]
    browser, system = _browser(parse_user_agent(shown)), _system(parse_os(shown))
    return dict(zip(BROWSER, (_address(peer), *browser, *system), strict=True))


def _browser(found: UserAgent | None) -> tuple[str, str]:
    if found is None:
        return "", ""
    return found.family, _version(found.major, found.minor, found.patch)


def _system(found: OS | None) -> tuple[str, str]:
    """Return name and version; that of Windows is a part of its name (4.5)."""
    if found is None:
        return "", ""
    version = _version(found.major, found.minor, found.patch)
    if found.family == "Windows":
        return f"Windows {version}".rstrip(), ""
    return found.family, version


def _version(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)


def _address(peer: str) -> str:
    """Return an IPv4 address as such, also where it came in by a socket for IPv6."""
    try:
        ip = ipaddress.ip_address(peer)
    except ValueError:
        return ""
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return str(mapped or ip)
