"""Transfer encodings and charsets undone (RFC 2045 6). Any octets come out as something."""

from __future__ import annotations

import binascii
import re

from sendcloud_inbound.rules import charsets

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))


def decode(octets: bytes, encoding: str) -> bytes:
    """Undo a transfer encoding; one that is not known hides nothing."""
    if encoding == "base64":
        return _from_base64(octets)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(octets)
    return octets


def to_text(octets: bytes, charset: str) -> str:
    """Decode text; what the charset does not know is marked, an unknown one taken as UTF-8."""
    codec = charsets.with_byte_order(charsets.lookup(charset) or "utf-8", octets)
    found = charsets.decode(octets, codec)
    if found is None:
        # UTF-7 can spell half a character, which is none: nobody could write it as UTF-8.
        found = _SURROGATE.sub("\ufffd", octets.decode(codec, "replace"))
    return found.removeprefix("\ufeff")


def _from_base64(octets: bytes) -> bytes:
    try:
        # The lenient decoder skips what does not belong, wants padding and minds no excess of it.
        return binascii.a2b_base64(octets + b"==")
    except binascii.Error:
        # One character too many: it was cut, and six bits are no octet.
        kept = octets.partition(b"=")[0].translate(None, _NOT_BASE64)
        return binascii.a2b_base64(kept[: len(kept) // 4 * 4])
