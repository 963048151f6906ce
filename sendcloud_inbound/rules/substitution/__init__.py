"""Variables of X-SMTPAPI replaced in a message (SENDCLOUD.md 3.1 to 3.3, S7 to S10, D14).

A message is compiled once: its Subject and each text part become templates, the names get numbers.
A copy is a row of values, one per number, encoded as each template needs them. More places can be
marked in the texts, whose values are made for each copy (see `making`).
"""

from __future__ import annotations

from functools import cached_property
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules.substitution import judging, subject as subjects, texts, values
from sendcloud_inbound.rules.substitution.names import Names
from sendcloud_inbound.rules.substitution.rows import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.substitution.making import Marker
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

MAX_OCTETS = 64_000_000
"""Of one copy: four times the largest message. Not documented."""

_AT_ONCE = 100
"""So many positions are encoded together; `to` has no more."""


class Variable(NamedTuple):
    """A variable as it stands for one recipient."""

    name: str
    value: str | None
    """None where it has none."""
    is_written: bool
    """Whether it stands in the Subject or a text."""
    where: str = ""
    """Where it stands first, for one that X-SMTPAPI does not give at all."""


class Substitution:
    """The templates of one message."""

    def __init__(self, root: Part, api: XSmtpApi | None, marker: Marker | None = None) -> None:
        self.variables = values.read(api)
        self._root = root
        self._marker = marker
        self._names = Names(self.variables, marker.names if marker else {})
        field = root.block.find(b"subject")
        self._subject_text = None if field is None else subjects.read(field)
        self.subject = None
        if self.variables.names and field is not None:
            self.subject = subjects.compile_subject(field, self._subject_text or "", self._names)
        self.texts = self._compiled() if self.variables.names or marker else []
        self.used = [*self._names.used]
        self._sections = values.Expander(self.variables.sections)
        self._rows: Rows | None = None
        self._rows_start = 0

    @cached_property
    def without_value(self) -> Mapping[str, str]:
        """What stands in a text like a variable and is none, and where first."""
        return judging.without_value(self._readable, self.variables)

    @cached_property
    def most_octets(self) -> int:
        """No copy has more octets of values; sections may multiply them, so then it is the most."""
        if self.variables.sections:
            return MAX_OCTETS + 1
        return (self._marker.most_octets if self._marker else 0) + sum(
            count * self._names.width(number) for number, count in enumerate(self._names.counts)
        )

    def row(self, position: int) -> Row:
        """Return the values at a position; `CopyTooLarge` when they would fill too much."""
        if self.variables.sections:
            return Row(self._expanded(position), 0)
        start = position - position % _AT_ONCE
        if self._rows is None or self._rows_start != start:
            columns = [self.variables.padded(name, start, start + _AT_ONCE) for name in self.used]
            self._rows, self._rows_start = Rows(columns, _AT_ONCE), start
        row = Row(self._rows, position - start)
        if self.most_octets > MAX_OCTETS:
            self._check(len(value) if value else 0 for value in row.values)
        return row

    def given(self, position: int) -> Iterator[tuple[str, str]]:
        """Yield the names of `sub` or `pubsub` with their values at a position."""
        for name in sorted(self.variables.given):
            (value,) = self.variables.padded(name, position, position + 1)
            if value is not None and self._sections.length(value) <= MAX_OCTETS:
                yield name, self._sections.expand(value)

    def states(self, position: int) -> Iterator[Variable]:
        """Yield the variables given, then those written without a value, by name."""
        given = dict(self.given(position))
        for name in sorted(self.variables.given):
            yield Variable(name, given.get(name), is_written=name in self._names.used)
        for name, place in sorted(self.without_value.items()):
            yield Variable(name, None, is_written=True, where=place)

    def findings(self) -> Iterator[Finding]:
        """Yield what is to be said of the texts, whoever the recipient is."""
        return judging.findings(self._readable, self._sources, self._names)

    def holds(self, words: str) -> bool:
        """Tell whether the Subject or a text has these words in it."""
        return any(words in text for text, _ in self._readable)

    def _compiled(self) -> list[texts.Text]:
        """Return the text parts that are not the same in all copies; others stay as they are."""
        looked = [texts.find(source, self._names) for source in self._sources]
        found = [each for each in looked if each is not None]
        if self._marker:
            found = self._marker.marked(found)
        return [texts.compile_text(each, self._names) for each in found if each.places]

    @cached_property
    def _sources(self) -> Sequence[texts.Source]:
        return [texts.read(part) for part in self._root.walk() if part.is_text]

    @cached_property
    def _readable(self) -> list[judging.Written]:
        return judging.readable(self._subject_text, self._sources)

    def _expanded(self, position: int) -> Rows:
        """Return the row of a position with the sections in its values replaced."""
        columns = [self.variables.padded(name, position, position + 1) for name in self.used]
        values = [column[0] for column in columns]
        self._check(self._sections.length(value) if value else 0 for value in values)
        return Rows([[value and self._sections.expand(value)] for value in values], 1)

    def _check(self, lengths: Iterator[int]) -> None:
        """Refuse before anything is made what could become gigabytes."""
        if sum(map(mul, self._names.counts, lengths)) > MAX_OCTETS:
            raise CopyTooLarge("the values of one copy fill more than a copy may have")
