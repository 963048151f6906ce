"""statday, stathour and invalidstat: how much became of mail (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call
from sendcloud_inbound.ports import Cut, Scope
from sendcloud_inbound.rules.api import counters, selection
from sendcloud_inbound.rules.tally import Count, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.tally import Group

    _Names = Mapping[tuple[str, str | None], str]


async def list_days(asked: Asked) -> Response:
    """Counts mail by day, API_USER, label and domain; with `aggregate=1` all of it as one."""
    is_aggregated = selection.is_aggregated(asked.given)
    tallies = await asked.program.statistics.tallies(_by_domain(asked))
    if is_aggregated:
        return asked.success({"dataList": counters.summed(total(tallies.values()))})
    names = await _label_names(asked, tallies)
    rows = [
        counters.day_row(group, _name(names, group)) | counters.counters(tally)
        for group, tally in tallies.items()
    ]
    return asked.success({"dataList": rows})


async def list_hours(asked: Asked) -> Response:
    """Counts mail by hour, API_USER and label; hours without mail are absent."""
    tallies = await asked.program.statistics.tallies(Cut(_scope(asked), by_hour=True))
    rows = [counters.hour_row(group) | counters.counters(tally) for group, tally in tallies.items()]
    return asked.success({"dataList": rows})


async def list_invalid(asked: Asked) -> Response:
    """Counts invalid mail by its nine classes; with `aggregate=1` all of it as one."""
    is_aggregated = selection.is_aggregated(asked.given)
    tallies = await asked.program.statistics.tallies(_by_domain(asked))
    if is_aggregated:
        return asked.success({"dataList": counters.invalid(total(tallies.values()))})
    names = await _label_names(asked, tallies)
    rows: list[dict[str, Any]] = [
        counters.invalid_row(group, _name(names, group)) | counters.invalid(tally)
        for group, tally in tallies.items()
        if tally.counts[Count.INVALID]
    ]
    return asked.success({"dataList": rows})


async def _label_names(asked: Asked, groups: Iterable[Group]) -> _Names:
    return await scopes.label_names(asked, ((each.api_user, each.label_id) for each in groups))


def _name(names: _Names, group: Group) -> str | None:
    """Return the name of a group's label; null where there is none, as in samples."""
    return names.get((group.api_user, group.label_id))


def _scope(asked: Asked) -> Scope:
    return Scope(
        scopes.api_users(asked), span=scopes.span(asked), label_ids=selection.labels(asked.given)
    )


def _by_domain(asked: Asked) -> Cut:
    return Cut(_scope(asked), selection.domains(asked.given), by_domain=True)


_WHICH = {**selection.SPAN, **selection.API_USERS, **selection.LABELS}
_BY_DOMAIN = {**_WHICH, **selection.DOMAINS, **selection.AGGREGATE}

CALLS = (
    Call("statday/list", "Count mail by day", list_days, _BY_DOMAIN),
    Call("stathour/list", "Count mail by hour", list_hours, _WHICH),
    Call("invalidstat/list", "Count invalid mail by its reason", list_invalid, _BY_DOMAIN),
)
