"""The sandbox in a container, on an engine that is ours (engine.py): all but the engine is real."""

from __future__ import annotations

import re
import smtplib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config
from testcontainers.core.exceptions import ContainerStartException

from sendcloud_inbound.config import load
from sendcloud_inbound.testing.container import HTTP_PORT, IMAGE, SMTP_PORT, SendCloudContainer
from tests.testing.engine import Engine, running_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine that testcontainers finds by its environment."""
    with running_engine(tmp_path) as engine:
        monkeypatch.setenv("DOCKER_HOST", engine.url)
        monkeypatch.setattr(testcontainers_config, "ryuk_disabled", True)
        mode = ConnectionMode.docker_host
        monkeypatch.setattr(testcontainers_config, "connection_mode_override", mode)
        yield engine


def test_a_sandbox_is_ready_when_the_block_begins(engine: Engine) -> None:
    """It takes mail and shows it, and can tell receivers here; it is gone when the block ends."""
    with SendCloudContainer() as sandbox:
        with smtplib.SMTP(sandbox.smtp_host, sandbox.smtp_port, timeout=20) as smtp:
            smtp.login(sandbox.api_user, sandbox.api_key)
            smtp.sendmail("a@b.c", ["ben@ifaxin.com"], "Subject: bill\r\n\r\nhello\r\n")
        with sandbox.client() as client:
            assert client.url == sandbox.http_url
            assert client.wait_for_email(recipient="ben@ifaxin.com").subject == "bill"
        assert engine.removed == []
    assert engine.ordered[0].extra_hosts == ["host.docker.internal:host-gateway"]
    assert engine.removed == engine.ordered


def test_it_is_what_was_asked_for(engine: Engine) -> None:
    """One account with its keys, and what `DockerContainer` takes."""
    asked = SendCloudContainer(
        api_user="my_user", api_key="my_key", app_key="my_app_key", extra_hosts={"shop": "10.0.0.1"}
    )
    with asked as sandbox, sandbox.client() as client:
        assert [each.api_user for each in client.api_users()] == ["my_user"]
        with smtplib.SMTP(sandbox.smtp_host, sandbox.smtp_port, timeout=20) as smtp:
            smtp.login("my_user", "my_key")
    (container,) = engine.ordered
    assert container.extra_hosts == ["shop:10.0.0.1"]
    (account,) = load(environ=container.environ).settings.accounts
    assert account.app_key == sandbox.app_key == "my_app_key"


def test_a_container_that_ends_is_told_with_its_last_words(engine: Engine) -> None:
    """At once, and not after the time that it has to start."""
    sandbox = SendCloudContainer().with_env("SENDCLOUD_INBOUND_SMPT__PORT", "1")
    with pytest.raises(ContainerStartException, match=r"the last line of its log: .*SMPT"), sandbox:
        pass
    assert engine.removed == engine.ordered


def test_a_container_that_is_not_ready_in_time_is_told(engine: Engine) -> None:
    """With the time that it had."""
    sandbox = SendCloudContainer(start_s=0).with_env("SENDCLOUD_INBOUND_ROLES", '["smtp"]')
    with pytest.raises(ContainerStartException, match="not ready within 0 s"), sandbox:
        pass


def test_its_image_and_ports_are_those_of_the_dockerfile() -> None:
    """As the compose file names the image."""
    ports = re.findall(r"\d+", str(re.search(r"EXPOSE .*", (ROOT / "Dockerfile").read_text())))
    assert [*map(int, ports[-2:])] == [SMTP_PORT, HTTP_PORT]
    assert f"image: {IMAGE}\n" in (ROOT / "docker" / "compose.yaml").read_text()


def test_without_the_extra_the_one_error_says_what_to_install() -> None:
    """When it is used; the module itself can be imported."""
    code = (
        "import sys; sys.modules['testcontainers'] = None\n"
        "from sendcloud_inbound.testing.container import SendCloudContainer\n"
        "print('imported', flush=True)\n"
        "SendCloudContainer()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout == "imported\n"
    said = done.stderr.splitlines()
    assert said[-1].startswith("ImportError: SendCloudContainer needs testcontainers")
    assert said[-1].endswith("pip install 'sendcloud-inbound[container]'")
    assert "During handling" not in done.stderr
