"""Charsets: from the name in a mail to Python's codec, and what a codec can do (RFC 2045, 2978).

Mail is often labelled narrower than it is: GBK as GB2312, UTF-8 as US-ASCII. Decoding therefore
goes on to the wider charset that readers take such a label for.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
"""Codecs of Python that are nobody's charset; some of them warn or take quadratic time."""
_WIDER = {
    "ascii": "utf-8",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
_MARKED = {"utf-16": ("utf-16-le", "utf-16-be"), "utf-32": ("utf-32-le", "utf-32-be")}
_BYTE_ORDER_MARK = "\ufeff"
_ASCII = bytes(range(128))


@lru_cache(256)
def lookup(label: str) -> str:
    """Return the codec's name of a charset, its language cut off (RFC 2231 5); or nothing."""
    try:
        codec = codecs.lookup(label.split("*", 1)[0])
    except (LookupError, ValueError):
        return ""
    name = codec.name.removesuffix("-sig")
    return name if name not in _NO_CHARSETS and _makes_text(name) else ""


def _makes_text(codec: str) -> bool:
    """Tell a charset from the codecs of Python that make something else."""
    try:
        b"a".decode(codec)
    except UnicodeError:
        return True  # one octet is half a character, or none
    except LookupError:
        return False
    return True


@lru_cache(256)
def is_transparent(codec: str) -> bool:
    """Tell whether octets below 128 always mean ASCII, so that names can be looked for as octets.

    That `%`, `<`, `=` and quotes never stand for half of another character holds for all codecs
    that pass; Johab, which has `<` and `=` there, does not.
    """
    if codec.startswith("iso2022") or codec == "johab":
        return False
    try:
        return _ASCII.decode(codec) == _ASCII.decode("ascii")
    except UnicodeError:
        return False


def with_byte_order(codec: str, octets: bytes) -> str:
    """Return the codec of those octets, for one that leaves the byte order to a mark.

    Without a mark it is little endian, as readers take it.
    """
    if codec not in _MARKED:
        return codec
    little, big = _MARKED[codec]
    return big if octets.startswith(_BYTE_ORDER_MARK.encode(big)) else little


def decode(octets: bytes, codec: str) -> str | None:
    """Return the text, or None when the octets are none of that charset or a wider one."""
    for each in (codec, _WIDER.get(codec)):
        try:
            text = octets.decode(each) if each else None
            if each == "utf-7" and text is not None:
                text.encode()  # it alone can spell half a character, which is none
        except UnicodeError:
            continue
        else:
            return text
    return None


def encode_name(name: str, codec: str) -> bytes | None:
    """Return a name as it may stand in a text of that charset, or of a wider one."""
    octets = encode(name, codec)
    return encode(name, _WIDER[codec]) if octets is None and codec in _WIDER else octets


def encode(text: str, codec: str) -> bytes | None:
    """Return the octets, or None when the charset cannot hold the text and give it back."""
    try:
        octets = text.encode(codec)
        # An escape character would switch a stateful charset: what comes back is another text.
        return octets if codec == "utf-8" or octets.decode(codec) == text else None
    except UnicodeError:
        return None
