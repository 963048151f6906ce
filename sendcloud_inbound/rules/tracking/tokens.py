"""Tokens: what stands in a tracking URL, signed, packed and taken apart again.

How SendCloud signs is not known (S24): here it is an HMAC-SHA256 of the kind and the JSON without
its sign, cut to the length of SendCloud's. A token is read by making it once more: only what we
would write ourselves, octet for octet, is one of ours. That holds from machine to machine as long
as their zlib packs alike.
"""

from __future__ import annotations

import binascii
import hmac
import zlib
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.tracking import payloads
from sendcloud_inbound.rules.tracking.payloads import Form

if TYPE_CHECKING:
    from sendcloud_inbound.rules.tracking.model import Kind, Tracked
    from sendcloud_inbound.rules.tracking.payloads import Generation

LONGEST = 32_000
"""Characters of a token: one with the longest link, headers and address is shorter."""
_LONGEST_JSON = LONGEST * 3 // 4
_SIGN_DIGITS = 32
"""The length of an MD5 sum (SENDCLOUD.md 6.3)."""
_FIRST_OF_JSON = "eyJ"
"""`{"` in base64; no zlib stream begins so."""
_LEVEL, _WINDOW, _MEMORY = 1, 9, 2
"""Of zlib, which spends its time with clearing memory: a seventh of what `zlib.compress` takes, and
as short for so little text."""
_TO_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = str.maketrans("-_", "+/")


class Signer:
    """Makes the tokens of one kind for one message."""

    def __init__(self, key: bytes, generation: Generation, kind: Kind, form: Form) -> None:
        self._key = key
        self._kind = kind
        self._form = form
        self._pack = _pack_first if generation == 1 else _pack_second

    def token(self, email_id: str, link: str, page_id: int) -> str:
        """Return the token of one email."""
        head, tail = self._form.around_sign(email_id, link, page_id)
        signed = f"{self._kind}{head}{tail}".encode("ascii")
        sign = hmac.digest(self._key, signed, "sha256").hex()[:_SIGN_DIGITS]
        return self._pack(f'{head}"{sign}"{tail}'.encode("ascii"))


def read(token: str, kind: Kind, key: bytes) -> Tracked | None:
    """Take a token apart; None when it is not, character for character, one that we signed."""
    if not token.isascii() or len(token) > LONGEST:
        return None
    generation: Generation = 1 if token.startswith(_FIRST_OF_JSON) else 2
    try:
        text = _unpacked(token, generation)
        read = payloads.parse(text, generation, kind)
    except (ValueError, zlib.error, RecursionError):
        return None
    if read is None:
        return None
    tracked, track_domain = read
    form = Form(generation, kind, tracked.mailing, track_domain)
    signer = Signer(key, generation, kind, form)
    again = signer.token(tracked.email_id, tracked.link, tracked.page_id)
    return tracked if hmac.compare_digest(again, token) else None


def _pack_first(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode("ascii")


def _pack_second(octets: bytes) -> str:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY)
    packed = packer.compress(octets) + packer.flush()
    return binascii.b2a_base64(packed, newline=False).translate(_TO_URL_SAFE).decode("ascii")


def _unpacked(token: str, generation: Generation) -> str:
    if generation == 1:
        return binascii.a2b_base64(token).decode("ascii")
    packed = binascii.a2b_base64(token.translate(_FROM_URL_SAFE))
    return zlib.decompressobj().decompress(packed, _LONGEST_JSON).decode("ascii")
