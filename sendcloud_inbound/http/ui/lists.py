"""What API_USERs keep beside mail: address lists with their members, and templates."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.sandbox import address_lists, templates
from sendcloud_inbound.http.sandbox.queries import MAX_LIMIT, takes
from sendcloud_inbound.http.sandbox.windows import OfOne
from sendcloud_inbound.http.ui import pages
from sendcloud_inbound.http.ui.route import PageRoute

if TYPE_CHECKING:
    from starlette.responses import Response

_MOST_USERS = 50
"""Whose things are looked for when all are to be shown: each is asked apart."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/lists", dependencies=[takes(pages.OfApiUser)])
async def show_lists(
    request: Request, page: pages.Shown, _query: Annotated[pages.OfApiUser, Query()]
) -> Response:
    """Show the lists and the templates of an API_USER, or of all."""
    users = page.api_users[:_MOST_USERS] if page.api_user is None else (page.api_user,)
    asked = [OfOne(api_user=each, limit=MAX_LIMIT) for each in users]
    lists = [(await address_lists.list_address_lists(request, each)).items for each in asked]
    kept = [(await templates.list_templates(request, each)).items for each in asked]
    left_out = len(page.api_users) - len(users) if page.api_user is None else 0
    return page.answer(
        "lists.html",
        lists=list(chain.from_iterable(lists)),
        templates=list(chain.from_iterable(kept)),
        left_out=left_out,
    )


@router.get("/ui/lists/{address}", dependencies=[takes(OfOne)])
async def show_members(
    request: Request,
    page: pages.Shown,
    address: address_lists.Address,
    query: Annotated[OfOne, Query()],
) -> Response:
    """Show the members of a list."""
    found = await address_lists.list_members(request, address, query)
    path = f"/ui/lists/{pages.in_path(address)}"
    older = page.url(path, limit=query.limit, cursor=found.next_cursor)
    return page.answer("members.html", address=address, members=found, query=query, older=older)


@router.get(
    "/ui/templates/{invoke_name}",  # noqa: FAST003 - `Found` takes it
    dependencies=[takes(templates.TemplateOwner)],
)
async def show_template(
    page: pages.Shown,
    template: templates.Found,
    query: Annotated[templates.TemplateOwner, Query()],
) -> Response:
    """Show a template as a reader would see it, and its sources."""
    found = await templates.get_template(template, query)
    return page.answer("template.html", kept=found)
