"""Text of strangers as pages show it: with what would hide, or turn it round, made visible.

A file called `invoice<U+202E>fdp.exe` reads `invoiceexe.pdf`. On a page it reads
`invoice[U+202E]fdp.exe`.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # those of direction (UAX 9)
    "\u00ad\u200b\u2028\u2029\u2060\ufeff]"  # what takes no room, and breaks lines
)


def visible(text: str) -> str:
    """Return a text in which what could not be seen is written out; line ends stay."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text.replace("\r\n", "\n"))
