"""Runs the program in a process of its own, from its command line to its last signal."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound import logs
from sendcloud_inbound.app.program import Program
from sendcloud_inbound.errors import StartupError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sendcloud_inbound.config import Loaded, Settings

_log = structlog.get_logger()

_SWITCH_INTERVAL_S = 1e-3
"""How soon the event loop and the store's writer give way to each other. The default, 5 ms, holds a
commit up; much less than this, and each is in the other's way (measured with 20 sessions)."""

_M_MMAP_THRESHOLD = -3
"""Of glibc's malloc.h."""
_LARGE_OCTETS = 1024 * 1024


def serve(loaded: Loaded, ports_file: Path | None = None, exit_after_s: float | None = None) -> int:
    """Run until SIGTERM or SIGINT, or for so long; return the exit status."""
    with prepared_runner(loaded.settings) as runner:
        return runner.run(_serve(loaded, ports_file, exit_after_s))


def prepared_runner(settings: Settings) -> asyncio.Runner:
    """Set up a process of ours: its log, and the event loop that it runs."""
    logs.configure(settings.log.format, settings.log.level)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    _give_large_memory_back()
    return asyncio.Runner(loop_factory=_loop_factory())


def _give_large_memory_back() -> None:
    """Have glibc give what a large message took back to the system once it is freed.

    By itself it takes blocks of up to 32 MB from the heap after the first one was freed, and the
    heap gets holes: messages of 15 MB in a row left 320 MB resident, so it is 130.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_OCTETS)


async def _serve(loaded: Loaded, ports_file: Path | None, exit_after_s: float | None) -> int:
    with logs.gathered():
        return await _run(loaded, ports_file, exit_after_s)


async def _run(loaded: Loaded, ports_file: Path | None, exit_after_s: float | None) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_exit, stopping)
    program = Program(loaded.settings, origins=loaded.origins)
    await program.start()
    try:
        if ports_file is not None:
            _write_ports(ports_file, program.addresses)
        for name, (host, port) in program.addresses.items():
            _log.info("listening", listener=name, host=host, port=port)
        if exit_after_s is not None:
            loop.call_later(exit_after_s, stopping.set)
        await stopping.wait()
        _log.info("stopping")
    finally:
        await program.stop()
    _log.info("stopped")
    return 0


def _stop_or_exit(stopping: asyncio.Event) -> None:
    """The first signal asks; the second does not wait. What was acknowledged is stored anyway."""
    if stopping.is_set():
        os._exit(1)
    stopping.set()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415 - not to be had on Windows

    return uvloop.new_event_loop


def _write_ports(path: Path, addresses: dict[str, tuple[str, int]]) -> None:
    """Write the ports file whole: who waits for it never reads half of it."""
    text = json.dumps({name: {"host": h, "port": p} for name, (h, p) in addresses.items()})
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text + "\n")
        unfinished.replace(path)
    except OSError as error:
        raise StartupError(f"--ports-file: cannot write {path}: {error.strerror}") from error
