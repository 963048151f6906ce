"""The copy of a message that each recipient gets: compiled once, joined per recipient.

Compiling finds out what of the received octets changes: fields on top, X-SMTPAPI, addresses not to
be shown, the Subject, text parts with variables or tracked places. All else stands between these
as it was received. The same input gives the same octets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules import mime, rewriting, xsmtpapi
from sendcloud_inbound.rules.lint import MAX_TOLD, finding
from sendcloud_inbound.rules.substitution import (
    MAX_OCTETS,
    Substitution,
    Variable,
    relabelling,
)
from sendcloud_inbound.rules.substitution.mentions import UNSUBSCRIBE_LINK
from sendcloud_inbound.rules.tracking.marks import Marks

if TYPE_CHECKING:
    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.model import DeliveryFacts, Finding
    from sendcloud_inbound.rules.substitution.rows import Row
    from sendcloud_inbound.rules.substitution.texts import Body
    from sendcloud_inbound.rules.tracking.tracking import Tracking
    from sendcloud_inbound.rules.xsmtpapi import Reading
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

_MOST_POSITIONS = 1000
"""So many are judged beforehand; with `to` there are at most 100."""
_MOST_JUDGED = 5 * MAX_OCTETS
"""Of copies that are large and yet can be made; whoever asks for a later one is told then."""

_GROWTH = 3
"""No text grows more by becoming UTF-8 in base64."""


class _Copy(NamedTuple):
    """What one copy is made of."""

    position: int
    recipient: str
    row: Row
    bodies: Sequence[Body]
    """Of the text parts that are not the same in all copies, in their order."""
    unsubscribe_url: str | None


_Gap = Callable[[_Copy], Sequence[bytes]]


class _Edit(NamedTuple):
    """Octets of the message that are written anew in each copy."""

    start: int
    end: int
    write: _Gap
    is_rare: bool = False
    """Only done when a text part is written in another encoding."""


class Rendering:
    """A compiled message."""

    def __init__(
        self,
        content: bytes,
        substitution: Substitution,
        edits: Sequence[_Edit],
        *,
        has_api: bool,
        marks: Marks | None = None,
    ) -> None:
        self._substitution = substitution
        self._marks = marks
        self._has_api = has_api
        most = _GROWTH * len(content) + substitution.most_octets
        self._may_be_too_large = most > MAX_OCTETS
        self._frame = _frame(content, edits)
        self._usual_frame = _frame(content, [edit for edit in edits if not edit.is_rare])

    def copy(self, position: int, recipient: str) -> bytes:
        """Return one recipient's copy; `CopyTooLarge` when there can be none."""
        return b"".join(self._pieces(position, recipient))

    def is_too_large(self, position: int) -> bool:
        """Tell whether the copy at a position would be too large to be made."""
        return self._may_be_too_large and self._size(position) > MAX_OCTETS

    def substitutions(self, position: int) -> Mapping[str, str]:
        """Return the values of `sub` or `pubsub` at a position, by name."""
        return dict(self._substitution.given(position))

    def variables(self, position: int) -> list[Variable]:
        """Return the variables as they stand at a position: used, unused, missing."""
        return [*self._substitution.states(position)]

    def links(self, position: int, recipient: str) -> list[str]:
        """Return where the tracked links of a copy lead to, in order, each once."""
        if self._marks is None:
            return []
        urls = self._marks.urls(position, recipient)
        return self._marks.links(self._substitution.row(position), urls)

    @property
    def has_unsubscribe_link(self) -> bool:
        """Whether a text says where the unsubscribe link belongs (SENDCLOUD.md 6.4)."""
        return self._substitution.holds(UNSUBSCRIBE_LINK)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What only the texts tell of the use of X-SMTPAPI; nothing when there is none."""
        return tuple(self._findings()) if self._has_api else ()

    def _findings(self) -> Iterator[Finding]:
        missing = sorted(self._substitution.without_value.items())
        for name, place in missing[:MAX_TOLD]:
            yield finding("variable-without-value", place, name=name)
        yield from self._substitution.findings()
        for position in islice(self._too_large(), MAX_TOLD):
            where = f"{xsmtpapi.HEADER} position {position}"
            yield finding("copy-too-large", where, position=position, limit=f"{MAX_OCTETS:,}")

    def _too_large(self) -> Iterator[int]:
        if not self._may_be_too_large:
            return
        judged = 0
        positions = self._substitution.variables.positions
        for position in range(min(positions, _MOST_POSITIONS)):
            size = self._size(position)
            if size > MAX_OCTETS:
                yield position
            elif (judged := judged + size) > _MOST_JUDGED:
                return

    def _size(self, position: int) -> int:
        """Return the octets of a copy, or one more than it may have."""
        try:
            return sum(map(len, self._pieces(position, "")))
        except CopyTooLarge:
            return MAX_OCTETS + 1

    def _pieces(self, position: int, recipient: str) -> list[bytes]:
        row, unsubscribe_url = self._substitution.row(position), None
        if self._marks is not None:
            urls = self._marks.urls(position, recipient)
            row, unsubscribe_url = self._marks.row(row, urls, MAX_OCTETS), urls.unsubscribe
        bodies = [text.body(row) for text in self._substitution.texts]
        copy = _Copy(position, recipient, row, bodies, unsubscribe_url)
        is_usual = True not in [body.rebuilt for body in bodies]
        pieces: list[bytes] = []
        for literal, write in self._usual_frame if is_usual else self._frame:
            pieces.append(literal)
            pieces += write(copy)
        if self._may_be_too_large and sum(map(len, pieces)) > MAX_OCTETS:
            raise CopyTooLarge(f"a copy of more than {MAX_OCTETS:,} octets")
        return pieces


def compile(  # noqa: A001 - as in the standard library, it is called with its module's name
    content: bytes,
    api: Reading | XSmtpApi | None,
    facts: DeliveryFacts | None = None,
    tracking: Tracking | None = None,
) -> Rendering:
    """Compile a message with what its X-SMTPAPI says; without facts, only to judge it by."""
    root = mime.parse(content)
    read = api.api if isinstance(api, xsmtpapi.Reading) else api
    marks = Marks(tracking) if tracking is not None else None
    substitution = Substitution(root, read, marks)
    to_recipient = read is not None and read.to is not None
    edits = [
        *_top(root, facts, to_recipient=to_recipient),
        *_header(root, to_recipient=to_recipient),
        *_subject(substitution),
        *_texts(substitution),
    ]
    has_api = read is not None or root.block.count(xsmtpapi.NAME) > 0
    return Rendering(content, substitution, edits, has_api=has_api, marks=marks)


def _frame(content: bytes, edits: Iterable[_Edit]) -> list[tuple[bytes, _Gap]]:
    """Return the octets that stay, each with what is written anew behind them."""
    frame, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        frame.append((content[at : edit.start], edit.write))
        at = edit.end
    return [*frame, (content[at:], _constantly(b""))]


def _top(root: Part, facts: DeliveryFacts | None, *, to_recipient: bool) -> Iterator[_Edit]:
    if facts is not None:
        top = rewriting.Top(facts, root.block, to_recipient=to_recipient)
        at = rewriting.first_line(root.block)
        yield _Edit(
            at, at, lambda copy: (top.fields(copy.position, copy.recipient, copy.unsubscribe_url),)
        )


def _header(root: Part, *, to_recipient: bool) -> Iterator[_Edit]:
    changes = [*rewriting.emptied(root.block)]
    if to_recipient:
        changes += rewriting.hidden(root.block)
        if to := root.block.find(b"to"):
            yield _Edit(to.begin, to.end, lambda copy: (rewriting.shown_to(copy.recipient),))
    for change in changes:
        yield _Edit(change.start, change.end, _constantly(change.octets))


def _constantly(octets: bytes) -> _Gap:
    return lambda _: (octets,)


def _subject(substitution: Substitution) -> Iterator[_Edit]:
    if subject := substitution.subject:
        field = subject.field
        yield _Edit(field.begin, field.end, lambda copy: (subject.value(copy.row),))


def _texts(substitution: Substitution) -> Iterator[_Edit]:
    for number, text in enumerate(substitution.texts):
        for place in relabelling.of(text.part):
            yield _Edit(place.start, place.end, _relabelled(place, number), is_rare=True)
        yield _Edit(text.part.body_start, text.part.end, _body(number))


def _relabelled(place: relabelling.Relabelling, number: int) -> _Gap:
    return lambda copy: (place.octets(copy.bodies[number]),)


def _body(number: int) -> _Gap:
    return lambda copy: copy.bodies[number].pieces
