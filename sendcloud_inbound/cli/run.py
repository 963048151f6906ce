"""`sendcloud-inbound run -- CMD`: a command with a sandbox of its own around it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Address, Server
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.report.folder import Folder
from sendcloud_inbound.cli.report.values import Ran
from sendcloud_inbound.errors import InboundError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_START_S = 60.0
_LOOK_S = 0.02
_FAILED = 1
_KILLED = 128
"""What a shell adds to the number of the signal that ended a command."""
_ROLES = ("smtp", "worker", "http")
_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def run(
    command: Annotated[
        list[str], typer.Argument(metavar="-- CMD ...", help="What to run, with its arguments.")
    ],
    *,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            help="Write all that the sandbox saw to this directory: a page, the mail, JSON, and "
            "the findings as JUnit XML.",
        ),
    ] = None,
    config: options.Config = None,
) -> int:
    """Start a sandbox on free ports, run a command, stop the sandbox; exit as the command did.

    The command finds the sandbox by its environment: SENDCLOUD_SMTP_HOST, SENDCLOUD_SMTP_PORT,
    SENDCLOUD_HTTP_URL, and the first account's SENDCLOUD_API_USER, SENDCLOUD_API_KEY and
    SENDCLOUD_APP_KEY. The mail is gone afterwards, but for what --report keeps.
    """
    folder = None if report is None else _prepared(report)
    server = Server(config=config)
    account, login = server.settings.accounts[0], server.login
    with _Signals() as signals, _sandbox(config, signals) as addresses:
        (smtp_host, smtp_port), (http_host, http_port) = addresses["smtp"], addresses["http"]
        told = {
            "SENDCLOUD_SMTP_HOST": smtp_host,
            "SENDCLOUD_SMTP_PORT": str(smtp_port),
            "SENDCLOUD_HTTP_URL": _url(http_host, http_port, login),
            "SENDCLOUD_API_USER": account.api_user,
            "SENDCLOUD_API_KEY": account.api_key,
            "SENDCLOUD_APP_KEY": account.app_key,
        }
        began = time.monotonic()
        status = _run(command, {**os.environ, **told}, signals)
        if folder is not None:
            ran = Ran(command, status, time.monotonic() - began)
            _report(Address(http_host, http_port), login, folder, ran, signals)
        return status


def _url(host: str, port: int, login: tuple[str, str] | None) -> str:
    """Return where the sandbox is asked, with the login that it wants."""
    url = f"http://{host}:{port}"
    if login is None:
        return url
    from sendcloud_inbound.client.call import with_login  # noqa: PLC0415 - httpx is slow

    return with_login(url, login)


@contextmanager
def _sandbox(config: Path | None, signals: _Signals) -> Iterator[dict[str, tuple[str, int]]]:
    """Run a server in a process of its own; give its addresses."""
    with tempfile.TemporaryDirectory() as folder:
        ports_file = Path(folder) / "ports.json"
        call = [sys.executable, "-m", "sendcloud_inbound", "serve", "--store", "sqlite://"]
        call += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "warning"]
        call += [word for role in _ROLES for word in ("--role", role)]
        call += ["--ports-file", str(ports_file), *(["--config", str(config)] if config else [])]
        # In a group of its own: Ctrl-C is for the command.
        server = subprocess.Popen(  # noqa: S603 - our own program
            call, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield _addresses(server, ports_file, signals)
        finally:
            server.terminate()
            server.wait()


def _addresses(
    server: subprocess.Popen[bytes], ports_file: Path, signals: _Signals
) -> dict[str, tuple[str, int]]:
    """Return where the server listens, once it does."""
    until = time.monotonic() + _START_S
    while not ports_file.exists():
        signals.check()
        if server.poll() is not None:
            raise CommandFailed("the sandbox could not start, for the reason above")
        if time.monotonic() > until:
            raise CommandFailed(f"the sandbox did not start within {_START_S:g} s")
        time.sleep(_LOOK_S)
    found = json.loads(ports_file.read_text())
    return {name: (each["host"], each["port"]) for name, each in found.items()}


def _run(command: Sequence[str], environment: Mapping[str, str], signals: _Signals) -> int:
    """Run the command and return its exit status."""
    signals.check()
    try:
        child = subprocess.Popen(command, env=environment)  # noqa: S603 - what it was called for
    except OSError as error:
        raise CommandFailed(f"cannot run {command[0]}: {error.strerror}") from error
    signals.hand_on_to(child)
    status = child.wait()
    return status if status >= 0 else _KILLED - status


def _prepared(report: Path) -> Folder:
    """Return the directory of the report, so that a wrong one is told before the command runs."""
    if str(report) == "--":
        raise typer.BadParameter("a directory has to follow", param_hint="--report")
    folder = Folder(report)
    folder.prepare()
    return folder


def _report(
    address: Address, login: tuple[str, str] | None, folder: Folder, ran: Ran, signals: _Signals
) -> None:
    """Write the report; its failure is told, and never hides that of the command."""
    from sendcloud_inbound.cli.client import CommandClient  # noqa: PLC0415 - httpx is slow
    from sendcloud_inbound.cli.report.writing import write_report  # noqa: PLC0415

    signals.keep()
    try:
        with CommandClient(address, login) as client:
            write_report(client, folder, ran, signals.check)
    except InboundError as error:
        why = f"the report in {folder.path} is not complete: {error}"
        raise CommandFailed(why, ran.status or _FAILED) from error
    except SystemExit as ended:
        why = f"the report in {folder.path} is not complete: a signal ended it"
        raise CommandFailed(why, ran.status or int(ended.code or _FAILED)) from ended


class _Signals:
    """The signals that end programs: remembered while nothing runs, then handed on to the command.

    A handler that raised would do so in the midst of starting a process, which nobody then ends.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._came: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._take) for number in _ENDING}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise SystemExit when one came."""
        if self._came is not None:
            raise SystemExit(_KILLED + self._came)

    def hand_on_to(self, child: subprocess.Popen[bytes]) -> None:
        """Let the command have them from now on, and the one that came while it was started."""
        self._child = child
        if self._came is not None:
            self._take(self._came)

    def keep(self) -> None:
        """Remember them again: the command has ended, and had those that came."""
        self._came = None
        self._child = None

    def _take(self, number: int, _: object = None) -> None:
        if self._child is None:
            self._came = number
        elif number != signal.SIGINT:  # Ctrl-C reaches the command by itself
            self._child.send_signal(number)
