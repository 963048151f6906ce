"""How fast copies are rendered, beside Python's email package.

    .venv/bin/python tests/bench/rendering.py [--rounds 7]

A body of 27 kB with text and html, 10 variables, 100 recipients: once in base64, once in
quoted-printable, once one of each. The peer parses, replaces and rebuilds the message for each
recipient. Both take turns in one process; what counts is the ratio, round by round.

What to know when reading it: X-SMTPAPI, another 31 kB, is in the message that both are given; to
read it counts for neither side, the peer is handed the values. A round of ours is the mean of 20
messages, compiled anew each time, one of the peer's is one message. Cold, right after the peer's
turn, a single message of ours takes about a quarter longer.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import gc
import json
import statistics
import time
from base64 import b64encode
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from functools import partial
from quopri import encodestring
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from sendcloud_inbound.rules import headers, xsmtpapi
from sendcloud_inbound.rules.model import DeliveryFacts, SessionFacts
from sendcloud_inbound.rules.rendering import compile as compile_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.rules.xsmtpapi import Reading

RECIPIENTS = 100
SIZE = 27_000
WANTED = 150
OUR_TIMES = 20
"""Per round, so that both sides work for a comparable time."""
NAMES = [f"%field{number}%" for number in range(9)] + ["%name%"]
VALUES = {
    name: [f"value {number} of {name[1:-1]}" for number in range(RECIPIENTS)] for name in NAMES[:9]
} | {"%name%": [f"张伟{number}" for number in range(RECIPIENTS)]}
TO = [f"user{number}@example.com" for number in range(RECIPIENTS)]
LOADS = {
    "text and html in base64": ("base64", "base64"),
    "text and html in quoted-printable": ("quoted-printable", "quoted-printable"),
    "text in base64, html in quoted-printable": ("base64", "quoted-printable"),
}
FACTS = DeliveryFacts(
    message_id="1426390015358_15_6484_8661.sc-10_10_127_51-inbound",
    received_at_ms=1_426_390_015_358,
    session=SessionFacts("127.0.0.1:40000", "client.example"),
    mail_from="sender@example.com",
    sending_domain="example.sendcloud.org",
    api_user_number=15,
    user_id=15,
    label_id=None,
    subscription_tracking=True,
)


def text(size: int, line: str) -> str:
    """Return a text of about that size in which each variable stands once."""
    filler = line * (size // len(line.encode()) // len(NAMES))
    return "\r\n".join(f"{filler}{name}, {line}" for name in NAMES)


def part(subtype: str, encoding: str, body: str) -> MIMENonMultipart:
    """Return a text part in that transfer encoding."""
    made = MIMENonMultipart("text", subtype, charset="utf-8")
    made["Content-Transfer-Encoding"] = encoding
    made.set_payload(_base64(body) if encoding == "base64" else _quoted(body))
    return made


def _base64(body: str) -> str:
    encoded = b64encode(body.encode()).decode()
    return "\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))


def _quoted(body: str) -> str:
    return encodestring(body.replace("\r\n", "\n").encode()).decode()


def mail(encodings: tuple[str, str]) -> bytes:
    """Return the message."""
    line = "The quick brown fox jumps over the lazy dog. 您好！\r\n"
    message = MIMEMultipart("alternative")
    message["From"] = "sender@example.com"
    message["To"] = "everybody@example.com"
    message["Subject"] = "News for %name%"
    message.attach(part("plain", encodings[0], text(SIZE // 3, line)))
    message.attach(part("html", encodings[1], text(SIZE // 3, f"<p>{line.strip()}</p>\r\n")))
    api = {"to": TO, "sub": VALUES}
    message["X-SMTPAPI"] = b64encode(json.dumps(api).encode()).decode()
    return message.as_bytes(policy=email.policy.compat32.clone(linesep="\r\n", max_line_length=0))


def ours(content: bytes, reading: Reading) -> int:
    """Compile the message, render all copies, return their octets."""
    rendering = compile_message(content, reading, FACTS)
    return sum(len(rendering.copy(position, to)) for position, to in enumerate(TO))


def theirs(content: bytes) -> int:
    """Parse, replace and rebuild with Python's email package."""
    return sum(len(_their_copy(content, position)) for position in range(RECIPIENTS))


def _their_copy(content: bytes, position: int) -> bytes:
    message: Any = email.message_from_bytes(content, policy=email.policy.SMTP)
    del message["X-SMTPAPI"]
    subject = str(message["Subject"])
    message.replace_header("Subject", _replaced(subject, position))
    for each in message.walk():
        if each.get_content_maintype() == "text":
            encoding = each["Content-Transfer-Encoding"]
            body = _replaced(each.get_content(), position)
            each.set_content(body, each.get_content_subtype(), cte=encoding)
    return bytes(message)


def _replaced(body: str, position: int) -> str:
    for name, values in VALUES.items():
        body = body.replace(name, values[position])
    return body


def seconds(render: Callable[[], int], times: int) -> float:
    """Return what all copies take, the mean of several times; no garbage of others counts."""
    gc.collect()
    began = time.perf_counter()
    for _ in range(times):
        render()
    return (time.perf_counter() - began) / times


def main() -> None:
    """Run all loads and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    table = Table("27 kB, 100 recipients", "ours, ms", "email, ms", "ratio (min to max)", "wanted")
    for name, encodings in LOADS.items():
        content = mail(encodings)
        # Neither side reads X-SMTPAPI: the worker has done so, and the peer is given the values.
        own = partial(ours, content, xsmtpapi.read(headers.scan(content)))
        peer = partial(theirs, content)
        own()
        pairs = [(seconds(own, OUR_TIMES), seconds(peer, 1)) for _ in range(rounds)]
        ratios = [theirs_s / ours_s for ours_s, theirs_s in pairs]
        table.add_row(
            f"{name} ({len(content):,} octets)",
            f"{1000 * statistics.median(ours_s for ours_s, _ in pairs):.2f}",
            f"{1000 * statistics.median(theirs_s for _, theirs_s in pairs):,.0f}",
            f"{statistics.median(ratios):.0f} ({min(ratios):.0f} to {max(ratios):.0f})",
            f"{WANTED}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
