"""Where a click leads to: a link as the header Location can say it."""

from __future__ import annotations

import re
from urllib.parse import quote

import idna

_LINK = re.compile(r"((?:https?:)?//)([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
"""What a browser may be sent to. What a script or a file is, it is not, whoever signed it."""
_NOT_IN_URLS = re.compile(r"[\t\r\n]")
"""Browsers leave them out too (WHATWG URL 4.4)."""
_AUTHORITY = re.compile(r"((?:[^@]*@)?)([^:@\[\]]+)((?::[0-9]*)?)")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def location(link: str) -> str | None:
    """Return the value of Location for a link; None when it is none that mail programs follow.

    Printable ASCII stays as it is. A host in other letters becomes what DNS calls it (RFC 5891),
    all the rest is percent-encoded, so that no link can add a header.
    """
    found = _LINK.fullmatch(_NOT_IN_URLS.sub("", link).strip(" "))
    if found is None:
        return None
    scheme, authority, rest = found.groups()
    return f"{scheme}{_encoded(_in_ascii(authority))}{_encoded(rest)}"


def _in_ascii(authority: str) -> str:
    if authority.isascii():
        return authority
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        return authority
    login, host, port = parts.groups()
    try:
        return f"{login}{idna.encode(host, uts46=True).decode('ascii')}{port}"
    except idna.IDNAError:
        return authority


def _encoded(text: str) -> str:
    return quote(text, safe=_PRINTABLE, errors="replace")
