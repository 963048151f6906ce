"""Where a running server is: as an option says, else the ports file, else the settings."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import reason
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sendcloud_inbound.config import Settings

Listener = Literal["smtp", "http"]

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - it is asked, not listened on
"""Every address is a place to listen on, not one to connect to."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to connect to."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Server:
    """A server as a command's options point at it; settings are read only when they are needed."""

    def __init__(
        self,
        *,
        smtp: str | None = None,
        http: str | None = None,
        config: Path | None = None,
        ports_file: Path | None = None,
    ) -> None:
        self._given = {"smtp": smtp, "http": http}
        self._config = config
        self._ports_file = ports_file

    @cached_property
    def settings(self) -> Settings:
        """The settings, as the server itself would read them."""
        from sendcloud_inbound.config import load  # noqa: PLC0415 - half of a second

        return load(config_file=self._config, environ=os.environ).settings

    @property
    def login(self) -> tuple[str, str] | None:
        """The login of HTTP, wherever the server is; None when the settings have none."""
        http = self.settings.http
        if http.username is None or http.password is None:
            return None
        return http.username, http.password

    def address(self, listener: Listener) -> Address:
        """Return where a listener is; `CommandFailed` when the server has none."""
        address = self.find(listener)
        if address is None:
            raise CommandFailed(
                f"this server takes no {listener.upper()}; name another with --{listener} HOST:PORT"
            )
        return address

    def find(self, listener: Listener) -> Address | None:
        """Return where a listener is, None when the server has none."""
        given = self._given[listener]
        if given is not None:
            return _parse(given, listener)
        if self._ports_file is not None:
            return _from_ports_file(self._ports_file).get(listener)
        return self._from_settings(listener)

    def _from_settings(self, listener: Listener) -> Address | None:
        if listener not in self.settings.roles:
            return None
        section = self.settings.smtp if listener == "smtp" else self.settings.http
        if section.port == 0:
            raise ConfigError(
                f"{listener}.port is 0, any free one; name the real one "
                f"with --{listener} HOST:PORT or --ports-file FILE"
            )
        return _reachable(section.host, section.port)


def _parse(text: str, listener: Listener) -> Address:
    from sendcloud_inbound.config import parse_listener  # noqa: PLC0415 - half of a second

    return _reachable(*parse_listener(text, f"--{listener}"))


def _from_ports_file(path: Path) -> Mapping[str, Address]:
    try:
        listeners = json.loads(path.read_bytes())
        return {name: _reachable(at["host"], at["port"]) for name, at in listeners.items()}
    except OSError as error:
        raise CommandFailed(
            f"no ports file at {path} ({reason(error)}); sendcloud-inbound serve "
            f"--ports-file {path} writes it once it listens"
        ) from error
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise CommandFailed(
            f"{path} is no ports file; name the one that serve --ports-file wrote"
        ) from error


def _reachable(host: str, port: int) -> Address:
    return Address(_LOOPBACK.get(host, host), port)
