"""`serve --processes N`: several SMTP processes on one port and one store, seen as one program."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendcloud_inbound.rules.ids import parse_message_id
from tests.postgres import postgres_schema, postgres_server
from tests.processes import RECIPIENTS, Load, ProgramProcess, message, message_id, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

TWO = ("--processes", "2")


def children(program: ProgramProcess) -> list[int]:
    """Return the process ids of those that take mail in, as they are now."""
    started = re.findall(r'"process_started","process":(\d+),"pid":(\d+)', program.log())
    return [int(pid) for pid in dict(started).values()]


def lives(pid: int) -> bool:
    """Tell whether there is such a process; one that nobody has waited for is dead."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - no file
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def readiness(program: ProgramProcess) -> dict[str, str]:
    """Return what /readyz says of each part."""
    url = "http://{}:{}/readyz".format(*program.addresses["http"])
    checks: dict[str, str] = httpx.get(url).json()["checks"]
    return checks


def send(program: ProgramProcess, number: int = 0) -> str:
    """Send a message by a connection of its own; return its messageId."""
    with program.client() as client:
        client.mail("a@ifaxin.com")
        client.rcpt("ignored@ifaxin.com")
        return message_id(client.data(message(number)))


def samples(program: ProgramProcess) -> dict[str, float]:
    """Return what /metrics tells."""
    lines = program.octets("/metrics").decode().splitlines()
    told = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in told}


def check_all_there(program: ProgramProcess, load: Load) -> None:
    """Compare what was acknowledged with what is stored: once each, with all its emails."""
    program.wait_until_expanded()
    stored = Counter(item["message_id"] for item in program.all_of("messages", status="expanded"))
    acknowledged = Counter(load.acknowledged)
    assert set(acknowledged.values()) == set(stored.values()) == {1}
    assert not acknowledged - stored
    emails = Counter(item["message_id"] for item in program.all_of("emails"))
    assert emails == Counter(dict.fromkeys(stored, len(RECIPIENTS)))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server with two of them, on a private store; it is ended with the test."""
    program = ProgramProcess(tmp_path, *TWO, store="sqlite://", SMTP__AUTH_FAILURE_DELAY_S="0")
    try:
        program.start()
        yield program
    finally:
        program.stop()


def test_they_are_one_program(program: ProgramProcess) -> None:
    """Both take mail on the port of the ports file; its worker, clock and orders are theirs."""
    assert len(children(program)) == 2
    seen: set[int] = set()
    while len(seen) < 2:  # the kernel deals connections out by their ports
        seen.add(parse_message_id(send(program)).process)
    assert readiness(program)["smtp process 2"] == "ok"

    wait_until(lambda: is_counted(samples(program)), "the counts of both, told every second")

    url = "http://{}:{}".format(*program.addresses["http"])
    with httpx.Client(base_url=url, timeout=30) as http:
        for _ in range(10):  # known to both before the call is answered, whichever is asked
            made = http.post("/sandbox/v1/api-users", json={}).json()
            rule = {"recipient": "gone@x.y", "outcome": "refuse", "code": 550}
            here = {"api_user": made["api_user"]}
            put = http.put("/sandbox/v1/rules", params=here, json={"rules": [rule]})
            assert put.status_code == 200, put.text
            with smtplib.SMTP(*program.addresses["smtp"], timeout=30) as client:
                client.login(made["api_user"], made["api_key"])
                client.mail("a@b.c")
                assert client.rcpt("gone@x.y")[0] == 550
        http.post("/sandbox/v1/clock", json={"set": "2030-01-01T12:00:00Z", "freeze": True})
        wait_until(lambda: received_at(http, send(program)).startswith("2030"), "the time")


def is_counted(counts: dict[str, float]) -> bool:
    """Tell whether each session sent one message, and there were some."""
    sent = counts.get('sendcloud_inbound_messages_total{outcome="taken",source="smtp"}')
    return sent == counts["sendcloud_inbound_smtp_sessions_total"] >= 2


def received_at(http: httpx.Client, of: str) -> str:
    """Return when a message came, as the listing tells."""
    at: str = http.get(f"/sandbox/v1/messages/{of}").json()["received_at"]
    return at


def test_wait_hears_of_what_another_process_takes(program: ProgramProcess) -> None:
    """At once, also of what was refused: not at the time-out, which would be a minute."""
    answers: list[dict[str, Any]] = []

    def wait(**query: str) -> threading.Thread:
        def ask() -> None:
            url = "http://{}:{}/sandbox/v1/wait".format(*program.addresses["http"])
            answers.append(httpx.get(url, params={"timeout_s": "60", **query}, timeout=70).json())

        thread = threading.Thread(target=ask)
        thread.start()
        return thread

    waiting = [wait(recipient=RECIPIENTS[0]), wait(kind="message", status="refused")]
    with program.client() as client:
        client.mail("a@ifaxin.com")
        client.rcpt("ignored@ifaxin.com")
        assert client.data(b"X-SMTPAPI: e30=\r\nSubject: it is not last\r\n\r\nx\r\n")[0] == 552
    send(program)
    for thread in waiting:
        thread.join(20)
    assert [len(answer["items"]) for answer in answers] == [1, 1]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path, testrun_uid: str) -> Iterator[str]:
    """Yield the URL of an empty store, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'mail.db'}"
    else:
        with postgres_server(testrun_uid) as server, postgres_schema(server) as url:
            yield url


@pytest.mark.slow
@pytest.mark.one_engine
def test_one_that_dies_is_replaced_and_loses_nothing(tmp_path: Path, store: str) -> None:
    """Killed in the midst of load again and again: the others go on, /readyz names it meanwhile."""
    program = ProgramProcess(tmp_path, *TWO, store=store)
    try:
        program.start()
        load = Load(program, sessions=6)
        for turn in range(3):
            before = children(program)
            load.start()
            load.wait_for(30)
            os.kill(before[turn % 2], signal.SIGKILL)
            wait_until(lambda: "another is on its way" in str(readiness(program)), "a lack")
            load.stop()
            send(program)  # the others go on
            wait_until(lambda: set(readiness(program).values()) == {"ok"}, "a new process")
            assert len(set(children(program)) - set(before)) == 1
        check_all_there(program, load)
        assert program.log().count('"event":"process_ended"') == 3
        pids = children(program)
        assert program.terminate() == 0
        assert not any(map(lives, pids))
        assert "Traceback" not in program.log()
    finally:
        program.stop()


@pytest.mark.slow
@pytest.mark.one_engine
def test_a_stop_finishes_what_is_under_way(tmp_path: Path) -> None:
    """SIGTERM under load: exit status 0, nothing that was acknowledged is lost, nobody is left."""
    program = ProgramProcess(tmp_path, *TWO)
    try:
        program.start()
        load = Load(program)
        load.start()
        load.wait_for(50)
        pids = children(program)
        assert program.terminate() == 0, program.log()
        load.stop()
        assert not any(map(lives, pids))
        program.start()
        check_all_there(program, load)
        assert "Traceback" not in program.log()
    finally:
        program.stop()


@pytest.mark.one_engine
def test_nobody_is_left_when_the_parent_is_killed(program: ProgramProcess) -> None:
    """They see that it is gone, and stop by themselves; the port is free again."""
    pids, address = children(program), program.addresses["smtp"]
    program.kill()
    wait_until(lambda: not any(map(lives, pids)), "their end")
    with socket.create_server(address):
        pass


@pytest.mark.one_engine
def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    """By another such server too, which would share it with us."""
    first = ProgramProcess(tmp_path, *TWO, store="sqlite://")
    try:
        first.start()
        second = tmp_path / "second"
        second.mkdir()
        taken = "{}:{}".format(*first.addresses["smtp"])
        late = ProgramProcess(second, *TWO, "--smtp", taken, store="sqlite://")
        with pytest.raises(AssertionError, match=f"SMTP cannot listen on {taken}: the port is tak"):
            late.start()
        assert late.process.wait() == 1
    finally:
        first.stop()
