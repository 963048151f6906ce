"""The loads, and how many times as much as each peer is wanted of us."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

UVLOOP, ASYNCIO = "aiosmtpd, uvloop", "aiosmtpd, asyncio"
HARAKA, MAILDEV, SINK = "Haraka", "maildev", "smtp-sink"
_LONG_LINE = 2 * 1024 * 1024
IDLE = 5_000


@dataclass(frozen=True)
class Bar:
    """A number to reach: a ratio to a peer, or without one, an amount."""

    measure: str
    bound: float
    peer: str | None = None

    @property
    def is_upper(self) -> bool:
        """True when less is better."""
        return self.measure != "rate"

    def is_reached(self, value: float) -> bool:
        """Compare."""
        return value <= self.bound if self.is_upper else value >= self.bound


@dataclass(frozen=True)
class Load:
    """One kind of load; `idle` connections instead of messages where that is not 0."""

    name: str
    text: str
    bars: tuple[Bar, ...]
    message: Callable[[], bytes]
    options: tuple[str, ...] = ()
    longest_line: int | None = None
    """For bare aiosmtpd, which refuses lines of more than 1,001 octets."""
    idle: int = 0
    measures: tuple[str, ...] = field(default=("rate",))
    """What the table compares."""


def lines(size: int) -> bytes:
    """Return a message of about that size, its body in lines of 76 columns."""
    head = b"From: gun@example.com\r\nTo: reader@example.net\r\nSubject: bench\r\n\r\n"
    line = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gMDEyMzQ1Njc4OQ==\r\n"
    return head + line * max(1, (size - len(head)) // len(line))


def small() -> bytes:
    """Return a message of 2 kB."""
    return lines(2_000)


def large() -> bytes:
    """Return a message of 1 MB."""
    return lines(1_000_000)


def with_xsmtpapi() -> bytes:
    """Return a message with an X-SMTPAPI of 1 MB on one line, for 100 recipients."""
    to = [f"user{number}@example.com" for number in range(100)]
    api = json.dumps({"to": to, "sub": {"%text%": ["x" * 7_700] * 100}})
    head = b"From: gun@example.com\r\nSubject: bench\r\nX-SMTPAPI: "
    return head + b64encode(api.encode()) + b"\r\n\r\nHello %text%.\r\n"


def _rates(uvloop: float, haraka: float | None = None, sink: float | None = None) -> list[Bar]:
    bounds = {UVLOOP: uvloop, HARAKA: haraka, SINK: sink}
    return [Bar("rate", bound, peer) for peer, bound in bounds.items() if bound is not None]


def _load(name: str, text: str, bars: list[Bar], *options: str, **more: object) -> Load:
    values = {"message": small, "options": options} | more
    return Load(name, text, tuple(bars), **values)  # type: ignore[arg-type]


LOADS = {
    load.name: load
    for load in (
        _load(
            "L1",
            "2 kB, 20 sessions",
            [
                *_rates(3.0, 2.0, 0.5),
                Bar("CPU", 0.4, UVLOOP),
                Bar("CPU", 0.5, HARAKA),
                Bar("p50", 1.0),
                Bar("p99", 3.0),
            ],
            measures=("rate", "CPU"),
        ),
        _load(
            "L1-100",
            "L1 with 100 sessions",
            [*_rates(3.5, 2.3, 0.65), Bar("p99", 10.0)],
            "--sessions",
            "100",
        ),
        _load(
            "L2",
            "L1, a connection for each message",
            _rates(3.5, 4.5, 0.5),
            "--per-connection",
            "1",
        ),
        _load("L3", "L1 with 100 RCPT", _rates(6.0, 2.0, 0.7), "--recipients", "100"),
        _load("L3p", "L3 pipelined", _rates(28.0), "--recipients", "100", "--pipeline"),
        _load(
            "L4",
            "1 MB in lines, 4 sessions",
            _rates(6.0, 1.6, 0.9),
            "--sessions",
            "4",
            message=large,
        ),
        _load(
            "L5",
            "X-SMTPAPI of 1 MB, 4 sessions",
            _rates(1.5, 7.0, 0.9),
            "--sessions",
            "4",
            message=with_xsmtpapi,
            longest_line=_LONG_LINE,
        ),
        _load(
            "L6",
            f"{IDLE:,} idle connections",
            [Bar("memory", 0.25, UVLOOP), Bar("time", 0.3, UVLOOP)],
            idle=IDLE,
            measures=("memory", "time"),
        ),
    )
}

UNITS = {"rate": "/s", "CPU": "ms", "memory": "kB", "time": "s", "p50": "ms", "p99": "ms"}
"""Of what each measure is told in."""
