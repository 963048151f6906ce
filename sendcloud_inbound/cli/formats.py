"""The kinds of sources that `import` knows."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """What a PATH holds."""

    AUTO = "auto"
    """What it looks like."""
    EXPORT = "export"
    MBOX = "mbox"
    EML = "eml"
    """One file, or all of a directory."""
    MAILPIT = "mailpit"
