"""The quick way for plain MAIL and RCPT lines, and what their parameters may say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.addresses import Path

if TYPE_CHECKING:
    from sendcloud_inbound.rules.dialogue.requests import Terms
    from sendcloud_inbound.rules.replies import Reply

# Plain addresses, nearly all there are, take one pattern; the rest goes to `parse_path`.
_PLAIN = re.compile(
    rb"(?:(mail) from|(rcpt) to): ?<([a-z0-9_+=-]+(?:\.[a-z0-9_+=-]+)*)"
    rb"@([a-z0-9]+(?:[.-][a-z0-9]+)*)>( body=8bitmime)?(?: size=(\d{1,18}))?\r?",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)  # a client says the same MAIL again and again
def read_plain(line: bytes) -> tuple[bool, Path] | None:
    """Read a plain MAIL (True) or RCPT (False) line; None when it takes a closer look.

    What it reads, `parse_path` reads the same.
    """
    found = _PLAIN.fullmatch(line)
    if found is None:
        return None
    mail, _rcpt, local, domain, body, size = found.groups()
    parameters: tuple[tuple[str, str | None], ...] = ()
    if body:
        parameters = (("BODY", body[6:].decode()),)
    if size:
        parameters = (*parameters, ("SIZE", size.decode()))
    return bool(mail), Path(f"{local.decode()}@{domain.decode().lower()}", parameters)


def parameters_refusal(path: Path, terms: Terms, *, extended: bool) -> Reply | None:
    """Return what the parameters of MAIL or RCPT are refused with, if they are (HARAKA.md 2)."""
    if not path.parameters:
        return None
    if not extended:
        return replies.INVALID_PARAMETERS
    # Other parameters, and a SIZE that is no number, are ignored.
    sizes = [value for key, value in path.parameters if key == "SIZE" and value]
    too_big = any(_exceeds(size, terms.max_message_bytes) for size in sizes)
    return replies.MESSAGE_TOO_BIG if too_big else None


def _exceeds(size: str, limit: int) -> bool:
    """Compare a SIZE with the limit; what is no positive number exceeds nothing."""
    digits = size.lstrip("0") if size.isdecimal() else ""
    return len(digits) > len(str(limit)) or int(digits or "0") > limit
