"""`sendcloud-inbound serve`: run the server."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sendcloud_inbound.cli.options import Config  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.interrupts import ending_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

LogFormat = Literal["auto", "console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


class Role(StrEnum):
    """A part of the program; typer takes no list of literals."""

    SMTP = "smtp"
    WORKER = "worker"
    HTTP = "http"


def serve(
    *,
    config: Config = None,
    smtp: Annotated[
        str | None,
        typer.Option("--smtp", metavar="HOST:PORT", help="Listen for SMTP here; 127.0.0.1:2525."),
    ] = None,
    http: Annotated[
        str | None,
        typer.Option("--http", metavar="HOST:PORT", help="Listen for HTTP here; 127.0.0.1:8025."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="URL",
            help="Keep mail here: sqlite:///PATH, sqlite:// (until the stop) or postgresql://...; "
            "by default a file in the user's data directory.",
        ),
    ] = None,
    role: Annotated[
        list[Role] | None,
        typer.Option("--role", help="Run only this part; may be given again. By default all."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", metavar="N", help="Take mail in with so many processes; 1."),
    ] = None,
    ports_file: Annotated[
        Path | None,
        typer.Option(
            "--ports-file",
            metavar="FILE",
            help="Write the real addresses here, as JSON, once all listeners are up.",
        ),
    ] = None,
    exit_after: Annotated[
        float | None,
        typer.Option(
            "--exit-after", metavar="SECONDS", min=0, help="Stop by itself after so long."
        ),
    ] = None,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="auto is console on a terminal, else json."),
    ] = None,
    log_level: Annotated[
        LogLevel | None, typer.Option("--log-level", help="The least that is logged; info.")
    ] = None,
) -> int:
    """Take mail in, expand it, show it: run until SIGTERM or Ctrl-C.

    What is not given here comes from the environment, the config file or the defaults, as
    config show tells. Port 0 takes any free port.
    """
    return _run(
        config,
        {
            "smtp": {**_listener("--smtp", smtp), "processes": processes},
            "http": _listener("--http", http),
            "store": {"url": store},
            "roles": [part.value for part in role] if role else None,
            "log": {"format": log_format, "level": log_level},
        },
        ports_file,
        exit_after,
    )


def _run(
    config: Path | None,
    command_line: Mapping[str, Any],
    ports_file: Path | None,
    exit_after_s: float | None,
) -> int:
    with ending_at_once():
        from sendcloud_inbound import app  # noqa: PLC0415 - a second; other commands do without
        from sendcloud_inbound.config import load  # noqa: PLC0415

    loaded = load(config_file=config, command_line=command_line, environ=os.environ)
    return app.serve(loaded, ports_file, exit_after_s)


def _listener(option: str, text: str | None) -> dict[str, str | int]:
    if text is None:
        return {}
    with ending_at_once():
        from sendcloud_inbound.config import parse_listener  # noqa: PLC0415

    host, port = parse_listener(text, option)
    return {"host": host, "port": port}
