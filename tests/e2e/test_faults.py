"""Full disk, locked database, store gone: 451, never 250; and on when the cause is gone."""

from __future__ import annotations

import resource
import sqlite3
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.processes import ProgramProcess, message, message_id

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.one_engine, pytest.mark.timeout(120)]

TRY_LATER = (451, b"Queuing declined or disabled, try later")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path)
    program.start()
    yield program
    program.stop()


@pytest.fixture
def client(program: ProgramProcess) -> Iterator[smtplib.SMTP]:
    """A client that has logged in."""
    with program.client() as client:
        yield client


def send(client: smtplib.SMTP, size: int = 0) -> tuple[int, bytes]:
    """Send one message; return the last reply."""
    client.mail("a@ifaxin.com")
    client.rcpt("b@ifaxin.com")
    return client.data(message(size=size))


def readiness(program: ProgramProcess) -> httpx.Response:
    """Ask whether it is ready."""
    return httpx.get("http://{}:{}/readyz".format(*program.addresses["http"]), timeout=30)


def check_goes_on(program: ProgramProcess, client: smtplib.SMTP, before: str) -> None:
    """After the fault: what was acknowledged is there, what was not is not, and mail is taken."""
    after = message_id(send(client))
    program.wait_until_expanded()
    assert [row["message_id"] for row in program.all_of("messages")] == [after, before]
    assert readiness(program).status_code == 200
    assert "Traceback" not in program.log()


@pytest.mark.parametrize("size", [0, 200_000], ids=["row", "file"])
def test_a_full_disk_gets_451_until_there_is_room(
    program: ProgramProcess, client: smtplib.SMTP, size: int
) -> None:
    """Where nothing more can be written, the client keeps its mail."""
    before = message_id(send(client))
    program.wait_until_expanded()
    unlimited = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (1, unlimited[1]))
    assert send(client, size) == TRY_LATER
    assert send(client, size) == TRY_LATER
    assert readiness(program).status_code == 503
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, unlimited)
    check_goes_on(program, client, before)


@pytest.mark.slow
def test_a_locked_database_gets_451_until_it_is_free(
    program: ProgramProcess, client: smtplib.SMTP, tmp_path: Path
) -> None:
    """Another program that holds the file's lock delays the reply, then it is 451."""
    before = message_id(send(client))
    program.wait_until_expanded()
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert send(client) == TRY_LATER
    other.execute("ROLLBACK")
    other.close()
    check_goes_on(program, client, before)


def test_a_store_that_is_gone_gets_451_until_it_is_back(
    program: ProgramProcess, client: smtplib.SMTP, tmp_path: Path
) -> None:
    """No new database is made in its place: what comes meanwhile would be lost with it."""
    before = message_id(send(client))
    program.wait_until_expanded()
    (tmp_path / "store.db").rename(tmp_path / "elsewhere.db")
    assert send(client) == TRY_LATER
    assert "message_deferred" in program.log()
    told = readiness(program)
    assert told.status_code == 503
    assert "store" in told.text
    (tmp_path / "elsewhere.db").rename(tmp_path / "store.db")
    check_goes_on(program, client, before)
