"""Where the server of a command is: the options that say so, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.addresses import Server

if TYPE_CHECKING:
    from sendcloud_inbound.cli.client import CommandClient


@dataclass(frozen=True)
class Sandbox:
    """A server whose sandbox API is asked."""

    config: options.Config = None
    http: options.Http = None
    ports_file: options.PortsFile = None

    @cached_property
    def server(self) -> Server:
        """The server that the options point at."""
        return Server(http=self.http, config=self.config, ports_file=self.ports_file)

    def client(self) -> CommandClient:
        """Return a client of it, to be closed."""
        from sendcloud_inbound.cli.client import CommandClient  # noqa: PLC0415 - httpx is slow

        return CommandClient(self.server.address("http"), self.server.login)


@dataclass(frozen=True)
class Intake:
    """A server that mail is submitted to."""

    config: options.Config = None
    smtp: options.Smtp = None
    ports_file: options.PortsFile = None

    @cached_property
    def server(self) -> Server:
        """The server that the options point at."""
        return Server(smtp=self.smtp, config=self.config, ports_file=self.ports_file)
