"""SendCloud's behaviours one by one: as documented, different here, or known to nobody."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from sendcloud_inbound.http.sandbox import fidelity
from sendcloud_inbound.http.sandbox.queries import Text, takes
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute

if TYPE_CHECKING:
    from starlette.responses import Response

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class _Asked(fidelity.FidelityQuery):
    """Which rows, on whose page."""

    api_user: Text = Field(default=None, description="Whose page it is.")


@router.get("/ui/fidelity", dependencies=[takes(_Asked)])
async def show_fidelity(page: pages.Shown, query: Annotated[_Asked, Query()]) -> Response:
    """Show the matrix, all of it or the rows of one status."""
    everything = (await fidelity.list_fidelity(fidelity.FidelityQuery())).items
    counts = Counter(row.status for row in everything)
    rows = [row for row in everything if query.status in {None, row.status}]
    return page.answer("fidelity.html", rows=rows, counts=counts, only=query.status)
