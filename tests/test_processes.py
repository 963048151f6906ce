"""One of several processes, as the one that started it sees it: faults at its start."""

from __future__ import annotations

import asyncio
import pickle
import signal
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound.app.processes.member import Member
from sendcloud_inbound.config import Settings
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.sockets import address_of, listen

if TYPE_CHECKING:
    from pathlib import Path


def member(settings: bytes) -> Member:
    """Make one whose reports nobody needs."""
    return Member(1, settings, lambda _: None, lambda: {"clock": (0, None)})


def settings(tmp_path: Path, port: int) -> bytes:
    """Return what a process is told."""
    told: dict[str, Any] = {"roles": ["smtp"], "smtp": {"port": port}}
    told["store"] = {"url": f"sqlite:///{tmp_path / 'store.db'}"}
    return pickle.dumps(Settings.from_mapping(told))


async def test_why_it_cannot_start_is_told(tmp_path: Path) -> None:
    """In its own words, as if it had happened here."""
    with listen("SMTP", "127.0.0.1", 0) as taken:
        one = member(settings(tmp_path, address_of(taken)[1]))
        with pytest.raises(StartupError, match=r"SMTP cannot listen on .*: the port is taken"):
            await one.start()
    await one.stop(20)
    with pytest.raises(StartupError, match="it has stopped"):
        await one.check()


async def test_one_that_fails_is_told_by_how_it_ended(capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever it was; its own traceback stands on stderr."""
    one = member(b"nonsense")
    with capture_logs() as logged, pytest.raises(StartupError, match="it ended with status 1"):
        await one.start()
    await one.stop(20)
    assert "UnpicklingError" in capfd.readouterr().err
    assert logged[0]["event"] == "process_ended"


async def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    """And one that is silent is not ready, though it lives."""
    one = member(settings(tmp_path, 0))
    await one.start()
    await one.check()
    assert one._process is not None
    one._process.send_signal(signal.SIGSTOP)
    one._heard_at -= 60
    with pytest.raises(StartupError, match=r"nothing was heard of it for 6[0-9] s"):
        await one.check()
    with capture_logs() as logged:
        await one.stop(0.1)
    assert [each["event"] for each in logged] == ["process_killed"]
    async with asyncio.timeout(5):
        assert await one._process.wait() == -9
