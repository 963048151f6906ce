"""Fixtures for pytest: `sendcloud_server`, `sendcloud`, `sendcloud_webhook_receiver`.

A sandbox is started with the first test that asks for one, in a thread of the test process, or one
that runs already is used: when SENDCLOUD_HTTP_URL is set, and SENDCLOUD_SMTP_HOST and
SENDCLOUD_SMTP_PORT with it. Each test has an API_USER of its own, so tests may run in parallel.

A server in a container reaches the receiver of webhooks by the host that SENDCLOUD_WEBHOOK_HOST
names, or `sendcloud_webhook_host` in pytest's settings.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sendcloud_inbound.testing.receiver import Receiver
    from sendcloud_inbound.testing.sandbox import Sandbox
    from sendcloud_inbound.testing.server import Server

_SMTP_PORT = 2525
_OPTIONS = {"seed", "strict", "rules"}
_WEBHOOK_HOST = "sendcloud_webhook_host"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make the setting known."""
    parser.addini(
        _WEBHOOK_HOST,
        "the host that a SendCloud sandbox reaches the receiver of webhooks under: a name or an "
        f"IPv4 address; {_WEBHOOK_HOST.upper()} goes before it (default: 127.0.0.1)",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        "sendcloud(seed=0, strict=False, rules=()): of the fixture sendcloud: rules that force "
        "outcomes and the seed of their dice; strict fails a test whose mail has findings",
    )


@pytest.fixture(scope="session")
def sendcloud_server() -> Iterator[Server]:
    """Where a sandbox listens: one of this process, or the one that the environment names."""
    from sendcloud_inbound.testing import server  # noqa: PLC0415 - only for those who use it

    url = os.environ.get("SENDCLOUD_HTTP_URL")
    if url:
        host = os.environ.get("SENDCLOUD_SMTP_HOST") or urlsplit(url).hostname or "127.0.0.1"
        port = int(os.environ.get("SENDCLOUD_SMTP_PORT") or _SMTP_PORT)
        yield server.Server(host, port, url)
        return
    _quieten()
    with server.running() as found:
        yield found


@pytest.fixture
def sendcloud(request: pytest.FixtureRequest, sendcloud_server: Server) -> Iterator[Sandbox]:
    """A fresh API_USER on the sandbox; it goes with the test, and so does its mail."""
    from sendcloud_inbound.client import SandboxClient  # noqa: PLC0415
    from sendcloud_inbound.testing.sandbox import Sandbox  # noqa: PLC0415

    options = _options(request)
    seed = int(options.get("seed", 0))
    smtp = (sendcloud_server.smtp_host, sendcloud_server.smtp_port)
    with SandboxClient(sendcloud_server.http_url) as client:
        user = client.create_api_user()
        sandbox = Sandbox(client, smtp, user, seed)
        if options.get("rules"):
            sandbox.rules.put(*options["rules"])
        yield sandbox
        try:
            if options.get("strict"):
                _assert_no_findings(sandbox)
        finally:
            client.delete_api_user(user.api_user)


@pytest.fixture
def sendcloud_webhook_receiver(
    request: pytest.FixtureRequest, sendcloud: Sandbox
) -> Iterator[Receiver]:
    """A receiver that all events of the test's mail are told to; it verifies their signatures."""
    from sendcloud_inbound.testing.receiver import LOCAL, receiving  # noqa: PLC0415

    with receiving(sendcloud.app_key, _webhook_host(request.config) or LOCAL) as receiver:
        sendcloud.webhooks.add(receiver.url)
        yield receiver


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed test's last messages, with findings and dialogue."""
    report = yield
    sandbox: Sandbox | None = getattr(item, "funcargs", {}).get("sendcloud")
    if report.failed and report.when == "call" and sandbox is not None:
        report.sections.append(("SendCloud sandbox", _story(sandbox)))
    return report


def _quieten() -> None:
    """Keep the server's log out of what tests capture; a logging that is set up stays as it is."""
    import structlog  # noqa: PLC0415

    from sendcloud_inbound import logs  # noqa: PLC0415

    if not structlog.is_configured():
        logs.configure(level="warning", stream=sys.__stderr__)


def _webhook_host(config: pytest.Config) -> str:
    """Return the host that is set for the receiver of webhooks; empty when none is."""
    host = os.environ.get(_WEBHOOK_HOST.upper()) or str(config.getini(_WEBHOOK_HOST))
    if re.search(r"[^\w.-]", host):
        raise pytest.UsageError(
            f"{_WEBHOOK_HOST} is {host!r}: give a name or an IPv4 address alone, such as "
            "host.docker.internal; the port is made up"
        )
    return host


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    marker = request.node.get_closest_marker("sendcloud")
    options = dict(marker.kwargs) if marker else {}
    unknown = options.keys() - _OPTIONS
    if unknown or (marker and marker.args):
        known = ", ".join(sorted(_OPTIONS))
        raise pytest.UsageError(f"pytest.mark.sendcloud takes {known}, by name")
    return options


def _assert_no_findings(sandbox: Sandbox) -> None:
    """Fail with the mail itself, which is gone when the report is made."""
    try:
        sandbox.assert_no_findings()
    except AssertionError as error:
        raise AssertionError(f"{error}\n\n{_story(sandbox)}") from None


def _story(sandbox: Sandbox) -> str:
    from sendcloud_inbound.client import SandboxError  # noqa: PLC0415

    try:
        return sandbox.story()
    except SandboxError as error:
        return str(error)
