"""The load generator, `smtpgun.c`: compiled once for each text of it, run on a core of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.comparing.cache import NotThereError, cache, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).with_name("smtpgun.c")
CPUS = sorted(os.sched_getaffinity(0))
LOGIN = ("--login", "c2FuZGJveF91c2Vy", "c2FuZGJveF9rZXk=")
"""The default account: sandbox_user, sandbox_key."""


class Shot(NamedTuple):
    """What one run of the generator found."""

    messages: int
    seconds: float
    """From the first connection to the last reply."""
    p50_ms: float
    """Of the wait from the last octet of DATA to its reply."""
    p99_ms: float
    cpu_s: float
    """Of the generator itself."""

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds


def build() -> Path:
    """Return the generator, compiled if need be.

    Raises:
        NotThereError: there is no C compiler.
    """
    source = SOURCE.read_bytes()
    made = cache("generator") / f"smtpgun-{hashlib.sha256(source).hexdigest()[:12]}"
    if not made.exists():
        unfinished = made.with_suffix(f".{os.getpid()}")
        compiler = os.environ.get("CC", "cc")
        run([compiler, "-O2", "-std=gnu11", "-o", str(unfinished), str(SOURCE)], made.parent)
        unfinished.replace(made)
    return made


def shoot(port: int, message: Path, *options: str) -> Shot:
    """Put one load on the server at that port; `smtpgun.c` lists the options.

    Raises:
        NotThereError: a reply was not as it should be; with the reply.
    """
    given = ["--port", str(port), "--message", str(message), *options]
    done = subprocess.run([*_command(), *given], capture_output=True, text=True, check=False)
    told = _told(done.stdout, done.stderr)
    wait = told["wait_ms"]
    return Shot(told["messages"], told["seconds"], wait["p50"], wait["p99"], told["cpu_s"])


@contextmanager
def held(port: int, count: int, *options: str) -> Iterator[float]:
    """Hold so many idle connections through the block; give the seconds until all were up."""
    command = [*_command(), "--port", str(port), "--idle", str(count), *options]
    pipes = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipes, stdout=pipes, stderr=pipes, text=True) as process:
        assert process.stdout
        assert process.stderr
        line = process.stdout.readline()
        yield _told(line, "" if line else process.stderr.read())["seconds"]


def _command() -> list[str]:
    return [str(build()), *(("--cpu", str(CPUS[-1])) if len(CPUS) > 1 else ())]


def _told(line: str, trouble: str) -> dict[str, Any]:
    if not line:
        raise NotThereError(trouble.strip())
    told: dict[str, Any] = json.loads(line)
    if told["errors"]:
        raise NotThereError(f"{told['errors']} errors, the first: {told['first_error']}")
    return told
