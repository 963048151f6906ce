"""What `import` finds: messages, each with as much of an envelope as its source knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sendcloud_inbound.cli import envelopes
from sendcloud_inbound.cli.composing import Mail
from sendcloud_inbound.cli.submitting import NotTaken

if TYPE_CHECKING:
    from collections.abc import Generator

LARGEST = 128 * 1024 * 1024
"""Octets of a message. It is held in memory whole; the sandbox takes 16 MB by default (D5)."""
TOO_LARGE = f"it has more than {LARGEST // 1024 // 1024} MiB"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message."""

    place: str
    """Where it was found, for complaints."""
    content: bytes
    """As it goes over the wire."""
    mail_from: str | None = None
    """None: its header has to say; empty: the null sender."""
    rcpt_to: tuple[str, ...] = ()
    """None at all: its header has to say."""
    label_id: str | None = None
    """That it came with."""

    def mail(self, mail_from: str | None, rcpt_to: tuple[str, ...]) -> Mail:
        """Put it into its envelope, or into the one given; `NotTaken` when nobody knows it."""
        if mail_from is None:
            mail_from = self.mail_from
        if mail_from is None:
            mail_from = envelopes.sender(self.content)
        if mail_from is None:
            raise NotTaken("it names no sender; give one with --from ADDRESS")
        rcpt_to = rcpt_to or self.rcpt_to or envelopes.recipients(self.content)
        if not rcpt_to:
            raise NotTaken("it names no recipient; give one with --to ADDRESS")
        for address in (mail_from, *rcpt_to):
            if not address.isprintable():  # it could end the command that it stands in
                raise NotTaken(f"{address!r} is not an address; give another with --from or --to")
        return Mail(mail_from, rcpt_to, self.content)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that cannot be had; the next one may."""

    place: str
    why: str


Letters: TypeAlias = "Generator[Letter | Unreadable, None, None]"


@dataclass(frozen=True, slots=True)
class Source:
    """Messages to be imported, oldest first."""

    letters: Letters
    """One is read when it is asked for; closed, they let go of what they read from."""
    total: int | None
    """None: nobody knows before the end."""
