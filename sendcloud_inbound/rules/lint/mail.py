"""The envelope and the other headers: what is beside X-SMTPAPI (SENDCLOUD.md 1.5, 4.6; S11, S15).

All of it is looked for by name, at little cost, for nearly every mail has none of it.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import decode_text
from sendcloud_inbound.rules.lint.keys import repeated
from sendcloud_inbound.rules.lint.table import MAX_TOLD, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.headers import Field, HeaderBlock
    from sendcloud_inbound.rules.model import Finding

_LARGEST_CUSTOM = 1024
"""Octets of the HTTP parameter `headers` with address lists (SENDCLOUD.md 4.6)."""
_LONGEST_FROM = 1024
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")
_ADDRESS = re.compile(r"[^\s@<>,;()\"]+@[^\s@<>,;()\"]+")


def envelope(
    block: HeaderBlock, to: Sequence[str] | None, mail_from: str | None, rcpt_to: Sequence[str]
) -> Iterator[Finding]:
    """Yield what the envelope says in vain; `to` is that of X-SMTPAPI."""
    if to is None:
        if len(rcpt_to) > 1:
            yield from repeated("rcpt-duplicate-recipient", "RCPT", rcpt_to)
    elif to:
        yield from _overridden(to, rcpt_to)
    if mail_from:
        yield from _thrown_away(block, mail_from)


def header(block: HeaderBlock, to: Sequence[str] | None) -> Iterator[Finding]:
    """Yield what is wrong with headers other than X-SMTPAPI."""
    if block.may_hold(b"bcc") and block.find(b"bcc"):
        yield finding("bcc-header", "Bcc")
    if to and len(to) > 1 and (found := block.find(b"message-id")):
        yield finding("same-message-id", found.name, count=len(to))
    if block.may_hold(b"sc-custom-") and (custom := [*block.starting_with(b"sc-custom-")]):
        yield from _custom(custom)


def _overridden(to: Sequence[str], rcpt_to: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding when RCPT names somebody whom `to` does not (SENDCLOUD.md 1.5)."""
    named = {address.lower() for address in to}
    left = [address for address in dict.fromkeys(rcpt_to) if address.lower() not in named]
    if left:
        addresses = ", ".join(left[:MAX_TOLD])
        yield finding("rcpt-overridden", "RCPT", count=len(left), addresses=addresses)


def _thrown_away(block: HeaderBlock, mail_from: str) -> Iterator[Finding]:
    """Yield a finding when MAIL FROM says what From does not; else it would stand at each mail."""
    found, address = block.find(b"from"), mail_from.encode(errors="replace")
    sent = found.raw.strip() if found else address
    if found is None or sent == address or sent.endswith(b"<%b>" % address):
        return  # nearly every mail
    sender = _address(found)
    if sender and sender.lower() != mail_from.lower():
        yield finding("mail-from-replaced", "MAIL FROM", mail_from=mail_from, sender=sender)


def _address(found: Field) -> str | None:
    """Return the address in a field; None when there is not exactly one."""
    text = decode_text(found.raw[:_LONGEST_FROM])
    bracketed = _IN_BRACKETS.search(text)
    address = (bracketed[1] if bracketed else text).strip()
    return address if _ADDRESS.fullmatch(address) else None


def _custom(fields: Sequence[Field]) -> Iterator[Finding]:
    """Yield what the HTTP API would refuse in SC-Custom- headers (SENDCLOUD.md 4.6)."""
    values = [(field.name, decode_text(field.raw[: _LARGEST_CUSTOM * 3])) for field in fields]
    empty = (name for name, value in values if not value)
    dotted = ((name, value) for name, value in values if "." in value)
    for name in islice(empty, MAX_TOLD):
        yield finding("sc-custom-empty", name, name=name)
    for name, value in islice(dotted, MAX_TOLD):
        yield finding("sc-custom-dot", name, name=name, value=value)
    octets = len(json.dumps(dict(values), ensure_ascii=False, separators=(",", ":")).encode())
    if octets > _LARGEST_CUSTOM:
        limit = _LARGEST_CUSTOM
        yield finding("sc-custom-too-long", "SC-Custom-", octets=octets, limit=limit)
