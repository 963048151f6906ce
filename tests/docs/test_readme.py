"""The README tells the truth: its commands, its Python block, its tables."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.cli import main
from sendcloud_inbound.http.apiv2 import CALLS
from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path)
    program.start()
    yield program
    program.stop()


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.e2e
def test_the_python_block_sends(program: ProgramProcess) -> None:
    """Run word for word but for the port, it gives two emails with the ids it tells."""
    host, port = program.addresses["smtp"]
    block = blocks("python")[0]
    block = block.replace('"127.0.0.1", 2525', f'"{host}", {port}')
    printed = subprocess.run(
        [sys.executable, "-c", block], check=True, capture_output=True, text=True, timeout=30
    ).stdout
    code, message_id = printed.split()
    assert code == "250"
    program.wait_until_expanded()
    assert [row["email_id"] for row in program.all_of("emails")] == [
        f"{message_id}0$ben@ifaxin.com",
        f"{message_id}1$joe@ifaxin.com",
    ]


@pytest.mark.slow
@pytest.mark.e2e
def test_the_pytest_example_passes(tmp_path: Path) -> None:
    """Word for word, in a project that has nothing else."""
    (tmp_path / "test_bill.py").write_text(blocks("python")[1])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_every_command_and_option_exists(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the README calls is in the program's own help."""
    commands = (
        "serve|run|ready|send|messages|show|lint|render|wait|events|happen|release|deliveries|"
        "replay|clear|export|import|clock|(?:api-users|rules|suppressions|webhooks|config) [a-z]+"
    )
    calls = re.findall(rf"sendcloud-inbound ({commands})\b(.*)", README)
    assert calls
    monkeypatch.setenv("COLUMNS", "200")
    for command, line in calls:
        assert main([*command.split(), "--help"]) == 0
        told = capsys.readouterr().out
        for option in re.findall(r"--[a-z-]+", line):
            assert option in told, f"{command} has no {option}"


@pytest.mark.e2e
def test_the_rules_can_be_put(program: ProgramProcess) -> None:
    """The server takes them word for word, and has all of them."""
    (rules,) = re.findall(r"rules put - <<'END'.*?\n(.*?)\nEND\n", README, re.DOTALL)
    http = "{}:{}".format(*program.addresses["http"])
    put = subprocess.run(
        [sys.executable, "-m", "sendcloud_inbound", "rules", "put", "-", "--http", http],
        input=rules, check=True, capture_output=True, text=True, timeout=30,
    ).stdout  # fmt: skip
    assert len(json.loads(put)["rules"]) == len(json.loads(rules)["rules"])
    assert program.get("/sandbox/v1/rules", api_user="sandbox_user") == json.loads(put)


@pytest.mark.e2e
def test_every_path_exists(program: ProgramProcess) -> None:
    """The calls of the table are in the OpenAPI description."""
    told = program.get("/openapi.json")["paths"]
    paths = re.findall(r"`(?:[A-Z]+ )?(/(?:sandbox/v1|livez|readyz)[^`]*)`", README)
    assert paths
    for path in paths:
        assert path in told, path


def test_every_call_of_sendclouds_api_is_told() -> None:
    """The README names each of them, and none that is not there."""
    assert set(re.findall(r"`/api/(\w+/\w+)`", README)) == {call.path for call in CALLS}


def test_the_files_it_names_exist() -> None:
    """No path in the text is stale."""
    names = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:toml|py))`", README)
    made_by_tests = "test-results/"
    names = [name for name in names if not name.startswith(("smtp.", "/", made_by_tests))]
    assert names
    for name in names:
        assert any((base / name).exists() for base in (ROOT, ROOT / "sendcloud_inbound")), name
