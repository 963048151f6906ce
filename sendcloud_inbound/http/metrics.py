"""`/metrics`: what the program has counted, what waits, and what it takes, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from sendcloud_inbound import __version__, metrics
from sendcloud_inbound.http.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

_PREFIX = "sendcloud_inbound_"

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    summary="Tell what was counted",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
async def get_metrics(request: Request) -> Response:
    """Gives what this program has counted and what waits in the store, in Prometheus's format.

    With `smtp.processes` the counters are those of all of them; memory, CPU time and files are of
    the one that answers.
    """
    # Not at start: nobody may ever ask.
    from prometheus_client import (  # noqa: PLC0415
        CONTENT_TYPE_LATEST,
        CollectorRegistry,
        ProcessCollector,
        generate_latest,
    )

    waiting = await parts(request).backlog()
    registry = CollectorRegistry()
    registry.register(_Collected(waiting))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Collected:
    """All of it at one moment, as `prometheus_client` collects it."""

    def __init__(self, waiting: Mapping[str, int]) -> None:
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        from prometheus_client.core import (  # noqa: PLC0415
            CounterMetricFamily,
            GaugeMetricFamily,
            InfoMetricFamily,
        )

        yield InfoMetricFamily(_PREFIX + "build", "The program", {"version": __version__})
        backlog = GaugeMetricFamily(_PREFIX + "backlog", "What waits in the store", labels=["what"])
        for what, count in self._waiting.items():
            backlog.add_metric([what], count)
        yield backlog
        for tally in metrics.ALL:
            family = CounterMetricFamily(
                _PREFIX + tally.name, tally.description, labels=tally.labels
            )
            for values, count in tally.counts.items():
                family.add_metric(values, count)
            yield family
