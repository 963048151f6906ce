"""How mail went lately, drawn: what came, what became of it, how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.sandbox import statistics
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages, plots
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.model import EmailStatus, MessageStatus

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.sandbox.statistics import StatisticsPage
    from sendcloud_inbound.http.ui.plots import Plot

_CAME = (
    MessageStatus.EXPANDED,
    MessageStatus.QUEUED,
    MessageStatus.INVALID,
    MessageStatus.REFUSED,
)
_STANDS = (
    EmailStatus.DELIVERED,
    EmailStatus.REQUESTED,
    EmailStatus.SOFT_BOUNCE,
    EmailStatus.INVALID,
)
_TOOK = ("expansion", "delivery")
_SECOND_MS, _MINUTE_MS, _HOUR_MS = 1_000, 60_000, 3_600_000

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/statistics", dependencies=[takes(statistics.StatisticsQuery)])
async def show_statistics(
    request: Request, page: pages.Shown, query: Annotated[statistics.StatisticsQuery, Query()]
) -> Response:
    """Show an API_USER's mail, or everybody's, of the last hour, day or week."""
    found = await statistics.get_statistics(request, query)
    times = [slot.since for slot in found.items]
    return page.answer(
        "statistics.html",
        range=query.range,
        ranges=list(statistics.Range),
        arrivals=plots.stacked(
            _CAME, times, [[slot.messages.get(each, 0) for each in _CAME] for slot in found.items]
        ),
        outcomes=plots.stacked(
            _STANDS, times, [[slot.emails.get(each, 0) for each in _STANDS] for slot in found.items]
        ),
        latency=_latency(found),
        found=found,
        width=plots.WIDTH,
        height=plots.HEIGHT,
    )


def _latency(found: StatisticsPage) -> Plot:
    labels = [*map(_duration, found.bounds_ms), f"> {_duration(found.bounds_ms[-1])}"]
    empty = [0] * len(labels)
    took = [empty if each is None else each.counts for each in (found.expansion, found.delivery)]
    return plots.side_by_side(_TOOK, labels, list(zip(*took, strict=True)))


def _duration(ms: int) -> str:
    """Return a time in a few characters."""
    for unit_ms, unit in ((_HOUR_MS, "h"), (_MINUTE_MS, "min"), (_SECOND_MS, "s")):
        if ms >= unit_ms:
            return f"{ms // unit_ms} {unit}"
    return f"{ms} ms"
