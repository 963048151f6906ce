"""All that is found beyond the form of X-SMTPAPI: keys, envelope, other headers, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.keys import effect
from sendcloud_inbound.rules.lint.lines import lines
from sendcloud_inbound.rules.lint.mail import envelope, header

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.headers import HeaderBlock
    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.xsmtpapi import Reading


def remarks(
    block: HeaderBlock, reading: Reading, mail_from: str | None, rcpt_to: Sequence[str]
) -> Iterator[Finding]:
    """Yield what no session refuses, of a message that is accepted or was refused for more.

    Where the envelope is not known, nothing is said about it.
    """
    if reading.api is not None:
        yield from effect(reading.api, rcpt_to)
    yield from envelope(block, reading.to, mail_from, rcpt_to)
    yield from header(block, reading.to)
    yield from lines(block)
