"""Mistakes at the start get one clear line that names the thing and what to do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.e2e, pytest.mark.one_engine]


def serve(*options: str, **env: str) -> tuple[int, str]:
    """Try to serve; return the exit status and what is told."""
    command = [sys.executable, "-m", "sendcloud_inbound", "serve", "--smtp", "127.0.0.1:0"]
    command += ["--http", "127.0.0.1:0", "--store", "sqlite://", *options]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=30, env=os.environ | env, check=False
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def one_line(told: str) -> str:
    """Check that it is one line and no traceback."""
    assert "Traceback" not in told
    assert told.count("\n") == 1, told
    return told


def test_an_unknown_setting_in_the_file(tmp_path: Path) -> None:
    """It names the setting, the file, and the nearest name."""
    config = tmp_path / "config.toml"
    config.write_text("[smtp]\nprot = 2525\n")
    status, told = serve("--config", str(config))
    assert status == 2
    line = one_line(told)
    assert "prot" in line
    assert "port" in line
    assert str(config) in line


def test_an_unknown_setting_in_the_environment() -> None:
    """It names the variable and the nearest name."""
    status, told = serve(SENDCLOUD_INBOUND_SMTP__PROT="2525")
    assert status == 2
    line = one_line(told)
    assert "SENDCLOUD_INBOUND_SMTP__PROT" in line
    assert "SENDCLOUD_INBOUND_SMTP__PORT" in line


def test_a_taken_port() -> None:
    """It names the listener and the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, told = serve("--smtp", f"127.0.0.1:{port}")
    assert status == 1
    line = one_line(told)
    assert f"SMTP cannot listen on 127.0.0.1:{port}" in line
    assert "taken" in line


def test_a_certificate_that_cannot_be_read(tmp_path: Path) -> None:
    """It names the setting and the file."""
    status, told = serve(
        SENDCLOUD_INBOUND_SMTP__TLS_CERT=str(tmp_path / "none.pem"),
        SENDCLOUD_INBOUND_SMTP__TLS_KEY=str(tmp_path / "none.key"),
    )
    assert status == 1
    line = one_line(told)
    assert "tls_cert" in line.lower()
    assert "none.pem" in line


def test_a_certificate_that_is_none(tmp_path: Path) -> None:
    """It names both files."""
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("not PEM")
    status, told = serve(
        SENDCLOUD_INBOUND_SMTP__TLS_CERT=str(tmp_path / "cert.pem"),
        SENDCLOUD_INBOUND_SMTP__TLS_KEY=str(tmp_path / "key.pem"),
    )
    assert status == 1
    assert "cert.pem" in one_line(told)


def test_a_data_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """It names the directory; a file in the way stands for one that is closed to us."""
    (tmp_path / "file").write_text("")
    status, told = serve("--store", f"sqlite:///{tmp_path / 'file' / 'store.db'}")
    assert status == 1
    assert str(tmp_path / "file") in one_line(told)


@pytest.mark.parametrize("listener", ["nowhere", "127.0.0.1", "127.0.0.1:70000", "127.0.0.1:x"])
def test_a_listener_that_is_no_address(listener: str) -> None:
    """It names what was given and the right form."""
    status, told = serve("--smtp", listener)
    assert status == 2
    assert listener in one_line(told)


def test_a_host_that_is_not_there() -> None:
    """It names the listener and the host."""
    status, told = serve("--smtp", "no-such-host.invalid:0")
    assert status == 1
    assert "no-such-host.invalid" in one_line(told)


@pytest.mark.parametrize(
    "content", [b"this is no database, " * 100, b"SQLite format 3\0" + b"x" * 500]
)
def test_a_database_file_that_is_corrupt(tmp_path: Path, content: bytes) -> None:
    """It names the file, and leaves it as it is."""
    path = tmp_path / "store.db"
    path.write_bytes(content)
    status, told = serve("--store", f"sqlite:///{path}")
    assert status == 1
    assert str(path) in one_line(told)
    assert path.read_bytes() == content
