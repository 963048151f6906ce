"""What the texts of a message tell that X-SMTPAPI alone does not: the findings of rendering."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint import MAX_TOLD, finding
from sendcloud_inbound.rules.substitution import mentions
from sendcloud_inbound.rules.substitution.search import MAX_PLACES
from sendcloud_inbound.rules.substitution.values import MAX_NAME, MAX_VARIABLES
from sendcloud_inbound.rules.xsmtpapi import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.substitution.names import Names
    from sendcloud_inbound.rules.substitution.texts import Source
    from sendcloud_inbound.rules.substitution.values import Variables

Written = tuple[str, str]
"""A text and where it stands."""


def where(source: Source) -> str:
    """Return how a finding names a text part."""
    return f"{source.part.content_type}, part {source.part.path}"


def readable(subject: str | None, sources: Sequence[Source]) -> list[Written]:
    """Return the texts of a message that could be decoded."""
    texts = [(source.text, where(source)) for source in sources if source.text is not None]
    return texts if subject is None else [(subject, "Subject"), *texts]


def without_value(texts: Iterable[Written], variables: Variables) -> dict[str, str]:
    """Return what looks like a variable and is none, and where it stands first."""
    found: dict[str, str] = {}
    for text, place in texts:
        for name in mentions.signed(text):
            if name not in variables.names:
                found.setdefault(name, place)
    return found


def findings(
    texts: Sequence[Written], sources: Sequence[Source], names: Names
) -> Iterator[Finding]:
    """Yield what is to be said of the texts, whoever the recipient is."""
    variables = names.variables
    for source in islice((each for each in sources if each.text is None), MAX_TOLD):
        yield finding("text-charset-unreadable", where(source), charset=source.part.charset)
    for name in sorted(variables.given - names.used.keys())[:MAX_TOLD]:
        yield finding("value-without-variable", f"{HEADER} {name}", name=name)
    yield from _in_braces(texts, variables)
    if variables.ignored:
        fills = {"count": variables.ignored, "limit": MAX_VARIABLES, "longest": MAX_NAME}
        yield finding("too-many-variables", HEADER, **fills)
    if names.too_many_places:
        yield finding("too-many-places", "text", limit=MAX_PLACES)


def _in_braces(texts: Iterable[Written], variables: Variables) -> Iterator[Finding]:
    found: dict[str, str] = {}
    for text, place in texts:
        for name in mentions.braced(text):
            if f"%{name}%" in variables.names:
                found.setdefault(name, place)
    for name, place in islice(found.items(), MAX_TOLD):
        yield finding("variable-in-braces", place, name=name)
