"""`sendcloud-inbound lint`: what SendCloud would make of a message in a file, without a server."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import options  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.text import as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.model import Finding

_FAILED = 1


def lint(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|-", help="A message as it would be sent, of any line ends; - for stdin."
        ),
    ],
    *,
    rcpt: Annotated[
        list[str] | None,
        typer.Option(
            "--rcpt",
            metavar="ADDRESS",
            help="An address of RCPT TO; may be given again. Without it, nothing is said about it.",
        ),
    ] = None,
    mail_from: Annotated[
        str | None,
        typer.Option("--mail-from", metavar="ADDRESS", help="The address of MAIL FROM; likewise."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Judge as the server does in strict mode.")
    ] = False,
    json: options.AsJson = False,
) -> int:
    """Tell what SendCloud refuses, fails or ignores in a message, and how to mend it.

    It needs no server. The exit status is 1 when something is refused, at once or later, else 0.
    """
    from sendcloud_inbound.cli.composing import on_the_wire, read_message  # noqa: PLC0415 - slow
    from sendcloud_inbound.rules.lint.offline import lint as look  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.rules.model import Fidelity  # noqa: PLC0415

    fidelity = Fidelity.STRICT if strict else Fidelity.FAITHFUL
    told = look(on_the_wire(read_message(file)), fidelity, mail_from, rcpt or ())
    if json:
        items = [asdict(each) for each in told.findings]
        sys.stdout.write(as_json({"items": items}, indent=2) + "\n")
    else:
        _draw(told.findings, None if told.refusal is None else str(told.refusal))
    return _FAILED if told.fails else 0


def _draw(findings: Sequence[Finding], refusal: str | None) -> None:
    from sendcloud_inbound.cli import drawing  # noqa: PLC0415 - rich is slow
    from sendcloud_inbound.cli.drawing.message import findings as drawn  # noqa: PLC0415

    screen = drawing.console()
    if refusal is not None:
        screen.print(drawing.plain(f"refused at the end of DATA: {refusal}", "bold"))
    if findings:
        screen.print(drawn(findings))
    else:
        screen.print("no findings")
