"""The settings in force, and the clock."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import clock, config
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages
from sendcloud_inbound.http.ui.route import PageRoute

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.sandbox.config import SettingItem

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/settings", dependencies=[takes(pages.OfApiUser)])
async def show_settings(
    request: Request, page: pages.Shown, _query: Annotated[pages.OfApiUser, Query()]
) -> Response:
    """Show them, with where each was given, and the clock, to be changed."""
    settings = (await config.get_config(request)).items
    return page.answer(
        "settings.html",
        sections=[(name, list(each)) for name, each in groupby(settings, key=_section)],
        clock=await clock.get_clock(request),
        is_shared=not parts(request).sees_all,
    )


def _section(item: SettingItem) -> str:
    """Return the name of the table that a setting stands in; empty for one that stands in none."""
    return item.setting.rpartition(".")[0]
