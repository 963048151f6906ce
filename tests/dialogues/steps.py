"""What a transcript is made of: things to say, to hear and to do, one value each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do or to expect; `where` is its file and line."""

    where: str


@dataclass(frozen=True, slots=True)
class Send(Step):
    """Octets for one write."""

    data: bytes


@dataclass(frozen=True, slots=True)
class SendLine(Send):
    """A line that goes out in one write with the lines that stand beside it."""


@dataclass(frozen=True, slots=True)
class ExpectLine(Step):
    """The next line, exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class ExpectMatch(Step):
    """The next line, by a pattern that must match all of it."""

    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ExpectReply(Step):
    """A whole reply, by how its last line begins."""

    start: str


@dataclass(frozen=True, slots=True)
class Trickle(Step):
    """Octets again and again, and silence from the server all the while."""

    seconds: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Took(Step):
    """A lower bound of the time the last answer took."""

    seconds: float


@dataclass(frozen=True, slots=True)
class UseConnection(Step):
    """The connection that the following steps talk on."""

    name: str


@dataclass(frozen=True, slots=True)
class Do(Step):
    """A directive that needs nothing but its own name."""

    action: str
