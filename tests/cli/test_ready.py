"""`ready`: what is asked, what is named when it is not ready, and how cheap the question is."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.cli.addresses import Address, Server
from tests.cli.running import environment
from tests.cli.wire import answer, says
from tests.nobody import nobody
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Cli

BANNER = b"220 SendCloud Inbound Server ESMTP Haraka 2.2.4 ready\r\n"
READY = answer("200 OK", b'{"status": "ready", "checks": {"store": "ok"}}')
NOT_READY = answer(
    "503 Service Unavailable",
    json.dumps({"detail": "store: gone", "checks": {"smtp": "ok", "store": "gone"}}).encode(),
)
ANYWHERE = "0.0.0.0"  # noqa: S104 - to be asked, not listened on
TOO_MANY = b"421 connection concurrency limit exceeded\r\n"


def test_ready_when_smtp_and_http_answer(cli: Cli) -> None:
    """A 220 banner and a 200 at /readyz are all it takes."""
    with says(BANNER) as smtp, says(READY) as http:
        ran = cli("ready", "--smtp", smtp, "--http", http)
    assert (ran.status, ran.stdout, ran.stderr) == (
        0,
        f"ready: SMTP at {smtp}, HTTP at {http}\n",
        "",
    )


@pytest.mark.parametrize(
    ("banner", "said"),
    [
        (TOO_MANY, "it says 421 connection concurrency limit exceeded, not 220"),
        (b"", "it says nothing, not 220"),
        (b"HTTP/1.1 400 Bad Request\r\n", "it says HTTP/1.1 400 Bad Request, not 220"),
        (b"\x1b[2J\r\n", r"it says \x1b[2J, not 220"),
    ],
)
def test_what_smtp_says_instead_is_told(banner: bytes, said: str, cli: Cli) -> None:
    """The wrong banner stands in the complaint, fit for a terminal."""
    with says(banner) as smtp, says(READY) as http:
        ran = cli("ready", "--smtp", smtp, "--http", http)
    assert ran.status == 1
    assert ran.stderr == f"sendcloud-inbound: not ready: SMTP at {smtp}: {said}\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (NOT_READY, "store: gone"),
        (answer("404 Not Found", b"?", b"text/plain"), "/readyz answers 404, not 200"),
        (answer("503 Busy", b"[1]"), "/readyz answers 503, not 200"),
        (BANNER, "what answers is no HTTP server"),
    ],
)
def test_what_http_lacks_is_told(given: bytes, said: str, cli: Cli) -> None:
    """Only the parts that are not ready are named."""
    with says(BANNER) as smtp, says(given) as http:
        ran = cli("ready", "--smtp", smtp, "--http", http)
    assert ran.status == 1
    assert ran.stderr == f"sendcloud-inbound: not ready: HTTP at {http}: {said}\n"


def test_all_that_is_not_ready_is_named(cli: Cli) -> None:
    """One look names every listener that does not answer."""
    smtp, http = nobody(), nobody()
    ran = cli("ready", "--smtp", smtp, "--http", http)
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"sendcloud-inbound: not ready: SMTP at {smtp}: connection refused; "
        f"HTTP at {http}: connection refused\n"
    )


def test_wait_asks_until_it_is_ready(cli: Cli) -> None:
    """A refusal while it waits is not the end."""
    with says(TOO_MANY, b"", BANNER) as smtp, says(NOT_READY, READY) as http:
        assert cli("ready", "--wait", "30", "--smtp", smtp, "--http", http).status == 0


def test_wait_ends_when_its_time_is_over(cli: Cli) -> None:
    """The complaint says how long it took."""
    ran = cli("ready", "--wait", "0.2", "--smtp", nobody(), "--http", nobody())
    assert ran.status == 1
    assert "not ready after 0.2 s: SMTP at" in ran.stderr


def test_only_the_roles_of_this_server_are_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that only takes mail in has no HTTP to answer."""
    with says(BANNER) as smtp:
        monkeypatch.setenv("SENDCLOUD_INBOUND_ROLES", "smtp,worker")
        monkeypatch.setenv("SENDCLOUD_INBOUND_SMTP__PORT", smtp.rpartition(":")[2])
        ran = cli("ready")
    assert (ran.status, ran.stdout) == (0, f"ready: SMTP at {smtp}\n")


def test_a_server_without_listeners_is_not_asked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that only works must not be called unhealthy for it."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_ROLES", "worker")
    ran = cli("ready")
    assert (ran.status, ran.stdout) == (0, "ready: nothing listens here\n")


@pytest.mark.parametrize(
    ("host", "asked"), [(ANYWHERE, "127.0.0.1"), ("::", "::1"), ("mail.internal", "mail.internal")]
)
def test_every_address_is_asked_on_loopback(
    host: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that listens on all addresses is found on this machine's own."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_SMTP__HOST", host)
    assert Server().address("smtp") == Address(asked, 2525)


def test_any_free_port_has_to_be_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings say port 0, they do not say where the server is."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_SMTP__PORT", "0")
    ran = cli("ready")
    assert ran.status == 2
    assert "smtp.port is 0, any free one; name the real one with --smtp" in ran.stderr


def test_the_ports_file_tells_where(cli: Cli, tmp_path: Path) -> None:
    """What is not in it is not asked."""
    file = tmp_path / "ports.json"
    with says(READY) as http:
        file.write_text(json.dumps({"http": {"host": ANYWHERE, "port": int(http[10:])}}))
        ran = cli("ready", "--ports-file", str(file))
    assert (ran.status, ran.stdout) == (0, f"ready: HTTP at {http}\n")


def test_wait_waits_for_the_ports_file_too(cli: Cli, tmp_path: Path) -> None:
    """A ports file that is not there yet is named, once."""
    file = tmp_path / "ports.json"
    ran = cli("ready", "--wait", "0.2", "--ports-file", str(file))
    assert ran.status == 1
    assert ran.stderr.count(f"no ports file at {file}") == 1


@pytest.mark.parametrize("content", ["", "[]", '{"smtp": 25}', '{"smtp": {"host": "::"}}'])
def test_a_wrong_ports_file_is_told(content: str, cli: Cli, tmp_path: Path) -> None:
    """Half a file, or another one, is no traceback."""
    file = tmp_path / "ports.json"
    file.write_text(content)
    ran = cli("ready", "--ports-file", str(file))
    assert ran.status == 1
    assert f"{file} is no ports file" in ran.stderr


def test_a_wrong_address_is_told(cli: Cli) -> None:
    """An address without a port is a wrong command line."""
    ran = cli("ready", "--smtp", "127.0.0.1")
    assert ran.status == 2
    assert "--smtp: '127.0.0.1' is not HOST:PORT" in ran.stderr


def test_asking_loads_nothing_of_the_server(tmp_path: Path) -> None:
    """A container asks every few seconds: no framework, no database, no settings."""
    program = (
        "import sys\n"
        "from sendcloud_inbound.cli import main\n"
        "main(sys.argv[1:])\n"
        "print(*sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "ready", "--ports-file", str(tmp_path / "ports.json")],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    heavy = {"fastapi", "httpx", "rich", "sqlalchemy", "structlog", "uvicorn", "asyncio"}
    assert loaded & heavy == set()
    assert "sendcloud_inbound.config" not in ran.stdout.split()


@pytest.mark.e2e
def test_a_running_server_is_ready(cli: Cli, ports_file: Path) -> None:
    """SMTP, HTTP and the store of the real program answer."""
    ran = cli("ready", "--ports-file", str(ports_file))
    assert (ran.status, ran.stderr) == (0, "")


@pytest.mark.e2e
def test_a_server_that_takes_us_for_a_balancer_is_ready(cli: Cli, tmp_path: Path) -> None:
    """It waits to be told for whom the connection is."""
    trusted = {"SMTP__PROXY_PROTOCOL": "true", "SMTP__PROXY_TRUSTED": "127.0.0.0/8"}
    program = ProgramProcess(tmp_path, **trusted)
    program.start()
    try:
        ran = cli("ready", "--ports-file", str(tmp_path / "ports.json"))
    finally:
        program.stop()
    assert (ran.status, ran.stderr) == (0, "")
