"""The whole program in this process, on real sockets: what most tests talk to."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import trustme

from sendcloud_inbound.app import Program
from sendcloud_inbound.config import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STORE_URL = "SENDCLOUD_TEST_STORE_URL"
"""In the environment, where a test's store is to be, if not in a file of its own."""
API_USER, API_KEY = "sandbox_user", "sandbox_key"


@dataclass(frozen=True)
class RunningServer:
    """Where a server listens, and a client for its inspection API."""

    program: Program
    smtp: tuple[str, int]
    implicit_tls: tuple[str, int] | None
    http_url: str
    client: httpx.AsyncClient


@asynccontextmanager
async def running_server(
    tmp_path: Path, overrides: dict[str, Any] | None = None
) -> AsyncIterator[RunningServer]:
    """Run the program on free ports with a store in `tmp_path`.

    `overrides` are settings as in the config file; `{"tls": True}` adds a throw-away certificate,
    STARTTLS and the implicit TLS port.
    """
    program = Program(Settings.from_mapping(_settings(tmp_path, dict(overrides or {}))))
    await program.start()
    try:
        addresses = program.addresses
        http_url = "http://{}:{}".format(*addresses["http"])
        async with httpx.AsyncClient(base_url=http_url, verify=False) as client:  # noqa: S501 - no TLS
            yield RunningServer(
                program, addresses["smtp"], addresses.get("smtps"), http_url, client
            )
    finally:
        await program.stop()


def store_url(folder: Path) -> str:
    """Return where the store of a test is that has a folder."""
    return os.environ.get(STORE_URL) or f"sqlite:///{folder / 'store.db'}"


def _settings(tmp_path: Path, overrides: dict[str, Any]) -> dict[str, Any]:
    smtp: dict[str, Any] = {"port": 0, "auth_failure_delay_s": 0}
    if overrides.pop("tls", False):
        smtp |= _certificate(tmp_path) | {"implicit_tls_port": 0}
    return {
        "shutdown_timeout_s": 2,
        **overrides,
        "store": {"url": store_url(tmp_path)} | overrides.get("store", {}),
        "http": {"port": 0} | overrides.get("http", {}),
        "smtp": smtp | overrides.get("smtp", {}),
    }


def _certificate(tmp_path: Path) -> dict[str, str]:
    certificate = trustme.CA().issue_cert("localhost", "127.0.0.1")
    key, chain = tmp_path / "key.pem", tmp_path / "cert.pem"
    certificate.private_key_pem.write_to_path(key)
    for part, blob in enumerate(certificate.cert_chain_pems):
        blob.write_to_path(chain, append=part > 0)
    return {"tls_cert": str(chain), "tls_key": str(key)}
