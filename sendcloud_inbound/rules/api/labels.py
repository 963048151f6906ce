"""The parameters of the calls about labels (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sendcloud_inbound.rules.api.given import Refused

if TYPE_CHECKING:
    from sendcloud_inbound.rules.api.given import Given

MAX_CHARACTERS: Final = 255
"""Of a label's name, and of what is looked for in it (codes 40105, 40112)."""
NO_LABEL: Final = 40106
"""The code for a number that no label has."""


def read_label_id(given: Given) -> int:
    """Read the number of a label."""
    given.needed("labelId", 40102)
    return given.number("labelId", 40103) or 0


def read_label_name(given: Given) -> str:
    """Read the name of a label."""
    return _short("labelName", given.needed("labelName", 40104), 40105)


def read_query(given: Given) -> str:
    """Read what is looked for; empty where all are meant."""
    return _short("query", given.optional("query", 40111) or "", 40112)


def read_label_of_mail(given: Given) -> tuple[int, str]:
    """Read the label of a mail: its number (0 for none), else its name (D38)."""
    name = given.text("labelName").strip()
    return given.number("labelId", 40015) or 0, _short("labelName", name, 40105)


def no_label(label_id: int) -> Refused:
    """Return what becomes of a call that names a label that is not there."""
    return Refused(NO_LABEL, f"there is no label {label_id}")


def _short(name: str, text: str, code: int) -> str:
    if len(text) > MAX_CHARACTERS:
        raise Refused(code, f"{name} has {len(text)} characters, {MAX_CHARACTERS} at most")
    return text
