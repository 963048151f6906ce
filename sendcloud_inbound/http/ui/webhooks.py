"""The webhooks: where events are told, what waits for it, and what came of each call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import webhook_deliveries, webhooks
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.webhook_queries import DeliveryQuery
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules.history import EventKind, PostState

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.sandbox.webhook_answers import DeliveryItem

_WAITING = "webhook_calls"
"""What the backlog calls them."""

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/ui/webhooks", dependencies=[takes(DeliveryQuery)])
async def show_webhooks(
    request: Request,
    page: pages.Shown,
    orders: webhooks.Ordered,
    posts: webhook_deliveries.Posts,
    query: Annotated[DeliveryQuery, Query()],
) -> Response:
    """Show the webhooks of an API_USER, or all, and a part of the calls."""
    found = await webhook_deliveries.list_deliveries(posts, query)
    given = query.model_dump(mode="json", exclude_unset=True)
    filters = {name: value for name, value in given.items() if name not in {"limit", "cursor"}}
    return page.answer(
        "webhooks.html",
        webhooks=[
            each
            for each in (await webhooks.list_webhooks(orders)).items
            if page.api_user is None or each.api_user in {None, page.api_user}
        ],
        waiting=(await parts(request).backlog())[_WAITING],
        deliveries=found,
        query=query,
        kinds=list(EventKind),
        states=list(PostState),
        older=page.url("/ui/webhooks", **{**given, "cursor": found.next_cursor}),
        about=_about,
        replay=f"POST /sandbox/v1/webhook-deliveries/replay?{urlencode(filters)}",
    )


def _about(delivery: DeliveryItem) -> str:
    """Return whom a call is about: the recipient, or the first of all and how many more."""
    if delivery.email_id is not None or "recipient" in delivery.fields:
        return delivery.fields.get("recipient", "")
    try:
        first, *others = json.loads(delivery.fields.get("recipientArray", "[]"))
    except ValueError:
        return delivery.message_id or ""
    return f"{first} +{len(others)}" if others else str(first)


@router.get("/ui/webhooks/deliveries/{delivery_id}")
async def show_delivery(
    page: pages.Shown, posts: webhook_deliveries.Posts, delivery_id: webhook_deliveries.DeliveryId
) -> Response:
    """Show one call with all of its attempts, requests and answers."""
    found = await webhook_deliveries.get_delivery(posts, delivery_id)
    return page.answer("delivery.html", delivery=found)
