"""A real HAProxy with docker/haproxy.cfg, ports replaced, before two smtp nodes on one store."""

from __future__ import annotations

import json
import os
import re
import shutil
import smtplib
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from sendcloud_inbound.rules.ids import parse_message_id
from sendcloud_inbound.sockets import address_of, listen
from tests.docs.test_scale import HAPROXY
from tests.processes import PATIENCE_S, ProgramProcess, message, message_id, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.one_engine,  # it is about connections
    pytest.mark.timeout(180),
]

BALANCED = {"SMTP__PROXY_PROTOCOL": "true", "SMTP__PROXY_TRUSTED": "127.0.0.1"}
CLIENT = "127.0.0.7"
"""Where clients connect from; the balancer connects from 127.0.0.1."""


class Site(NamedTuple):
    """Two smtp nodes, one that shows what came, and the balancer's addresses."""

    smtp: list[ProgramProcess]
    http: ProgramProcess
    addresses: dict[str, tuple[str, int]]

    def send(self) -> str:
        """Send a message by way of the balancer; return its messageId."""
        with smtplib.SMTP(
            *self.addresses["smtp"], timeout=PATIENCE_S, source_address=(CLIENT, 0)
        ) as client:
            client.login("sandbox_user", "sandbox_key")
            client.mail("a@ifaxin.com")
            client.rcpt("ben@ifaxin.com")
            return message_id(client.data(message()))


def node(folder: Path, name: str, *roles: str, **env: str) -> ProgramProcess:
    """Start a node of some roles on the one store."""
    (folder / name).mkdir()
    options = [option for role in roles for option in ("--role", role)]
    store = f"sqlite:///{folder / 'store.db'}"
    started = ProgramProcess(folder / name, *options, store=store, **env)
    started.start()
    return started


def haproxy(folder: Path, site: Site) -> subprocess.Popen[bytes]:
    """Start HAProxy with our file, its own ports and the nodes' replaced."""
    at = {f"smtp{number}": each.addresses["smtp"] for number, each in enumerate(site.smtp, 1)}
    at |= dict.fromkeys(("http1", "http2"), site.http.addresses["http"])
    text = HAPROXY.replace("inter 2s", "inter 100ms")
    for name, (host, port) in at.items():
        text = text.replace(f"server {name} {name}:", f"server {name} {host}:{port} #")
    for name, (host, port) in site.addresses.items():
        text = re.sub(rf"(frontend {name}\n.*\n    bind) :\d+", rf"\1 {host}:{port}", text)
    (folder / "haproxy.cfg").write_text(text)
    with (folder / "haproxy.log").open("wb") as log:
        return subprocess.Popen(
            ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], stdout=log, stderr=log
        )


def free_addresses(*names: str) -> dict[str, tuple[str, int]]:
    """Return an address on a free port for each name."""
    taken = {name: listen(name, "127.0.0.1", 0) for name in names}
    found = {name: address_of(each) for name, each in taken.items()}
    for each in taken.values():
        each.close()
    return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Run all of it; skipped without HAProxy, which in CI is a failure."""
    if shutil.which("haproxy") is None:
        assert os.environ.get("CI") != "true", "CI has no haproxy: apt-get install haproxy"
        pytest.skip("no haproxy: apt-get install haproxy")
    with ExitStack() as stack:

        def run(name: str, *roles: str, **env: str) -> ProgramProcess:
            started = node(tmp_path, name, *roles, **env)
            stack.callback(started.stop)
            return started

        shown = run("http", "http", "worker")
        smtp = [run(name, "smtp", **BALANCED) for name in ("smtp1", "smtp2")]
        site = Site(smtp, shown, free_addresses("smtp", "http"))
        balancer = haproxy(tmp_path, site)
        stack.callback(balancer.wait)
        stack.callback(balancer.kill)
        url = "http://{}:{}/readyz".format(*site.addresses["http"])
        wait_until(lambda: answers(url), "the balancer")
        yield site


def answers(url: str) -> bool:
    """Tell whether an address answers that all is well."""
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def sessions(program: ProgramProcess) -> list[dict[str, Any]]:
    """Return the sessions that a node has logged."""
    lines = map(json.loads, program.log().splitlines())
    return [line for line in lines if line["event"] == "session_ended"]


def test_clients_are_seen_and_nodes_may_die(site: Site) -> None:
    """Both nodes get mail, from the client's own address; with one of them dead all goes on."""
    of_node: dict[int, str] = {}
    while len(of_node) < 2:
        sent = site.send()
        of_node[parse_message_id(sent).process] = sent
    for each in of_node.values():
        shown = site.http.get(f"/sandbox/v1/messages/{each}")
        assert re.fullmatch(rf"{re.escape(CLIENT)}:\d+", shown["session"]["peer"])
    # Health checks came all the while, every tenth of a second.
    assert {line["peer"].split(":")[0] for each in site.smtp for line in sessions(each)} == {CLIENT}
    site.smtp[0].kill()
    for _ in range(10):
        site.send()
    site.http.wait_until_expanded()
