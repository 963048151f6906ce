"""The Dockerfile keeps its promises, as far as its text can tell."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sendcloud_inbound.config import load

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def instruction(name: str) -> str:
    """Return what the last instruction of that name says."""
    return str(re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)[-1]).strip()


def test_two_stages_and_a_slim_base() -> None:
    """What builds stays behind."""
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim", stage) for stage in stages)


def test_it_runs_as_a_number_that_is_not_root() -> None:
    """Engines that forbid root can check it without a passwd file."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instruction("USER"))


def test_its_processes_are_our_own_in_exec_form() -> None:
    """Signals reach the program, and the health check needs no shell and no curl."""
    assert json.loads(instruction("ENTRYPOINT")) == ["sendcloud-inbound"]
    assert json.loads(instruction("CMD")) == ["serve"]
    check = instruction("HEALTHCHECK").partition(" CMD ")[2]
    assert json.loads(check) == ["sendcloud-inbound", "ready"]


def test_its_settings_are_settings() -> None:
    """Every variable with our prefix is read, and the listeners are open to other machines."""
    environ = dict(re.findall(r"(SENDCLOUD_INBOUND_\w+)=(\S+)", DOCKERFILE))
    settings = load(environ=environ).settings
    assert {settings.smtp.host, settings.http.host} == {"0.0.0.0"}  # noqa: S104 - a container
    assert settings.store.url == "sqlite:////data/store.db"
    assert instruction("VOLUME") == "/data"


def test_the_compose_file_gives_it_what_it_needs() -> None:
    """Read-only root with a volume for the mail, and the ports it listens on."""
    compose = (ROOT / "docker" / "compose.yaml").read_text()
    assert "read_only: true" in compose
    assert ":/data" in compose
    for port in re.findall(r"\d+", instruction("EXPOSE")):
        assert f"127.0.0.1:{port}:{port}" in compose
