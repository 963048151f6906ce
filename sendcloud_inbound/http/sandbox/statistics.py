"""How mail went lately: what came, what became of it, how long it took."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import queries
from sendcloud_inbound.http.sandbox.answers import Time
from sendcloud_inbound.http.sandbox.queries import Text, takes
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import LATENCY_BOUNDS_MS, Slot
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus, MessageStatus
from sendcloud_inbound.rules.spans import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.ports import Latency


class Range(StrEnum):
    """How far back."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


_CUTS: Final[Mapping[Range, tuple[int, int]]] = {
    Range.HOUR: (60, 60_000),
    Range.DAY: (48, 1_800_000),
    Range.WEEK: (28, 21_600_000),
}
"""How many slots, of how many milliseconds."""
_NOTHING = Slot({}, {})


class StatisticsQuery(queries.Query):
    """Whose mail, and how far back."""

    api_user: Text = Field(default=None, description="The API_USER that sent it; else everybody's.")
    range: Range = Field(default=Range.HOUR, description="How far back, until now.")


class SlotItem(BaseModel):
    """What was accepted in one slice of the time."""

    since: Time
    messages: dict[MessageStatus, int] = Field(description="How many, by where they stand now.")
    emails: dict[EmailStatus, int] = Field(description="Their emails, by where they stand now.")


class LatencyItem(BaseModel):
    """How long it took."""

    total: int = Field(description="Of how many messages (`expansion`) or emails (`delivery`).")
    mean_ms: float
    largest_ms: int
    counts: list[int] = Field(
        description="How many took up to each of `bounds_ms`, and longer than the one before; the "
        "last longer than all."
    )


class StatisticsPage(BaseModel):
    """All slots, oldest first."""

    slot_s: int = Field(description="How long each is, in seconds.")
    items: list[SlotItem]
    next_cursor: None = Field(default=None, description="Always null: they are all there.")
    bounds_ms: list[int]
    expansion: LatencyItem | None = Field(
        description="From the 250 until a message was expanded; null when none was."
    )
    delivery: LatencyItem | None = Field(
        description="From the 250 until an email was delivered; null when none was."
    )


router = APIRouter()


@router.get(
    "/statistics",
    summary="Tell how mail went lately",
    dependencies=[takes(StatisticsQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)
async def get_statistics(
    request: Request, query: Annotated[StatisticsQuery, Query()]
) -> StatisticsPage:
    """Counts by the time of acceptance, on the sandbox's clock; deleted mail is not counted."""
    program = parts(request)
    slots, slot_ms = _CUTS[query.range]
    until_ms = (program.clock.now_ms() // slot_ms + 1) * slot_ms
    span = Span(until_ms - slots * slot_ms, until_ms)
    course = await program.statistics.course(query.api_user, span, slots)
    return StatisticsPage(
        slot_s=slot_ms // 1000,
        items=[
            SlotItem(since=to_iso(span.since_ms + number * slot_ms), **slot._asdict())
            for number in range(slots)
            for slot in [course.slots.get(number, _NOTHING)]
        ],
        bounds_ms=list(LATENCY_BOUNDS_MS),
        expansion=_latency(course.latencies.get(EventKind.REQUEST)),
        delivery=_latency(course.latencies.get(EventKind.DELIVER)),
    )


def _latency(latency: Latency | None) -> LatencyItem | None:
    if latency is None:
        return None
    return LatencyItem(
        total=latency.total,
        mean_ms=round(latency.sum_ms / latency.total, 1),
        largest_ms=latency.largest_ms,
        counts=list(latency.counts),
    )
