"""How a copy is said to another server: MAIL, RCPT and the octets of DATA (RFC 5321).

What the server does not offer is not said. Content is not re-coded for it, for then people would
look at another mail than the one rendered:

* Octets above 127 are announced by BODY=8BITMIME (RFC 6152) where that is on offer, else they go
  as they are: servers that take them say so or not, and those that cannot are gone.
* SMTPUTF8 (RFC 6531) is asked for where a local part needs it, never for UTF-8 in headers alone: a
  later server without it would have to refuse what it can carry well (D6).
* Lines go as they are, whatever their length. A lone CR or LF becomes CRLF: RFC 5321 2.3.8 forbids
  both, and servers that read one as a line end could be made to see a dot of ours as the last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import idna

if TYPE_CHECKING:
    from collections.abc import Container

    from sendcloud_inbound.rules.model import Outgoing

_LINE_END = re.compile(rb"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKET = re.compile(r"[<> ]")
"""What would end the path within MAIL or RCPT (RFC 5321 4.1.2)."""


class Envelope(NamedTuple):
    """The two commands before DATA, in words to be joined by blanks."""

    mail: tuple[bytes, ...]
    rcpt: tuple[bytes, ...]


def envelope(mail: Outgoing, content: bytes, offers: Container[str]) -> Envelope:
    """Return MAIL and RCPT; `ValueError` when an address cannot be said to this server.

    Args:
        mail: Whose addresses they are.
        content: As it goes out, before the dots are doubled.
        offers: Keywords of the server's EHLO reply, in lower case.
    """
    takes_utf8 = "smtputf8" in offers
    sender, recipient = _spell(mail.mail_from, takes_utf8), _spell(mail.recipient, takes_utf8)
    parameters: list[bytes] = []
    if "size" in offers:
        parameters.append(b"SIZE=%d" % len(content))
    if "8bitmime" in offers and not content.isascii():
        parameters.append(b"BODY=8BITMIME")
    if not (sender + recipient).isascii():
        parameters.append(b"SMTPUTF8")
    return Envelope(
        (b"MAIL", b"FROM:<%s>" % sender, *parameters), (b"RCPT", b"TO:<%s>" % recipient)
    )


def with_crlf(content: bytes) -> bytes:
    """Return content whose lines all end in CRLF, the last one too."""
    if not content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n"):
        content = _LINE_END.sub(b"\r\n", content)
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def stuffed(content: bytes) -> bytes:
    """Return content in CRLF lines with leading dots doubled and the last dot (4.5.2)."""
    first = b"." if content.startswith(b".") else b""
    return first + content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _spell(address: str, takes_utf8: bool) -> bytes:  # noqa: FBT001 - one of two facts
    """Return an address as this server can be told it."""
    if _CONTROL.search(address):
        raise ValueError("a control character in the address")
    if _BRACKET.search(_QUOTED.sub("", address)):
        raise ValueError("a bracket or a blank in the address, outside quotes")
    if address.isascii():
        return address.encode()
    if takes_utf8:
        return address.encode()  # a lone surrogate is a ValueError too
    local, at, domain = address.rpartition("@")
    if not local.isascii():
        raise ValueError("the server takes no address with letters beyond ASCII (no SMTPUTF8)")
    return f"{local}{at}".encode() + idna.encode(domain, uts46=True)
