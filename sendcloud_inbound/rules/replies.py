"""Every line the SMTP server says, in one table.

The guide's lines are byte for byte (SENDCLOUD.md 1.2, 1.3); the others are those of the server
named in the banner (SENDCLOUD.md 1.8, HARAKA.md 2 to 6). No enhanced status codes (HARAKA.md 1).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_NAME = "SendCloud Inbound Server"
_LINE = re.compile(r"([2-5]\d\d) (.*)")


class Reply(NamedTuple):
    """One reply: a code, its lines of text, and the octets that go out."""

    code: int
    lines: tuple[str, ...]
    wire: bytes

    def __str__(self) -> str:
        return f"{self.code} {' / '.join(self.lines)}"


def reply(code: int, *lines: str) -> Reply:
    """Make a reply of a code and one line of text or several."""
    *first, last = lines
    text = "".join(f"{code}-{line}\r\n" for line in first) + f"{code} {last}\r\n"
    return Reply(code, lines, text.encode())


def from_text(text: str) -> Reply:
    """Read a reply that a handler gave as text, such as `250 OK`; else `INTERNAL_ERROR`."""
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    lines = [line for line in found if line is not None]
    if not lines or len(lines) != len(found):
        return INTERNAL_ERROR
    return reply(int(lines[0][1]), *(line[2] for line in lines))


# Connection
BANNER = reply(220, f"{_NAME} ESMTP Haraka 2.2.4 ready")
CLOSING = reply(221, f"{_NAME} closing connection. Have a jolly good day")
TIMEOUT = reply(421, "timeout")
TOO_MANY_CONNECTIONS = reply(421, "connection concurrency limit exceeded")
COME_BACK_LATER = reply(421, "Come back later")
"""The stock text of a soft refusal at connect (HARAKA.md 6); said when the server stops."""

# Any command
OK = reply(250, "OK")
UNRECOGNIZED = reply(500, "Unrecognized command")
INTERNAL_ERROR = reply(500, "Internal Server Error")
SYNTAX_ERROR = reply(501, "Syntax error")
EIGHT_BIT = reply(501, "Syntax error (8-bit characters not allowed)")
LINE_TOO_LONG = reply(521, "Command line too long")
TOO_MANY_BAD = reply(521, "Too many bad commands")
JUST_TRY = reply(252, "Just try sending a mail and we'll see how it turns out...")
NOT_IMPLEMENTED = reply(250, "Not implemented")

# PROXY, where a load balancer is expected
PROXY_TIMEOUT = reply(421, "PROXY timeout")
PROXY_INVALID = reply(421, "Invalid PROXY format")

# HELO, EHLO, STARTTLS
_HELLO = f"{_NAME} Hello, Haraka is at your service."
HELLO = reply(250, _HELLO)
GO_AHEAD_TLS = reply(220, "Go ahead.")
NO_NAME = {
    verb: reply(501, f"{verb} requires domain/address - see RFC-2821 4.1.1.1")
    for verb in ("HELO", "EHLO")
}
ALREADY_SAID = {verb: reply(503, f"You already said {verb}") for verb in ("HELO", "EHLO")}

# AUTH
USERNAME = reply(334, "VXNlcm5hbWU6")
PASSWORD = reply(334, "UGFzc3dvcmQ6")
AUTHENTICATED = reply(235, "Authentication successful")
AUTH_FAILED = reply(535, "Authentication failed")
AUTH_INVALID = reply(504, "Invalid AUTH string")
AUTH_REQUIRED = reply(550, "Authentication required")

# MAIL, RCPT
HELLO_FIRST = reply(503, "Use EHLO/HELO before MAIL")
MAIL_FIRST = reply(503, "Use MAIL before RCPT")
PARSING_FAILED = reply(501, "Command parsing failed")
INVALID_PARAMETERS = reply(555, "Invalid command parameters")
FREQUENCY_LIMITED = reply(536, "Frequency limited")
TOO_MANY_RECIPIENTS = reply(550, "Too many recipient attempts")
TOO_MANY_MESSAGES = reply(450, "rate limit exceeded")

# DATA
DATA_NO_MAIL = reply(503, "MAIL required first")
DATA_NO_RCPT = reply(503, "RCPT required first")
GO_AHEAD = reply(354, "go ahead, make my day")
MESSAGE_TOO_BIG = reply(550, "Message too big!")
BARE_LF = reply(451, "Bare line-feed; see http://haraka.github.com/barelf.html")
TRY_LATER = reply(451, "Queuing declined or disabled, try later")
TOO_MANY_RECEIVED = reply(552, "Too many received headers - possible mail loop")
XSMTPAPI_ERROR = reply(552, "xsmtpapi error")
QUOTA_EXCEEDED = reply(553, "Request quota exceeded")
SILENCE = Reply(0, ("connection closed without a reply",), b"")
"""No reply at all: the connection is closed, and the client does not know whether it was taken."""

_FOR_GOOD = 500
"""The least code that no later attempt helps against (RFC 5321 4.2.1)."""
_SENDER = (b"250 sender <", b"> OK\r\n")
_RECIPIENT = (b"250 recipient <", b"> OK\r\n")


def ehlo(max_message_bytes: int, *, starttls: bool) -> Reply:
    """Return the EHLO reply (G2, D6): STARTTLS stands just before AUTH when it is on offer."""
    offers = ["PIPELINING", "8BITMIME", f"SIZE {max_message_bytes}"]
    return reply(250, _HELLO, *offers, *(["STARTTLS"] if starttls else []), "AUTH LOGIN")


@lru_cache(maxsize=1024)  # a client says the same MAIL again and again
def sender_ok(address: str) -> bytes:
    """Return the octets of MAIL's 250, which echoes the address."""
    return address.encode().join(_SENDER)


@lru_cache(maxsize=1024)
def recipient_ok(address: str) -> bytes:
    """Return the octets of RCPT's 250, which echoes the address."""
    return address.encode().join(_RECIPIENT)


def recipient_denied(address: str, code: int, text: str | None) -> Reply:
    """Return a refusal of RCPT with the stock text, or another (HARAKA.md 6)."""
    return reply(code, f"recipient <{address}> denied" if text is None else text)


def message_denied(code: int, text: str | None) -> Reply:
    """Return a refusal at the end of DATA with the stock text, or another (HARAKA.md 6)."""
    passes = code < _FOR_GOOD
    stock = "Message denied temporarily" if passes else "Message denied"
    return reply(code, stock if text is None else text)


def proxy_not_allowed(host: str) -> Reply:
    """Return the refusal of a PROXY line from somebody who is not on the list of proxies."""
    return reply(421, f"PROXY not allowed from {host}")


def queued(message_id: str) -> Reply:
    """Return the last reply to a message: one line, the id between two `#` (SENDCLOUD.md 1.10)."""
    text = f"#{message_id}#Queued"
    return Reply(250, (text,), f"250 {text}\r\n".encode())


def xsmtpapi_error(code: str | None = None) -> Reply:
    """Return the refusal of an X-SMTPAPI header; strict mode appends the finding's code."""
    return reply(552, f"xsmtpapi error {code}") if code else XSMTPAPI_ERROR
