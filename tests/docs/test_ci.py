"""The README's blocks for CI: each is run where its language is at hand, and read where not."""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import subprocess
import sys
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml

from sendcloud_inbound.config import load
from sendcloud_inbound.testing.container import HTTP_PORT, IMAGE, SMTP_PORT
from tests.clients import libraries, runners
from tests.docs.test_readme import README, blocks
from tests.processes import ProgramProcess
from tests.testing.engine import running_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BLOCKS: dict[str, str] = {
    name: text
    for text, name in re.findall(
        r"```\w+\n((?:#|//|<\?php //) ([\w./-]+):?[^\n]*\n.*?)```", README, re.DOTALL
    )
}
"""By the name of the file that a block is to be put into, which its first line tells."""
PLACE = {
    "SENDCLOUD_SMTP_HOST", "SENDCLOUD_SMTP_PORT", "SENDCLOUD_HTTP_URL",
    "SENDCLOUD_API_USER", "SENDCLOUD_API_KEY", "SENDCLOUD_APP_KEY",
}  # fmt: skip
"""What `run` tells its command (tests/cli/test_run.py)."""
WEBHOOK_HOST = "SENDCLOUD_WEBHOOK_HOST"
ACTIONS, GITLAB, COMPOSE = ".github/workflows/test.yml", ".gitlab-ci.yml", "compose.yaml"

DJANGO = """
from django.core.mail import send_mail
send_mail("Your bill", "12.50", "a@shop.test", ["ben@ifaxin.com"])
"""
SYMFONY = """<?php
require "Symfony/Component/Mailer/autoload.php";
require "Symfony/Component/Mime/autoload.php";
$mail = (new Symfony\\Component\\Mime\\Email())
    ->from("a@shop.test")->to("ben@ifaxin.com")->subject("Your bill")->text("12.50");
$transport = Symfony\\Component\\Mailer\\Transport::fromDsn(getenv("MAILER_DSN"));
(new Symfony\\Component\\Mailer\\Mailer($transport))->send($mail);
"""


class Program(NamedTuple):
    """How a block is run."""

    needs: str | None
    """What it needs beside the language, by its name in tests/clients/libraries.py."""
    command: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    """What stands beside it."""

    @property
    def is_at_hand(self) -> bool:
        """Whether language and library are installed."""
        has_library = self.needs is None or libraries.version(self.needs)
        return bool(has_library and shutil.which(self.command[0]))


PROGRAMS = {
    "settings.py": Program("django", (runners.PYTHON, "send.py"), (("send.py", DJANGO),)),
    "bill.js": Program("nodemailer", ("node", "bill.js")),
    ".env.test": Program("symfony_mailer", ("php", "send.php"), (("send.php", SYMFONY),)),
    "bill.php": Program(
        "phpmailer",
        ("php", "bill.php"),
        (("vendor/autoload.php", '<?php require "libphp-phpmailer/autoload.php";'),),
    ),
    "Bill.java": Program("jakarta_mail", ("java", "Bill.java")),
    "bill.go": Program(None, ("go", "run", "bill.go")),
}
COMPILERS = {
    "conftest.py": (sys.executable, "-m", "py_compile"),
    "bill.js": ("node", "--check"),
    "bill.php": ("php", "-l"),
}
"""What reads a program without its library and without running it."""


class Login(NamedTuple):
    """What a block has a client log in with."""

    host: str
    port: int
    user: str
    key: str


def of_django(block: str, environ: dict[str, str]) -> Login:
    """Read the settings as Django does: by running them."""
    code = f"{block}\nprint(EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    host, port, user, key = done.stdout.split()
    return Login(host, int(port), user, key)


def of_symfony(block: str, environ: dict[str, str]) -> Login:
    """Read the DSN."""
    url = urlsplit(dsn(block, environ))
    assert url.scheme == "smtp"
    return Login(url.hostname or "", url.port or 0, url.username or "", url.password or "")


def of_spring(block: str, environ: dict[str, str]) -> Login:
    """Read the properties."""
    lines = [line for line in Template(block).substitute(environ).splitlines() if line[0] != "#"]
    told = dict(line.split("=", 1) for line in lines)
    assert told["spring.mail.properties.mail.smtp.auth"] == "true"
    host, port, user, key = (
        told[f"spring.mail.{name}"] for name in ("host", "port", "username", "password")
    )
    return Login(host, int(port), user, key)


def dsn(block: str, environ: dict[str, str]) -> str:
    """Return the MAILER_DSN of a .env file, its variables filled in."""
    found = re.search(r"^MAILER_DSN=(\S+)$", block, re.MULTILINE)
    assert found
    return Template(found[1]).substitute(environ)


LOGINS: dict[str, Callable[[str, dict[str, str]], Login]] = {
    "settings.py": of_django,
    ".env.test": of_symfony,
    "application-test.properties": of_spring,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramProcess]:
    """A server for all blocks, ended with the last of them."""
    server = ProgramProcess(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def environ(server: ProgramProcess) -> dict[str, str]:
    """What a command finds in its environment."""
    (smtp_host, smtp_port), (http_host, http_port) = (
        server.addresses[name] for name in ("smtp", "http")
    )
    return os.environ | {
        "SENDCLOUD_SMTP_HOST": smtp_host,
        "SENDCLOUD_SMTP_PORT": str(smtp_port),
        "SENDCLOUD_HTTP_URL": f"http://{http_host}:{http_port}",
        "SENDCLOUD_API_USER": "sandbox_user",
        "SENDCLOUD_API_KEY": "sandbox_key",
        "SENDCLOUD_APP_KEY": "test_appkey",
    }


def test_no_block_is_left_out() -> None:
    """Each of them is known to a test here."""
    yamls = {ACTIONS, GITLAB, COMPOSE}
    assert set(BLOCKS) == {*yamls, *PROGRAMS, *LOGINS, "conftest.py"}


def test_blocks_ask_for_what_there_is() -> None:
    """Every name of ours is one that `run` tells, a setting, or the receiver's."""
    for name, block in BLOCKS.items():
        named = set(re.findall(r"SENDCLOUD_\w+", block))
        assert named, name
        ours = {each for each in named if each.startswith("SENDCLOUD_INBOUND_")}
        assert named - ours <= PLACE | {WEBHOOK_HOST}, name


def by_values(name: str, _: Path, environ: dict[str, str]) -> str:
    """Send a bill by the login that a block of settings makes."""
    login = LOGINS[name](BLOCKS[name], environ)
    with smtplib.SMTP(login.host, login.port, timeout=30) as smtp:
        smtp.login(login.user, login.key)
        smtp.sendmail("a@shop.test", ["ben@ifaxin.com"], "Subject: Your bill\r\n\r\n12.50\r\n")
    return ""


def by_itself(name: str, folder: Path, environ: dict[str, str]) -> str:
    """Run a block word for word in a folder that has nothing else; return what it says."""
    program = PROGRAMS[name]
    for file, text in ((name, BLOCKS[name]), *program.files):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text)
    more = {
        "CLASSPATH": runners.class_path("jakarta"),
        "DJANGO_SETTINGS_MODULE": "settings",
        "NODE_PATH": str(runners.NODE.resolve() / "node_modules"),
        "MAILER_DSN": dsn(BLOCKS[".env.test"], environ),
    }
    done = subprocess.run(
        program.command, cwd=folder, env=environ | more, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


SENDERS = [
    *(pytest.param(by_values, name, id=f"{name} by its values") for name in LOGINS),
    *(
        pytest.param(by_itself, name, id=f"{name} by itself")
        for name, program in PROGRAMS.items()
        if program.is_at_hand
    ),
]


@pytest.mark.e2e
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("send", "name"), SENDERS)
def test_a_bill_is_sent(
    send: Callable[[str, Path, dict[str, str]], str],
    name: str,
    tmp_path: Path,
    server: ProgramProcess,
    environ: dict[str, str],
) -> None:
    """One, to its recipient, that nothing is to be said against."""
    known = {each["message_id"] for each in server.all_of("messages")}
    said = send(name, tmp_path, environ)
    server.wait_until_expanded()
    new = [each for each in server.all_of("messages") if each["message_id"] not in known]
    assert [(each["subject"], each["rcpt_to"]) for each in new] == [
        ("Your bill", ["ben@ifaxin.com"])
    ], said
    levels = new[0]["findings"]
    assert levels["refused"] + levels["invalid"] + levels["ignored"] == 0, levels


@pytest.mark.parametrize(
    "name", [name for name, command in COMPILERS.items() if shutil.which(command[0])]
)
def test_a_program_is_one_of_its_language(name: str, tmp_path: Path) -> None:
    """Be its library there or not."""
    (tmp_path / name).write_text(BLOCKS[name])
    done = subprocess.run(
        [*COMPILERS[name], name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(120)
def test_the_fixtures_use_the_container(tmp_path: Path) -> None:
    """The block for testcontainers, and the README's example for pytest on top of it."""
    (tmp_path / "conftest.py").write_text(BLOCKS["conftest.py"])
    (tmp_path / "test_bill.py").write_text(blocks("python")[1])
    with running_engine(tmp_path) as engine:
        told = {
            "DOCKER_HOST": engine.url,
            "TESTCONTAINERS_RYUK_DISABLED": "true",
            "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
        }
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"],
            cwd=tmp_path, env=os.environ | told, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert "2 passed" in done.stdout, done.stdout + done.stderr
        (container,) = engine.removed
    assert settings_of(container.environ).mode.fidelity == "strict"


class Service(NamedTuple):
    """The sandbox as a block for CI has it, and what the tests beside it are told."""

    image: str
    settings: dict[str, str]
    told: dict[str, str]
    hosts: tuple[str, ...]
    """The names that the tests reach it under."""


def of_actions(block: dict[Any, Any]) -> Service:
    """Read a workflow of GitHub: the job runs on the machine that the ports are opened on."""
    job = block["jobs"]["test"]
    service = job["services"]["sendcloud"]
    ports = [f"{port}:{port}" for port in (SMTP_PORT, HTTP_PORT)]
    assert service["ports"] == ports
    assert f"--add-host={job['env'][WEBHOOK_HOST]}:host-gateway" in service["options"]
    return Service(service["image"], service["env"], job["env"], ("127.0.0.1",))


def of_gitlab(block: dict[Any, Any]) -> Service:
    """Read a job of GitLab: a service has an alias."""
    job = block["test"]
    (service,) = job["services"]
    return Service(service["name"], service["variables"], job["variables"], (service["alias"],))


def of_compose(block: dict[Any, Any]) -> Service:
    """Read a compose file: services reach each other by name."""
    tests, service = block["services"]["tests"], block["services"]["sendcloud"]
    assert tests["depends_on"] == {"sendcloud": {"condition": "service_healthy"}}
    assert tests["environment"][WEBHOOK_HOST] in block["services"]
    assert "--exit-code-from tests" in BLOCKS[COMPOSE].partition("\n")[0]
    return Service(
        service["image"], service["environment"], tests["environment"], tuple(block["services"])
    )


SERVICES = {ACTIONS: of_actions, GITLAB: of_gitlab, COMPOSE: of_compose}


def settings_of(environ: dict[str, str]) -> Any:
    """Return the settings that an environment makes; a name that is none is refused."""
    return load(environ=environ).settings


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_the_image_and_the_tests_find_it(name: str) -> None:
    """Image, settings, ports and login are those that there are."""
    service = SERVICES[name](yaml.safe_load(BLOCKS[name]))
    assert service.image == f"registry.example.com/{IMAGE}"
    settings = settings_of(service.settings)
    assert settings.mode.fidelity == "strict"
    assert all(isinstance(value, str) for value in service.told.values())
    assert service.told.keys() - {WEBHOOK_HOST} == PLACE
    url = urlsplit(service.told["SENDCLOUD_HTTP_URL"])
    assert service.told["SENDCLOUD_SMTP_HOST"] == url.hostname
    assert url.hostname in service.hosts
    assert (int(service.told["SENDCLOUD_SMTP_PORT"]), url.port) == (SMTP_PORT, HTTP_PORT)
    assert (settings.smtp.port, settings.http.port) == (SMTP_PORT, HTTP_PORT)
    account = settings.accounts[0]
    assert service.told["SENDCLOUD_API_USER"] == account.api_user
    assert service.told["SENDCLOUD_API_KEY"] == account.api_key
    assert service.told["SENDCLOUD_APP_KEY"] == account.app_key
