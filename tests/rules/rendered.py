"""Messages to render, and copies to look at, for the tests of rendering."""

from __future__ import annotations

import email
import email.policy
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.rules.headers import decode_text, scan
from sendcloud_inbound.rules.model import DeliveryFacts, SessionFacts
from sendcloud_inbound.rules.rendering import Rendering, compile as compile_message
from sendcloud_inbound.rules.xsmtpapi import read
from sendcloud_inbound.rules.xsmtpapi.decoding import decode

if TYPE_CHECKING:
    from email.message import EmailMessage

    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

MESSAGE_ID = "1426390015358_15_6484_8661.sc-10_10_127_51-inbound"
TO = ["ben@ifaxin.com", "joe@ifaxin.com"]


def facts(**overrides: Any) -> DeliveryFacts:
    """Return the facts of the guide's own dialogue."""
    values: dict[str, Any] = {
        "message_id": MESSAGE_ID,
        "received_at_ms": 1_426_390_015_358,
        "session": SessionFacts("127.0.0.1:40000", "ifaxin.com"),
        "mail_from": "support@ifaxin.com",
        "sending_domain": "example.sendcloud.org",
        "api_user_number": 7,
        "user_id": 15,
        "label_id": None,
        "subscription_tracking": False,
    }
    return DeliveryFacts(**values | overrides)


def api(**keys: Any) -> XSmtpApi:
    """Return what X-SMTPAPI says with these keys."""
    model, _ = decode(b64encode(json.dumps(keys).encode()))
    return model


def mail(body: str | bytes, *fields: str, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    """Return a message of one text part; more header fields can be given."""
    head = "".join(f"{field}\r\n" for field in fields)
    octets = body if isinstance(body, bytes) else body.encode(charset)
    if encoding == "base64":
        octets = b64encode(octets)
    return (
        f"{head}Content-Type: text/plain; charset={charset}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\nMIME-Version: 1.0\r\n\r\n"
    ).encode() + octets


def rendering(content: bytes, given: XSmtpApi | None = None, **overrides: Any) -> Rendering:
    """Compile a message, with what its own header says if nothing is given."""
    return compile_message(content, given or read(scan(content)), facts(**overrides))


def copies(content: bytes, given: XSmtpApi | None = None, number: int = 2) -> list[bytes]:
    """Return the copies of the first recipients."""
    made = rendering(content, given)
    return [made.copy(position, f"user{position}@x.example") for position in range(number)]


def body(copy: bytes) -> str:
    """Return the text of a copy's first text part, as the email package reads it."""
    return bodies(copy)[0]


def bodies(copy: bytes) -> list[str]:
    """Return the texts of a copy, as the email package reads them."""
    return [
        octets_of(part).decode(part.get_content_charset("us-ascii"))
        for part in parsed(copy).walk()
        if part.get_content_maintype() == "text"
    ]


def octets_of(part: Any) -> bytes:
    """Return what a part holds, its transfer encoding undone by the email package."""
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets


def subject(copy: bytes) -> str:
    """Return a copy's Subject as the email package reads it."""
    return str(parsed(copy)["Subject"])


def parsed(copy: bytes) -> EmailMessage:
    """Parse a copy with the email package."""
    return email.message_from_bytes(copy, policy=email.policy.default)


def fields(copy: bytes) -> list[tuple[str, str]]:
    """Return names and values of a copy's header."""
    return [(field.name, decode_text(field.raw)) for field in scan(copy).fields()]


def tree(content: bytes) -> list[tuple[str, str]]:
    """Return path and type of all parts, as the email package sees them."""
    return [*_tree(parsed(content), "")]


def _tree(part: Any, path: str) -> Any:
    yield path, part.get_content_type()
    if part.is_multipart():
        for number, each in enumerate(part.get_payload(), 1):
            yield from _tree(each, f"{path}.{number}")


def without_top(copy: bytes) -> bytes:
    """Return a copy without the fields that every delivered mail gets."""
    added = (
        b"Received:",
        b"   envelope-from",
        b"X-SENDCLOUD-",
        b"Message-ID: <" + MESSAGE_ID.encode(),
    )
    lines = copy.split(b"\r\n")
    while lines and lines[0].startswith(added):
        del lines[0]
    return b"\r\n".join(lines)
