"""The envelope of a message that lies somewhere without one: from the fields of its header."""

from __future__ import annotations

from email.utils import getaddresses
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.headers import scan, unfold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.headers import HeaderBlock

_NULL_SENDER = "<>"


def sender(content: bytes) -> str | None:
    """Return the address of Return-Path, Sender or From, the first that has one.

    A Return-Path of `<>` is one: the null sender of bounces.
    """
    block = scan(content)
    if _first(block, "return-path") == _NULL_SENDER:
        return ""
    return next(addresses(block, "return-path", "sender", "from"), None)


def recipients(content: bytes) -> tuple[str, ...]:
    """Return whom a message was delivered to, if it says so; else all of To, Cc and Bcc.

    Where mail was handed on, the topmost Delivered-To is of the last delivery.
    """
    block = scan(content)
    for name in ("delivered-to", "x-original-to"):
        if found := tuple(_listed(_first(block, name))):
            return found
    return tuple(dict.fromkeys(addresses(block, "to", "cc", "bcc")))


def addresses(block: HeaderBlock, *names: str) -> Iterator[str]:
    """Yield the addresses of fields, given in lower case: by name, then as they stand."""
    fields = [(field.name.lower(), field.raw) for field in block.fields()]
    for name in names:
        for found, raw in fields:
            if found == name:
                yield from _listed(_text(raw))


def _first(block: HeaderBlock, name: str) -> str:
    found = block.find(name.encode())
    return _text(found.raw) if found else ""


def _text(raw: bytes) -> str:
    return unfold(raw).decode(errors="replace")


def _listed(text: str) -> Iterator[str]:
    try:
        found = getaddresses([text])
    except RecursionError:  # of comments within comments
        return
    yield from (address for _, address in found if address)
