"""`sendcloud-inbound import`: mail from elsewhere, submitted as a client would."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from sendcloud_inbound.cli import logins, places  # noqa: TC001 - typer reads the annotations
from sendcloud_inbound.cli.formats import Format
from sendcloud_inbound.cli.grouping import grouped
from sendcloud_inbound.cli.progress import with_progress
from sendcloud_inbound.cli.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.cli.letters import Letter, Unreadable
    from sendcloud_inbound.cli.submitting import Login, Session

_FAILED = 1


@grouped
def import_(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="A directory made by export, a .eml file or a directory of them, an mbox file, "
            "or http://HOST:PORT of a Mailpit.",
        ),
    ],
    *,
    kind: Annotated[
        Format, typer.Option("--format", help="What PATH is; by default what it looks like.")
    ] = Format.AUTO,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="A recipient, instead of those of the messages; may be given again.",
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="ADDRESS", help="The sender, instead of those of the messages."
        ),
    ] = None,
    account: logins.Account,
    intake: places.Intake,
) -> int:
    """Submit messages to a running server, in their order, each with a new messageId.

    What is not taken is told on stderr, each in one line, and the exit status is 1.
    """
    from sendcloud_inbound.cli.composing import bare  # noqa: PLC0415 - the email package
    from sendcloud_inbound.cli.sources import source  # noqa: PLC0415 - pydantic
    from sendcloud_inbound.cli.submitting import Session  # noqa: PLC0415

    found = source(path, kind)
    with closing(found.letters), Session(intake.server.address("smtp")) as session:
        importing = _Import(
            session,
            account.login(intake.server),
            None if sender is None else bare(sender),
            tuple(map(bare, to or ())),
        )
        importing.all(with_progress(found.letters, "importing", found.total))
    return _FAILED if importing.refused else 0


@dataclass
class _Import:
    """Messages on their way into a server, and how many went."""

    session: Session
    login: Login
    mail_from: str | None
    rcpt_to: tuple[str, ...]
    imported: int = 0
    refused: int = 0

    def all(self, letters: Iterable[Letter | Unreadable]) -> None:
        """Submit all, and say how many; also when the server goes away in the middle."""
        try:
            for letter in letters:
                self._one(letter)
        except BaseException:
            if self.imported or self.refused:
                self._tell()
            raise
        self._tell()

    def _one(self, letter: Letter | Unreadable) -> None:
        why = self._refusal(letter)
        if why is None:
            self.imported += 1
        else:
            self.refused += 1
            sys.stderr.write(f"{visible(letter.place)}: {visible(why)}\n")

    def _refusal(self, letter: Letter | Unreadable) -> str | None:
        """Submit a message; return why it was not taken."""
        from sendcloud_inbound.cli.letters import Unreadable  # noqa: PLC0415 - the email package
        from sendcloud_inbound.cli.submitting import NotTaken  # noqa: PLC0415

        if isinstance(letter, Unreadable):
            return letter.why
        try:
            mail = letter.mail(self.mail_from, self.rcpt_to)
            self.session.send(self.login.labelled(letter.label_id), mail)
        except NotTaken as error:
            return str(error)
        return None

    def _tell(self) -> None:
        sys.stdout.write(f"imported {self.imported}, refused {self.refused}\n")
