"""The tracked places of one message, found once and written for each copy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sendcloud_inbound.errors import CopyTooLarge
from sendcloud_inbound.rules import links
from sendcloud_inbound.rules.substitution.making import MadeRow
from sendcloud_inbound.rules.substitution.mentions import UNSUBSCRIBE_LINK
from sendcloud_inbound.rules.substitution.search import MAX_PLACES
from sendcloud_inbound.rules.tracking import fillings, places
from sendcloud_inbound.rules.tracking.fillings import UNSUBSCRIBE, Click, Ending, Unsubscribe
from sendcloud_inbound.rules.tracking.links import is_tracked, may_lead_out
from sendcloud_inbound.rules.tracking.tracking import CopyUrls
from sendcloud_inbound.rules.tracking.urls import Urls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.substitution.rows import Row
    from sendcloud_inbound.rules.substitution.templates import Places
    from sendcloud_inbound.rules.substitution.texts import Found
    from sendcloud_inbound.rules.tags import Span
    from sendcloud_inbound.rules.tracking.fillings import Filling
    from sendcloud_inbound.rules.tracking.tracking import Tracking

_HTML = "text/html"
"""Bare URLs in plain text stay as they are: no rewriting of them is documented or was seen."""
_HEADER_ENDS = (b"\n\n", b"\n\r\n")
_WIDEST = 3 * 48_000
"""Octets of a URL with the longest token and its surroundings, in quoted-printable."""


class Marks:
    """Marks the places in the texts of a message, and fills them."""

    def __init__(self, tracking: Tracking) -> None:
        self._tracking = tracking
        self._urls = Urls(tracking.host, tracking.mailing)
        self._fillings: list[Filling] = [Unsubscribe()]
        self._numbers: dict[Filling, int] = {}
        self._counts: Counter[int] = Counter()
        self._left = 0
        self.names: Mapping[str, int] = (
            {UNSUBSCRIBE_LINK: UNSUBSCRIBE} if tracking.switches.subscription else {}
        )

    @property
    def most_octets(self) -> int:
        """No copy has more octets of them."""
        return self._counts.total() * _WIDEST

    def marked(self, found: Sequence[Found]) -> list[Found]:
        """Return the text parts with the places of HTML in them that are tracked."""
        self._left = MAX_PLACES - sum(len(each.places) for each in found)
        is_html = [each.source.part.content_type == _HTML for each in found]
        has_link = any(
            number == UNSUBSCRIBE
            for each, html in zip(found, is_html, strict=True)
            if html
            for _, _, number in each.places
        )
        switches = self._tracking.switches
        ending = Ending(switches.subscription and not has_link, switches.open)
        marked = [
            each._replace(places=self._marked(each, ending)) if html else each
            for each, html in zip(found, is_html, strict=True)
        ]
        self._counts.update(n for each in marked for _, _, n in each.places if n < 0)
        return marked

    def urls(self, position: int, recipient: str) -> CopyUrls:
        """Return the tracking URLs of one copy."""
        return CopyUrls(self._tracking, self._urls, position, recipient)

    def row(self, row: Row, urls: CopyUrls, most_octets: int) -> Row:
        """Return the values of a copy with the tracked places; `CopyTooLarge` if they are more."""
        if not self._counts:
            return row
        texts, are_ours, length = [], True, 0
        for nth, each in enumerate(self._fillings, 1):
            text, is_ours = fillings.text(each, urls, row)
            texts.append(text)
            are_ours = are_ours and is_ours
            length += len(text) * self._counts[-nth]
            if length > most_octets:
                raise CopyTooLarge("the tracked links fill more than a copy may have")
        return MadeRow(row, texts, are_ours=are_ours)

    def links(self, row: Row, urls: CopyUrls) -> list[str]:
        """Return where the tracked links of a copy lead to, in order, each once."""
        leading = [fillings.link(each, urls, row) for each in self._fillings]
        return [*dict.fromkeys(target for target in leading if target is not None)]

    def _marked(self, found: Found, ending: Ending) -> Places:
        anatomy = places.anatomy(found.text)
        marked = found.places
        if self._tracking.switches.click:
            marked = self._with_clicks(found, anatomy.hrefs)
        if not any(ending) or not _has_body(found.source.part):
            return marked
        return self._with_ending(marked, anatomy.body_end, ending)

    def _with_clicks(self, found: Found, hrefs: Sequence[Span]) -> Places:
        """Put the links between the variables, in place of those within them."""
        marked: list[tuple[int, int, int]] = []
        at = 0
        for span in hrefs:
            if self._left <= 0:
                break
            if (inner := places.within(found.places, span)) is None:
                continue
            first, last = inner
            click = self._click(found, span, found.places[first:last])
            if click is not None:
                marked += (*found.places[at:first], (*span, self._number(click)))
                at = last
                self._left -= 1
        return [*marked, *found.places[at:]]

    def _click(self, found: Found, span: Span, inner: Places) -> Filling | None:
        varying = places.varying(found, span, inner)
        if varying is None:
            return None
        beginning = links.target(varying.literals[0])
        if not inner:
            return Click(beginning) if is_tracked(beginning, self._tracking.host) else None
        if not beginning and inner[0][2] == UNSUBSCRIBE:
            return None  # as good as tracked
        return varying if may_lead_out(beginning) else None

    def _with_ending(self, marked: Places, at: int, ending: Ending) -> Places:
        """Put in what stands behind all else; before a variable that goes on beyond that point."""
        behind = next((n for n, (_, end, _) in enumerate(marked) if end > at), len(marked))
        if behind < len(marked):
            at = min(at, marked[behind][0])
        return [*marked[:behind], (at, at, self._number(ending)), *marked[behind:]]

    def _number(self, filling: Filling) -> int:
        """Return the number of a place; those that are filled alike have the same."""
        if filling not in self._numbers:
            self._fillings.append(filling)
            self._numbers[filling] = -len(self._fillings)
        return self._numbers[filling]


def _has_body(part: Part) -> bool:
    """Tell whether a part has a body, if only an empty one: what its header ends is no text."""
    return part.body_start < part.end or part.content.endswith(
        _HEADER_ENDS, part.begin, part.body_start
    )
