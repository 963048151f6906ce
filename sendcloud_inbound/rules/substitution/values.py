"""What X-SMTPAPI gives for the variables: `sub`, `pubsub`, `section` (SENDCLOUD.md 3.1 to 3.3).

`pubsub` outranks `sub` as a whole (G9). `section` is replaced inside values after `sub` and where
it stands in the text, its keys with or without percent signs (D14). Everything in one pass: what
came in by a value is not expanded again, except for `section`, once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.rules.substitution.search import Finder
from sendcloud_inbound.rules.xsmtpapi.model import Number
from sendcloud_inbound.rules.xsmtpapi.showing import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

MAX_VARIABLES = 1000
MAX_NAME = 256
"""Characters, percent signs included. Neither limit is documented; no use comes near."""
_MAX_INNER_SIGNS = 4
_MAX_WITH_INNER_SIGNS = 8
"""Names with percent signs inside are rare, and dear to look for; one client passes
`%%user_defined_unsubscribe_link%%` (SENDCLOUD.md 6.4)."""
_SHORTEST = 3
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables that count, and their values."""

    common: Mapping[str, str]
    """The same for everybody: `pubsub` and `section`."""
    by_position: Mapping[str, Sequence[Any]]
    """`sub`."""
    sections: Mapping[str, str]
    ignored: int
    """How many are too many or too long to count."""

    @property
    def names(self) -> set[str]:
        """All names that are looked for."""
        return {*self.common, *self.by_position}

    @property
    def given(self) -> set[str]:
        """The names of `sub` or `pubsub`."""
        return self.names - (self.sections.keys() - self.by_position.keys())

    @property
    def positions(self) -> int:
        """How many positions have values of their own."""
        return max(map(len, self.by_position.values()), default=1)

    def column(self, name: str, start: int = 0, end: int | None = None) -> list[str]:
        """Return a variable's values from a position to another, sections in them not replaced."""
        if name not in self.by_position:
            return [self.common[name]]
        return _all_spelled(self.by_position[name][start:end])

    def padded(self, name: str, start: int, end: int) -> list[str | None]:
        """Return the value at each of these positions; None where there is none (S7)."""
        column = self.column(name, start, end)
        if name not in self.by_position:
            return [*column * (end - start)]
        return [*column, *[None] * (end - start - len(column))]


NOTHING = Variables({}, {}, {}, 0)


def read(api: XSmtpApi | None) -> Variables:
    """Return the variables that X-SMTPAPI gives."""
    if api is None:
        return NOTHING
    sections = {_signed(key): text for key, text in (api.section or {}).items() if text is not None}
    by_position = {name: each for name, each in (api.sub or {}).items() if each is not None}
    if api.pubsub is not None:
        by_position = {}
    ranked = [*(api.pubsub or {}), *by_position, *sections]
    candidates = [*dict.fromkeys(name for name in ranked if is_name(name))]
    counting = _counting(candidates)
    common = {name: _plain(text) for name, text in sections.items()}
    common |= {name: spelled(value) for name, value in (api.pubsub or {}).items()}
    return Variables(
        common={name: common[name] for name in counting & common.keys() - by_position.keys()},
        by_position={name: by_position[name] for name in counting & by_position.keys()},
        sections={name: _plain(sections[name]) for name in counting & sections.keys()},
        ignored=len(candidates) - len(counting),
    )


def is_name(key: str) -> bool:
    """Tell whether a key can be a variable: percent signs on both sides, something between."""
    return len(key) >= _SHORTEST and key.startswith("%") and key.endswith("%")


def spelled(value: object) -> str:
    """Return a JSON value as it is written into the mail (S9)."""
    match value:
        case str():
            return _plain(value)
        case None:
            return ""
        case Number():
            return value.spelling
        case _:
            return _plain(to_json(value))


def _all_spelled(values: Sequence[Any]) -> list[str]:
    """Spell many values; mostly all are strings that can stay."""
    try:
        text = "".join(values)
    except TypeError:
        return [*map(spelled, values)]
    if text.isascii() or not _SURROGATE.search(text):
        return [*values]
    return [*map(_plain, values)]


class Expander:
    """Replaces `section` inside values."""

    def __init__(self, sections: Mapping[str, str]) -> None:
        self._sections = sections
        self._finder = Finder(sections)

    def length(self, value: str) -> int:
        """Return how long a value becomes; it may be gigabytes, so this comes first."""
        return len(value) + sum(
            len(self._sections[name]) - len(name) for _, _, name in self._finder.hits(value)
        )

    def expand(self, value: str) -> str:
        """Return a value with the sections in it replaced, once."""
        pieces, at = [], 0
        for start, end, name in self._finder.hits(value):
            pieces += [value[at:start], self._sections[name]]
            at = end
        return "".join([*pieces, value[at:]]) if pieces else value


def _signed(key: str) -> str:
    return key if is_name(key) else f"%{key}%"


def _plain(text: str) -> str:
    """Replace halves of surrogate pairs, which no mail can hold."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _counting(names: Iterable[str]) -> set[str]:
    """Return the first 1000 names that are not too long nor too full of percent signs."""
    counting: set[str] = set()
    with_inner_signs = 0
    for name in names:
        inner = name.count("%") - 2
        with_inner_signs += inner > 0
        is_rare = inner > _MAX_INNER_SIGNS or (inner and with_inner_signs > _MAX_WITH_INNER_SIGNS)
        if len(name) <= MAX_NAME and not is_rare:
            counting.add(name)
        if len(counting) == MAX_VARIABLES:
            break
    return counting
