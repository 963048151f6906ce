"""A node for each role, on one PostgreSQL: what one takes is seen and waited for on another."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from sendcloud_inbound.rules.ids import parse_message_id
from tests.own_postgres import own_postgres
from tests.postgres import postgres_schema
from tests.processes import ProgramProcess, message, message_id, wait_until

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Iterator
    from pathlib import Path

    Nodes = dict[str, ProgramProcess]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.postgres,
    pytest.mark.one_engine,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]

START_S = 90.0
"""Four processes that start on a busy machine may need that long."""
SOON_S = 4.0
"""Long before anybody who was not told would look again."""
TRY_LATER = (451, b"Queuing declined or disabled, try later")


@pytest.fixture
def nodes(postgres_url: str, tmp_path: Path) -> Iterator[Nodes]:
    """Two that take mail, one that works, one that shows."""
    with postgres_schema(postgres_url) as url, ExitStack() as stack:
        started: Nodes = {}
        for name in ("smtp", "smtp-2", "worker", "http"):
            folder = tmp_path / name
            folder.mkdir()
            started[name] = ProgramProcess(folder, "--role", name.partition("-")[0], store=url)
            stack.callback(started[name].stop)
            started[name].start(START_S)
        yield started


def send(client: smtplib.SMTP) -> tuple[int, bytes]:
    """Send a message; return the last reply."""
    client.mail("a@ifaxin.com")
    client.rcpt("b@ifaxin.com")
    return client.data(message())


def test_a_wait_on_one_node_hears_of_mail_on_another(nodes: Nodes) -> None:
    """It goes from node to node without anybody asking again and again."""
    url = "http://{}:{}/sandbox/v1".format(*nodes["http"].addresses["http"])
    came: list[tuple[float, str]] = []

    def wait() -> None:
        query = {"kind": "email", "recipient": "joe@ifaxin.com", "timeout_s": "30"}
        answer = httpx.get(f"{url}/wait", params=query, timeout=40).raise_for_status()
        came.append((time.monotonic(), answer.json()["items"][0]["message_id"]))

    with nodes["smtp"].client() as client, nodes["smtp-2"].client() as other:
        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.5)  # so that it has looked once already; else it would find it anyhow
        first = message_id(send(client))
        sent_at = time.monotonic()
        waiting.join(40)
        second = message_id(send(other))
    ((at, name),) = came
    assert name == first
    assert at - sent_at < SOON_S
    numbers = {parse_message_id(each).process for each in (first, second)}
    assert len(numbers) == 2
    wait_until(
        lambda: {row["status"] for row in nodes["http"].all_of("messages")} == {"expanded"},
        "both to be expanded",
    )


def test_the_clock_of_nodes_cannot_be_set(nodes: Nodes) -> None:
    """Each goes by its machine's; that is told."""
    url = "http://{}:{}/sandbox/v1".format(*nodes["http"].addresses["http"])
    answer = httpx.post(f"{url}/clock", json={"advance_s": 60})
    assert answer.status_code == 409
    assert "other processes work on the same mail" in answer.json()["detail"]


def test_a_server_that_is_away_gets_451_until_it_is_back(tmp_path: Path) -> None:
    """Stopped in order or crashed: clients keep their mail, and all goes on when it is back."""
    folder = tmp_path / "program"
    folder.mkdir()
    with own_postgres() as database:
        program = ProgramProcess(folder, store=database.url)
        program.start(START_S)
        try:
            sent = []
            with program.client() as client:
                sent.append(message_id(send(client)))
                program.wait_until_expanded()
                url = "http://{}:{}/readyz".format(*program.addresses["http"])
                for how in ("fast", "immediate"):
                    database.stop(how)
                    assert send(client) == TRY_LATER
                    assert httpx.get(url, timeout=30).status_code == 503
                    database.start()
                    wait_until(lambda: httpx.get(url, timeout=30).status_code == 200, "ready")
                    sent.append(message_id(send(client)))
            program.wait_until_expanded()
            assert [row["message_id"] for row in program.all_of("messages")] == sent[::-1]
            assert "Traceback" not in program.log()
        finally:
            program.stop()
