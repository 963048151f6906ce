"""What a log line looks like, what never stands in it, and that writing it never fails."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import pytest
import structlog
from hypothesis import given, strategies as st

from sendcloud_inbound import logs
from sendcloud_inbound.logs.bridge import BRIDGE
from sendcloud_inbound.logs.lines import MASK, Console, Line, Stamp, json_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = structlog.get_logger()
"""As a module of the program has it: made at import, before anything is configured."""

ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ESCAPE_SEQUENCE = "\x1b[2J\x1b]0;owned\x07"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    yield
    structlog.reset_defaults()
    root.removeHandler(BRIDGE)
    root.setLevel(level)


@contextmanager
def logged(
    format: Literal["auto", "console", "json"] = "json",  # noqa: A002 - as configure has it
    level: Literal["debug", "info", "warning", "error"] = "info",
) -> Iterator[list[str]]:
    """Collect the lines written while the block runs, by way of a real file's interface."""
    octets = io.BytesIO()
    stream = io.TextIOWrapper(octets, encoding="utf-8")
    lines: list[str] = []
    logs.configure(format, level, stream)
    yield lines
    lines += octets.getvalue().decode().splitlines()


def one(lines: list[str]) -> dict[str, Any]:
    """Return the one line of a JSON log."""
    (line,) = lines
    event: dict[str, Any] = json.loads(line)
    return event


# the line


def test_json_line_begins_with_time_level_and_event() -> None:
    """A JSON line is one object: time in UTC, level, event, then the fields as given."""
    with logged() as lines:
        log.info("message_queued", message_id="1_15_2_3.sc-10_10_127_51-inbound", size=2048)
    event = one(lines)
    assert list(event) == ["timestamp", "level", "event", "message_id", "size"]
    assert ISO_UTC.fullmatch(event.pop("timestamp"))
    assert event == {
        "level": "info",
        "event": "message_queued",
        "message_id": "1_15_2_3.sc-10_10_127_51-inbound",
        "size": 2048,
    }


def test_time_of_a_line_is_that_of_the_event() -> None:
    """Two lines a while apart carry increasing times, whatever was remembered of the first."""
    stamp = Stamp()
    first, second = stamp.now(), stamp.now()
    assert first <= second
    stamp._second = (0, "1970-01-01T00:00:00")
    assert stamp.now() >= second


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.5, 1.5),
        (True, True),
        (None, None),
        (float("inf"), "inf"),
        (["a", 1], ["a", 1]),
        ({"a": {"b": 2}}, {"a": {"b": 2}}),
        ({1: (2, 3)}, {"1": [2, 3]}),
        (ValueError("no"), "no"),
        (logging.Handler, "<class 'logging.Handler'>"),
    ],
)
def test_json_keeps_the_kind_of_a_value(value: object, written: object) -> None:
    """Numbers, lists and tables stay what they are; anything else is written as its text."""
    with logged() as lines:
        log.info("x", value=value)
    assert one(lines)["value"] == written


def test_console_line_is_for_people() -> None:
    """A console line has time, level, event and key=value."""
    with logged("console") as lines:
        log.warning("session_ended", peer="127.0.0.1:5", messages=3)
    assert re.fullmatch(
        r"\S+Z \[warning *\] session_ended +peer=127.0.0.1:5 messages=3", lines[0].strip()
    )


def test_text_stream_without_octets_works() -> None:
    """A stream that takes only text gets the lines too."""
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    log.info("message_queued", subject="通知")
    assert json.loads(stream.getvalue())["subject"] == "通知"


def test_lines_follow_what_was_printed_before(tmp_path: Path) -> None:
    """Text that waits in the stream's buffer stands in the file before the first line."""
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("before\n")
        logs.configure("json", "info", stream)
        log.info("after")
    assert [line[:9] for line in path.read_text().splitlines()] == ["before", '{"timesta']


# format and level


def test_auto_is_json_for_a_file(tmp_path: Path) -> None:
    """What is not a terminal gets JSON."""
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as stream:
        logs.configure("auto", "info", stream)
        log.info("x")
    assert json.loads(path.read_text())["event"] == "x"


def read_terminal(setting: Literal["auto", "json"]) -> str:
    """Log one event to a pseudo-terminal and return what appears on it."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        logs.configure(setting, "info", stream)
        log.info("message_queued", size=1)
        shown = os.read(ours, 4096).decode()
    os.close(ours)
    return shown


def test_auto_is_console_in_colour_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets the console form, in colour."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = read_terminal("auto")
    assert "\x1b[1mmessage_queued" in shown
    assert "{" not in shown


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set a terminal gets no escape sequence at all."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in read_terminal("auto")


def test_json_is_json_on_a_terminal_too() -> None:
    """A format that was asked for is not second-guessed."""
    assert json.loads(read_terminal("json"))["size"] == 1


def test_closed_stream_is_no_terminal() -> None:
    """A stream that is closed at configuration gets JSON, which goes nowhere."""
    stream = io.TextIOWrapper(io.BytesIO())
    stream.close()
    logs.configure("auto", "info", stream)
    log.info("x")


def test_events_below_the_level_are_not_written() -> None:
    """Only the level and what is above it is written."""
    with logged(level="warning") as lines:
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
    assert [json.loads(line)["event"] for line in lines] == ["c", "d"]


def test_loggers_in_use_follow_a_new_configuration() -> None:
    """Format, level and stream of a logger that was used already change with `configure`."""
    mine = structlog.get_logger()
    with logged(level="error") as first:
        bound = mine.bind(peer="p")
        mine.info("a")
        bound.info("a")
    with logged(level="debug") as second:
        mine.debug("b")
        bound.debug("c")
    assert first == []
    assert [json.loads(line)["event"] for line in second] == ["b", "c"]


def test_events_can_be_captured() -> None:
    """The capture of structlog itself works, before and after a logger was used."""
    mine = structlog.get_logger()
    with logged() as lines:
        mine.info("written")
        with structlog.testing.capture_logs() as captured:
            mine.info("message_queued", size=1)
    assert captured == [{"event": "message_queued", "log_level": "info", "size": 1}]
    assert len(lines) == 1


# what never stands in a line


@pytest.mark.parametrize(
    "name", ["api_key", "app_key", "password", "authorization", "signature", "apiKey", "secret"]
)
@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_are_masked(name: str, form: Literal["json", "console"]) -> None:
    """The value of a known secret name is never written, whether on top or deep inside."""
    with logged(form) as lines:
        log.info("x", **{name: "GEHEIM"}, deep=[{"more": {name.upper(): "GEHEIM"}}])
    assert "GEHEIM" not in lines[0]
    assert lines[0].count(MASK) == 2


def test_header_spelling_of_a_secret_is_masked() -> None:
    """Names are compared without case and dashes, as headers write them."""
    with logged() as lines:
        log.info("x", headers={"Api-Key": "GEHEIM", "Host": "h"})
    assert one(lines)["headers"] == {"Api-Key": "****", "Host": "h"}


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_octets_are_counted_not_shown(form: Literal["json", "console"], kind: type) -> None:
    """Octets, which may be a body, are written as their number, on top and deep inside."""
    with logged(form) as lines:
        log.info("x", content=kind(b"Subject"), deep={"more": [kind(b"Subject")]})
    assert "Subject" not in lines[0]
    assert lines[0].count("<7 octets>") == 2


@given(st.text(), st.text(), st.text())
def test_json_is_one_printable_line_for_any_text(event: str, field: str, value: str) -> None:
    """Whatever a client sent, the line is ASCII without controls and reads back as it was."""
    render = Line(json_line)
    line = render(None, "info", {"event": event, "f" + field: value, "in": {"a": value}})
    assert line.endswith(b"\n")
    assert all(0x20 <= octet < 0x7F for octet in line[:-1])
    read = json.loads(line)
    assert (read["event"], read["f" + field], read["in"]["a"]) == (event, value, value)


@given(st.text(), st.text(), st.text())
def test_console_is_one_printable_line_for_any_text(event: str, field: str, value: str) -> None:
    """Whatever a client sent, the console shows one line that moves no cursor."""
    render = Line(Console(colors=False))
    line = render(None, "info", {"event": event, "f" + field: value, "in": [value]}).decode()
    assert line.endswith("\n")
    assert line[:-1].isprintable()


@pytest.mark.parametrize("form", ["json", "console"])
def test_forged_line_stays_in_its_own(form: Literal["json", "console"]) -> None:
    """Line ends and escape sequences in a value make neither a second line nor a command."""
    with logged(form) as lines:
        log.info("x", helo="a\r\n2026-11-22 [info] forged" + ESCAPE_SEQUENCE, path="\udcff")
    (line,) = lines
    assert "\x1b" not in line
    assert "\\x1b[2J" in line or "\\u001b[2J" in line
    assert "\\udcff" in line


# exceptions


def test_exception_is_one_line_of_json() -> None:
    """A traceback is a field of its event's line."""
    with logged() as lines:
        log.error("worker_failed", exc_info=ValueError("first\nsecond"))
    event = one(lines)
    assert event["level"] == "error"
    assert event["exception"].endswith("ValueError: first\nsecond")


def test_exception_on_the_console_cannot_pose_as_an_event() -> None:
    """Every line of a traceback is indented and printable, its message's lines too."""
    forged = ValueError("x\n2026-11-22T00:00:00Z [info] forged" + ESCAPE_SEQUENCE)
    with logged("console") as lines:
        log.error("worker_failed", exc_info=forged)
    assert "worker_failed" in lines[0]
    assert all(line.startswith("  ") and line.isprintable() for line in lines[1:])
    assert lines[-1].startswith("  2026-11-22T00:00:00Z")


# writing never fails


class Unwritable:
    """A value whose own text fails."""

    def __str__(self) -> str:
        raise RuntimeError("GEHEIM")


def cycle() -> list[object]:
    """Return a list that holds itself."""
    values: list[object] = []
    values.append(values)
    return values


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    ("value", "error"), [(Unwritable(), "RuntimeError"), (cycle(), "RecursionError")]
)
def test_value_that_cannot_be_written_is_told(
    form: Literal["json", "console"], value: object, error: str
) -> None:
    """A value that cannot be turned into text costs its line, and another one says so."""
    with logged(form) as lines:
        log.info("message_queued", value=value)
    (line,) = lines
    assert "event_unwritable" in line
    assert error in line
    assert "GEHEIM" not in line


def test_event_without_a_name_is_written() -> None:
    """An event that somebody forgot to name is a line too."""
    with logged() as lines:
        log.info(None, size=1)
    assert one(lines)["size"] == 1


def test_closed_stream_does_not_stop_the_program() -> None:
    """An event for a stream that was closed is dropped."""
    stream = io.TextIOWrapper(io.BytesIO())
    logs.configure("json", "info", stream)
    stream.close()
    log.info("x")


def test_missing_stderr_does_not_stop_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any stderr, as Python has it when descriptor 2 is closed, events are dropped."""
    monkeypatch.setattr(sys, "stderr", None)
    logs.configure()
    log.info("x")


def test_full_pipe_does_not_stop_the_program() -> None:
    """A pipe that is full and does not block drops lines, and takes them again once it is read."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    with os.fdopen(write, "w", encoding="utf-8") as stream:
        logs.configure("json", "info", stream)
        for _ in range(2000):
            log.info("x", filler="y" * 100)
        os.read(read, 1 << 20)
        log.info("again")
        assert b'"event":"again"' in os.read(read, 1 << 20)
    os.close(read)


PROGRAM = """
import structlog
from sendcloud_inbound import logs
logs.configure("json")
for _ in range(3):
    structlog.get_logger().info("x", filler="y" * 9000)
print("done")
"""


def test_broken_pipe_leaves_the_exit_status_alone() -> None:
    """A program whose stderr has lost its reader goes on and ends with 0."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=write, check=False
    )
    os.close(write)
    assert (done.returncode, done.stdout) == (0, b"done\n")


# libraries


def test_warning_of_a_library_is_an_event() -> None:
    """What a library logs from warning on becomes an event of the same form."""
    with logged() as lines:
        logging.getLogger("uvicorn.error").warning("port %d\r\n taken", 25)
        logging.getLogger("uvicorn.error").info("Started")
    event = one(lines)
    assert (event["level"], event["event"]) == ("warning", "library_logged")
    assert (event["logger"], event["message"]) == ("uvicorn.error", "port 25\r\n taken")


def test_traceback_of_a_library_is_kept() -> None:
    """The exception that a library logs stands in the line."""
    with logged() as lines:
        try:
            int("gone")
        except ValueError:
            logging.getLogger("asyncio").exception("Task failed")
    assert one(lines)["exception"].endswith("base 10: 'gone'")


def test_level_of_a_library_that_is_its_own_is_rounded_down() -> None:
    """A level between the known ones counts as the one below."""
    with logged() as lines:
        logging.getLogger("x").log(35, "odd")
        logging.getLogger("x").log(99, "high")
    assert [json.loads(line)["level"] for line in lines] == ["warning", "critical"]


def test_library_line_with_wrong_arguments_is_kept() -> None:
    """A text whose arguments do not fit is written as it stands."""
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "%d of %d", ("one",), None)
    with logged() as lines:
        BRIDGE.handle(record)
    assert one(lines)["message"] == "%d of %d"


def test_deprecation_of_every_login_is_dropped() -> None:
    """What aiosmtpd remarks about its own session is not written."""
    with logged() as lines:
        logging.getLogger("mail.log").warning(
            "Session.login_data is deprecated and will be removed in version 2.0"
        )
    assert lines == []


def test_libraries_are_bridged_once() -> None:
    """However often logs are configured, a library's warning is one line."""
    logs.configure("json", "info", io.StringIO())
    with logged() as lines:
        logging.getLogger("x").error("once")
    assert len(lines) == 1


class _Writes(io.BytesIO):
    """Remembers each write on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.each: list[bytes] = []

    def write(self, octets: Any) -> int:
        self.each.append(bytes(octets))
        return len(octets)


def test_lines_of_one_turn_of_the_loop_are_written_at_once() -> None:
    """Who reads the log is woken once for all of them."""
    writes = _Writes()
    logs.configure("json", "info", io.TextIOWrapper(writes))

    async def talk() -> None:
        with logs.gathered():
            log.info("first_said")
            log.info("second_said")
            assert writes.each == []
            await asyncio.sleep(0)
            assert len(writes.each) == 1
            await asyncio.to_thread(log.warning, "said_beside")
            assert len(writes.each) == 2  # a thread waits for nobody's turn
            log.info("last_said")
        log.info("said_after")

    asyncio.run(talk())
    names = [json.loads(line)["event"] for line in b"".join(writes.each).splitlines()]
    assert names == ["first_said", "second_said", "said_beside", "last_said", "said_after"]
    assert len(writes.each) == 4
