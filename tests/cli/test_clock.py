"""`clock`: what time it is in the sandbox, and what time it is to be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.running import Cli, Ran

pytestmark = pytest.mark.e2e


class Clock:
    """The command, against the running server."""

    def __init__(self, cli: Cli, ports_file: Path) -> None:
        self._cli = cli
        self._where = ("--ports-file", str(ports_file))

    def __call__(self, *options: str) -> Ran:
        """Return how it ended."""
        return self._cli("clock", *options, *self._where)


@pytest.fixture
def clock(cli: Cli, ports_file: Path) -> Iterator[Clock]:
    """Return the command; afterwards it is the real time again."""
    command = Clock(cli, ports_file)
    yield command
    assert command("--reset").status == 0


def test_it_is_set_moved_on_and_goes_on(clock: Clock) -> None:
    """Each call says what time it is then."""
    noon = "2030-01-01T12:00:00.000Z"
    assert clock("--set", noon, "--freeze").stdout == f"{noon} (it stands)\n"
    assert clock("--advance", "60").stdout == "2030-01-01T12:01:00.000Z (it stands)\n"
    told = json.loads(clock("--json").stdout)
    assert told == {"now": "2030-01-01T12:01:00.000Z", "is_frozen": True}
    assert clock("--go-on").stdout.startswith("2030-01-01T12:01:")
    assert clock("--reset").stdout < "2030"


@pytest.mark.parametrize(
    ("options", "about"),
    [
        (("--set", "noon"), "ISO 8601"),
        (("--advance", "-1"), "--advance"),
        (("--reset", "--freeze"), "--reset"),
    ],
)
def test_a_mistake_is_named(clock: Clock, options: tuple[str, ...], about: str) -> None:
    """And the clock is as it was."""
    ran = clock(*options)
    assert ran.status == 2
    assert about in ran.stderr
    assert not json.loads(clock("--json").stdout)["is_frozen"]
