"""Options that several commands share, each with the same words in all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings, in TOML; else the file that SENDCLOUD_INBOUND_CONFIG names.",
    ),
]
Smtp = Annotated[
    str | None,
    typer.Option(
        "--smtp", metavar="HOST:PORT", help="The server's SMTP address; else as in the settings."
    ),
]
Http = Annotated[
    str | None,
    typer.Option(
        "--http", metavar="HOST:PORT", help="The server's HTTP address; else as in the settings."
    ),
]
PortsFile = Annotated[
    Path | None,
    typer.Option(
        "--ports-file",
        metavar="FILE",
        help="Take the addresses from the file that serve --ports-file wrote.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
AsLines = Annotated[bool, typer.Option("--json", help="Write JSON, one item a line, for scripts.")]
Everything = Annotated[bool, typer.Option("--all", help="All of them.")]
