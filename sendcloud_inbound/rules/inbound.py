"""Mail that comes from outside, such as an answer: what the `route` event tells of it.

SENDCLOUD.md 4.4. The shape of `headers` is not known beyond that it is JSON text: here an object,
in which a name that stands several times has a list.
"""

from __future__ import annotations

import json
import re
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any, NamedTuple

from sendcloud_inbound.rules import headers, mime
from sendcloud_inbound.rules.events import NO_HEADERS
from sendcloud_inbound.rules.user_headers import compact, custom_headers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendcloud_inbound.rules.headers import HeaderBlock
    from sendcloud_inbound.rules.mime import Part

_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,900}>")
_MOST_REFERENCES = 50
_LONGEST_ADDRESSES = 8192


class Parent(NamedTuple):
    """The mail that an inbound one answers."""

    reference: str = ""
    """Its Message-ID, without brackets."""
    email_id: str = ""
    label_id: str | None = None


NO_PARENT = Parent()
"""The fields of an unknown one are empty."""


def details(
    content: bytes, mail_from: str, rcpt_to: Sequence[str], parent: Parent
) -> dict[str, Any]:
    """Return the fields of the `route` event but for its signature."""
    root = mime.parse(content)
    block = root.block
    from_, to = _people(block, b"from"), _people(block, b"to")
    return {
        "from": ",".join(address for _, address in from_),
        "fromname": ",".join(name for name, _ in from_),
        "to": ",".join(address for _, address in to),
        "toname": ",".join(name for name, _ in to),
        "subject": headers.subject(block),
        "headers": json.dumps(_headers(block), ensure_ascii=False, separators=(",", ":")),
        "html": _text(root, "text/html"),
        "text": _text(root, "text/plain"),
        "raw_message": content.decode("utf-8", "replace"),
        "userHeaders": compact(custom_headers(block)) or NO_HEADERS,
        "x_mx_mailfrom": mail_from,
        "x_mx_rcptto": ",".join(rcpt_to),
        "raw_message_url": "",
        "reference": parent.reference,
        "emailId": parent.email_id,
        "labelId": parent.label_id or "",
        "labelName": "",
    }


def references(content: bytes) -> Iterator[str]:
    """Yield the Message-IDs that a mail answers, the nearest first, without brackets."""
    block = headers.scan(content)
    found: list[bytes] = []
    for name, is_oldest_first in ((b"in-reply-to", False), (b"references", True)):
        field = block.find(name)
        ids = _MESSAGE_ID.findall(field.raw)[-_MOST_REFERENCES:] if field else []
        found += reversed(ids) if is_oldest_first else ids
    for each in dict.fromkeys(found):
        yield each[1:-1].decode("latin-1")


def sender(content: bytes) -> str:
    """Return the address of From; empty when there is none."""
    people = _people(headers.scan(content), b"from")
    return people[0][1] if people else ""


def _people(block: HeaderBlock, name: bytes) -> list[tuple[str, str]]:
    field = block.find(name)
    if field is None:
        return []
    text = headers.decode_text(field.raw[:_LONGEST_ADDRESSES])
    return [(name, address) for name, address in getaddresses([text]) if address]


def _headers(block: HeaderBlock) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for field in block.fields():
        found.setdefault(field.name, []).append(headers.decode_text(field.raw))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def _text(root: Part, content_type: str) -> str:
    texts = (part for part in root.walk() if part.is_text and part.content_type == content_type)
    part = next(texts, None)
    return "" if part is None else mime.text(part)
