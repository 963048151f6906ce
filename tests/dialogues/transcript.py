"""Reads a transcript, whose form `player.py` describes, into the steps to play."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.dialogues.macros import MacroError, expand_macros
from tests.dialogues.steps import (
    Do,
    ExpectLine,
    ExpectMatch,
    ExpectReply,
    Send,
    SendLine,
    Took,
    Trickle,
    UseConnection,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.dialogues.steps import Step

HERE = Path(__file__).parent


class TranscriptError(Exception):
    """A transcript is written wrongly: which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation, ready to be played."""

    path: Path
    settings: dict[str, Any]
    steps: tuple[Step, ...]
    rules: dict[str, Any]
    """The outcome rules of the sandbox's own API_USER; empty when there are none."""

    @property
    def name(self) -> str:
        """Its folder and file, such as `auth/wrong_key`."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def expectation(self) -> Path:
        """The file that says what the store holds afterwards; it need not exist."""
        return self.path.with_suffix(".expect.json")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file and where it stands."""

    where: str
    text: str

    def error(self, problem: str) -> TranscriptError:
        """Make the error that names this line."""
        return TranscriptError(f"{self.where}: {problem}: {self.text!r}")


def all_transcripts(root: Path = HERE) -> list[Path]:
    """Find every transcript below a folder, in a fixed order."""
    return sorted(root.rglob("*.smtp"))


def read_transcript(path: Path) -> Transcript:
    """Read one file.

    Raises:
        TranscriptError: a line cannot be understood.
    """
    lines = list(_lines_of(path))
    settings, rules = (_heading(lines, name) for name in ("settings", "rules"))
    steps = (_step(line) for line in _unrolled(lines))
    return Transcript(path, settings, tuple(_joined(steps)), rules)


def _lines_of(path: Path) -> Iterator[Line]:
    """Give the lines that say something, those of included files in their place."""
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        line = Line(f"{path.parent.name}/{path.name}:{number}", text)
        if text.startswith("[include "):
            yield from _lines_of(_part(line))
        elif text and not text.startswith("#"):
            yield line


def _part(line: Line) -> Path:
    path = HERE / "parts" / f"{line.text[9:-1].strip()}.part"
    if not path.is_file():
        raise line.error(f"there is no {path.name} in parts/")
    return path


def _heading(lines: list[Line], name: str) -> dict[str, Any]:
    """Take a directive with a JSON object off the beginning, if it stands there."""
    if not lines or not lines[0].text.startswith(f"[{name} "):
        return {}
    line = lines.pop(0)
    try:
        given = json.loads(line.text.removeprefix(f"[{name} ").removesuffix("]"))
    except ValueError as error:
        raise line.error(f"the {name} are not JSON ({error})") from error
    if not isinstance(given, dict) or not given:
        raise line.error(f"the {name} are not a JSON object with something in it")
    return given


def _unrolled(lines: Iterable[Line]) -> Iterator[Line]:
    """Write out the rounds of each `[repeat N] ... [end]`."""
    rest = iter(lines)
    for line in rest:
        if not line.text.startswith("[repeat "):
            yield line
            continue
        block = list(_until_end(line, rest))
        for round_number in range(_count(line, line.text[8:-1])):
            for inner in block:
                yield Line(inner.where, inner.text.replace("$n", str(round_number)))


def _until_end(opening: Line, rest: Iterator[Line]) -> Iterator[Line]:
    for line in rest:
        if line.text == "[end]":
            return
        yield line
    raise opening.error("no [end] follows")


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Make one write of the lines that stand together."""
    for are_lines, group in groupby(steps, lambda step: isinstance(step, SendLine)):
        if are_lines:
            lines = [line for line in group if isinstance(line, SendLine)]
            yield Send(lines[0].where, b"".join(line.data for line in lines))
        else:
            yield from group


def _step(line: Line) -> Step:
    mark, _, rest = line.text.partition(" ")
    if mark in _BY_MARK:
        return _BY_MARK[mark](line, rest)
    if not line.text.startswith("[") or not line.text.endswith("]"):
        raise line.error("a line begins with C: C| C* S: S~ S* # or is a [directive]")
    return _directive(line)


def _directive(line: Line) -> Step:
    name, _, rest = line.text[1:-1].partition(" ")
    if line.text in _ACTIONS:
        return Do(line.where, line.text[1:-1])
    if name in _BY_NAME:
        return _BY_NAME[name](line, rest)
    raise line.error("unknown directive, or [settings] or [rules] that are not the first")


def _line_out(line: Line, text: str) -> SendLine:
    return SendLine(line.where, f"{_expanded(line, text)}\r\n".encode())


def _line_in(line: Line, text: str) -> ExpectLine:
    return ExpectLine(line.where, _expanded(line, text))


def _expanded(line: Line, text: str) -> str:
    try:
        return expand_macros(text)
    except MacroError as error:
        raise line.error(str(error)) from error


def _octets_out(line: Line, literal: str) -> Send:
    return Send(line.where, _octets(line, literal))


def _many_out(line: Line, text: str) -> Send:
    count, _, literal = text.partition(" ")
    return Send(line.where, _octets(line, literal) * _count(line, count))


def _match(line: Line, text: str) -> ExpectMatch:
    try:
        return ExpectMatch(line.where, re.compile(text))
    except re.error as error:
        raise line.error(f"no regular expression ({error})") from error


def _reply(line: Line, text: str) -> ExpectReply:
    if not re.match(r"\d{3} ", text):
        raise line.error("S* takes a code, a blank and perhaps some text")
    return ExpectReply(line.where, text)


def _trickle(line: Line, text: str) -> Trickle:
    seconds, _, literal = text.partition(" ")
    return Trickle(line.where, _seconds(line, seconds), _octets(line, literal))


def _octets(line: Line, literal: str) -> bytes:
    try:
        octets = ast.literal_eval("b" + literal)
    except (SyntaxError, ValueError) as error:
        raise line.error("octets stand in quotes, as in a Python bytes literal") from error
    assert isinstance(octets, bytes)
    return octets


def _count(line: Line, text: str) -> int:
    if not text.isdecimal():
        raise line.error("a number is missing")
    return int(text)


def _seconds(line: Line, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise line.error("a number of seconds is missing") from error


_BY_MARK: dict[str, Callable[[Line, str], Step]] = {
    "C:": _line_out,
    "C|": _octets_out,
    "C*": _many_out,
    "S:": _line_in,
    "S~": _match,
    "S*": _reply,
}

_BY_NAME: dict[str, Callable[[Line, str], Step]] = {
    "connection": lambda line, name: UseConnection(line.where, name),
    "trickle": _trickle,
    "took": lambda line, text: Took(line.where, _seconds(line, text)),
}

_ACTIONS = frozenset(
    {"[tls]", "[connect implicit-tls]", "[reconnect]", "[eof]", "[close]", "[closed]", "[silence]"}
)
