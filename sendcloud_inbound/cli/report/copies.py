"""A mail's HTML in a file, which people open in a browser."""

from __future__ import annotations

import re

_GUARD = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src '
    "'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">"
)
"""Read by browsers before all else: the mail can run nothing, load nothing and send nothing. Its
text is in UTF-8 now, whatever it says of itself."""
_DOCTYPE = re.compile(r"[ \t\n\f\r]*<!doctype[^>]*>", re.IGNORECASE)
"""After what is white space to HTML, and no more: the policy would stand in the body, where it does
not count."""


def guarded(html: str) -> str:
    """Return a mail's HTML fit to be opened from a file: as it is, with a policy on top.

    The policy stands behind the doctype, which counts only if nothing is before it.
    """
    doctype = _DOCTYPE.match(html)
    at = doctype.end() if doctype else 0
    return f"{html[:at]}{_GUARD}{html[at:]}"
