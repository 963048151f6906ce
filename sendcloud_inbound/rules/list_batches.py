"""A mail to an address list becomes messages to some of its members each (SENDCLOUD.md 7.4, 7.5).

What is a member's goes into X-SMTPAPI: `%name%`, the variables of the list, and `%recipient%`, the
address itself. So from here on it is mail as all other mail.
"""

from __future__ import annotations

import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from sendcloud_inbound.rules.xsmtpapi.model import MAX_RECIPIENTS, Number
from sendcloud_inbound.rules.xsmtpapi.showing import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.books import Member

MAX_MEMBERS: Final = MAX_RECIPIENTS
"""Of one message (S2)."""
MAX_OCTETS: Final = 500_000
"""Of the variables of one message: X-SMTPAPI stays within its megabyte, whatever JSON adds."""

_reader = json.JSONDecoder(parse_int=Number, parse_float=Number)


def batch(members: Sequence[Member]) -> Sequence[Member]:
    """Return so many of the first members as one message may have."""
    octets = 0
    for count, member in enumerate(members[:MAX_MEMBERS]):
        octets += len(member.vars.encode()) + len(member.name.encode())
        if count and octets > MAX_OCTETS:
            return members[:count]
    return members[:MAX_MEMBERS]


def addressed(content: bytes, members: Sequence[Member]) -> bytes:
    """Return a message to some members, each of whom gets a mail of its own."""
    head, _, body = content.partition(b"\r\n\r\n")
    api = {"to": [member.address for member in members], "sub": _sub(members)}
    value = binascii.b2a_base64(to_json(api).encode("utf-8", "replace"), newline=False)
    return b"\r\n".join([head, b"X-SMTPAPI: " + value, b"", body])


def _sub(members: Sequence[Member]) -> dict[str, list[Any]]:
    """Return the variables by name; where a member has none of that name, it stays as written."""
    theirs = [_variables(member) for member in members]
    names = dict.fromkeys(name for own in theirs for name in own)
    return {name: [own.get(name, name) for own in theirs] for name in names}


def _variables(member: Member) -> dict[str, Any]:
    given: dict[str, Any] = _reader.decode(member.vars) if member.vars else {}
    own = {"%name%": ""} | {f"%{name}%": value for name, value in given.items()}
    if member.name:  # goes before a variable of that name (7.8)
        own["%name%"] = member.name
    return own | {"%recipient%": member.address}
