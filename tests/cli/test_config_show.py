"""`config show`: every value with its origin, and what wrong settings get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sendcloud_inbound.config.settings import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.running import Cli


def _by_name(stdout: str) -> dict[str, tuple[str, str]]:
    return {row["setting"]: (row["value"], row["origin"]) for row in json.loads(stdout)}


def test_every_setting_has_value_and_origin(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, environment and default are told apart."""
    file = tmp_path / "sandbox.toml"
    file.write_text("[smtp]\nport = 2600\n[http]\nport = 8100\n")
    monkeypatch.setenv("SENDCLOUD_INBOUND_HTTP__PORT", "8200")
    ran = cli("config", "show", "--config", str(file), "--json")
    shown = _by_name(ran.stdout)
    assert (ran.status, ran.stderr) == (0, "")
    assert shown["smtp.port"] == ("2600", f"config file {file}")
    assert shown["http.port"] == ("8200", "environment SENDCLOUD_INBOUND_HTTP__PORT")
    assert shown["log.level"] == ("info", "default")
    assert set(SETTINGS) - {"accounts"} <= set(shown)


def test_the_table_shows_the_same(cli: Cli) -> None:
    """Without --json each setting is a line of words."""
    ran = cli("config", "show")
    lines = [line.split() for line in ran.stdout.splitlines()]
    assert lines[0] == ["SETTING", "VALUE", "ORIGIN"]
    assert ["smtp.port", "2525", "default"] in lines


def test_keys_are_masked(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a key nor the database's password is ever shown."""
    accounts = [{"api_user": "somebody", "api_key": "hush-key", "app_key": "hush-app"}]
    monkeypatch.setenv("SENDCLOUD_INBOUND_ACCOUNTS", json.dumps(accounts))
    monkeypatch.setenv("SENDCLOUD_INBOUND_STORE__URL", "postgresql://me:hush-db@db/mail")
    for form in ([], ["--json"]):
        ran = cli("config", "show", *form)
        assert "somebody" in ran.stdout
        assert "hush" not in ran.stdout + ran.stderr


def test_markup_in_a_value_is_text(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path in brackets is shown as it is."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_STORE__URL", "sqlite:////tmp/[red]x[/red].db")
    assert "/tmp/[red]x[/red].db" in cli("config", "show").stdout  # noqa: S108 - never opened


def test_an_unknown_setting_is_refused_with_the_nearest_name(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt variable would else be passed over."""
    monkeypatch.setenv("SENDCLOUD_INBOUND_SMPT__PORT", "1")
    ran = cli("config", "show")
    assert (ran.status, ran.stdout) == (2, "")
    assert "unknown setting SENDCLOUD_INBOUND_SMPT__PORT" in ran.stderr
    assert "did you mean SENDCLOUD_INBOUND_SMTP__PORT?" in ran.stderr


def test_each_mistake_has_its_line(cli: Cli, tmp_path: Path) -> None:
    """All mistakes of a file are told at once, each line under our name."""
    file = tmp_path / "sandbox.toml"
    file.write_text("[smtp]\nport = 70000\n[http]\nprot = 1\n")
    ran = cli("config", "show", "--config", str(file))
    lines = ran.stderr.splitlines()
    assert ran.status == 2
    assert len(lines) == 2
    assert all(line.startswith("sendcloud-inbound: ") for line in lines)
    assert "smtp.port" in ran.stderr
    assert "http.port" in ran.stderr


def test_a_config_file_that_is_not_there(cli: Cli, tmp_path: Path) -> None:
    """The line names the file and who named it."""
    ran = cli("config", "show", "--config", str(tmp_path / "missing.toml"))
    assert ran.status == 2
    assert "missing.toml" in ran.stderr
    assert "--config" in ran.stderr
