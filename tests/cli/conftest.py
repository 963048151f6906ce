"""The command line as a test calls it, in this process, and a real server to point it at."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.cli import main
from tests.cli.running import OURS, PROGRAM, Ran, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) or name == "COLUMNS":
            monkeypatch.delenv(name)


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run a command in this process."""

    def run(*arguments: str) -> Ran:
        capfd.readouterr()
        status = main(arguments)
        said = capfd.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def ports_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start `serve` on free ports with a private store; return its ports file."""
    path = tmp_path_factory.mktemp("server") / "ports.json"
    command = [*PROGRAM, "serve", "--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    with (path.parent / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--store", "sqlite://", "--ports-file", str(path)],
            stderr=log,
            env=environment(),
        )
    try:
        waiting = [*PROGRAM, "ready", "--wait", "30", "--ports-file", str(path)]
        subprocess.run(waiting, check=True, env=environment())
        yield path
    finally:
        server.terminate()
        server.wait(30)
