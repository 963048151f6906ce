"""What got its 250 is there, once, with all its emails: whatever happens to the process."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.processes import RECIPIENTS, Load, ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

KILLS = 20


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path, "--log-level", "warning")
    program.start()
    yield program
    program.stop()


@pytest.mark.slow
def test_kill_9_under_load_loses_and_doubles_nothing(program: ProgramProcess) -> None:
    """Killed 20 times in the middle of load: every acknowledged message is there, expanded once."""
    load = Load(program)
    for _ in range(KILLS):
        load.start()
        load.wait_for(20)
        program.kill()
        load.stop()
        program.start()
    check_all_there(program, load)


@pytest.mark.slow
def test_sigterm_under_load_loses_nothing_and_exits_0(program: ProgramProcess) -> None:
    """A stop finishes what it has acknowledged; the exit status is 0."""
    load = Load(program)
    for _ in range(3):
        load.start()
        load.wait_for(50)
        assert program.terminate() == 0, program.log()
        load.stop()
        program.start()
    check_all_there(program, load)
    assert "Traceback" not in program.log()


def check_all_there(program: ProgramProcess, load: Load) -> None:
    """Compare what was acknowledged with what is stored."""
    program.wait_until_expanded()
    stored = Counter(row["message_id"] for row in program.all_of("messages"))
    assert set(load.acknowledged) <= set(stored)
    assert set(stored.values()) == {1}
    assert len(set(load.acknowledged)) == len(load.acknowledged)
    emails = Counter(row["email_id"] for row in program.all_of("emails"))
    wanted = {f"{m}{i}${r}" for m in stored for i, r in enumerate(RECIPIENTS)}
    assert emails == Counter(wanted)
    assert {row["status"] for row in program.all_of("emails")} == {"delivered"}
    for row in program.all_of("messages")[:20]:
        url = "http://{}:{}".format(*program.addresses["http"])
        raw = httpx.get(f"{url}/sandbox/v1/messages/{row['message_id']}/raw").content
        assert len(raw) == row["size"]
