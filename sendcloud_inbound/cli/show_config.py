"""`sendcloud-inbound config show`: what the server would run with, and why."""

from __future__ import annotations

import os
import sys

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.text import as_json


def show_config(*, config: options.Config = None, json: options.AsJson = False) -> None:
    """Show every setting with its value and where it comes from; keys are masked."""
    from sendcloud_inbound.config import load, masked  # noqa: PLC0415 - half of a second

    rows = masked(load(config_file=config, environ=os.environ))
    if json:
        names = ("setting", "value", "origin")
        records = [dict(zip(names, row, strict=True)) for row in rows]
        sys.stdout.write(as_json(records, indent=2) + "\n")
    else:
        _draw(rows)


def _draw(rows: list[tuple[str, str, str]]) -> None:
    from sendcloud_inbound.cli import drawing  # noqa: PLC0415 - rich, a tenth of a second

    table = drawing.table("SETTING", "VALUE", "ORIGIN")
    for row in rows:
        table.add_row(*map(drawing.plain, row))
    drawing.console().print(table)
