"""The webhooks: where events are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.bodies import bad_body
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.webhook_answers import WebhookItem, WebhookOrder, WebhookPage
from sendcloud_inbound.http.sandbox.webhook_queries import LARGEST_KEY
from sendcloud_inbound.ports import Orders
from sendcloud_inbound.rules.orders import Webhook, receiver_url

if TYPE_CHECKING:
    from sendcloud_inbound.http.parts import UrlCheck

router = APIRouter(
    prefix="/webhooks",
    dependencies=[takes()],
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.BAD_BODY,
        problems.UNKNOWN_PARAMETER,
        problems.CROSS_SITE,
        problems.UNKNOWN_WEBHOOK,
        problems.URL_FAILS,
        problems.STORE_UNAVAILABLE,
    ),
)

WebhookId = Annotated[int, Path(ge=0, le=LARGEST_KEY, description="Its `id`.")]


async def _orders(request: Request) -> Orders:
    return parts(request).orders


Ordered = Annotated[Orders, Depends(_orders)]


@router.get("", summary="List webhooks")
async def list_webhooks(orders: Ordered) -> WebhookPage:
    """Lists all of them, those of the settings too."""
    return WebhookPage(items=list(map(_item, orders.all_webhooks())))


@router.post("", summary="Add a webhook", status_code=201)
async def add_webhook(request: Request, orders: Ordered, order: WebhookOrder) -> WebhookItem:
    """Adds a URL, which must answer GET and POST with 200 (unless webhooks.check_urls is off)."""
    if order.api_user is not None and parts(request).accounts.find(order.api_user) is None:
        raise bad_body(f"api_user: there is no account {problems.shown(order.api_user)}")
    url = await _usable(order.url, parts(request).check_url)
    events = None if order.events is None else frozenset(order.events)
    return _item(await orders.add_webhook(Webhook(0, order.api_user, url, events)))


@router.delete("/{webhook_id}", summary="Remove a webhook", status_code=204)
async def remove_webhook(orders: Ordered, webhook_id: WebhookId) -> Response:
    """Removes it, and drops what waits for it. One of the settings is back after a start."""
    if not await orders.remove_webhook(webhook_id):
        raise _unknown(webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/pause", summary="Stop calling a webhook")
async def pause_webhook(orders: Ordered, webhook_id: WebhookId) -> WebhookItem:
    """Lets its events wait, also through a restart, until it is resumed."""
    return await _set_paused(orders, webhook_id, is_paused=True)


@router.post("/{webhook_id}/resume", summary="Go on calling a webhook")
async def resume_webhook(orders: Ordered, webhook_id: WebhookId) -> WebhookItem:
    """Tells it what has waited, and what comes."""
    return await _set_paused(orders, webhook_id, is_paused=False)


async def _set_paused(orders: Orders, webhook_id: int, *, is_paused: bool) -> WebhookItem:
    webhook = await orders.pause_webhook(webhook_id, is_paused=is_paused)
    if webhook is None:
        raise _unknown(webhook_id)
    return _item(webhook)


async def _usable(url: str, check: UrlCheck | None) -> str:
    try:
        url = receiver_url(url)
    except ValueError as error:
        raise bad_body(f"url: {error}, not {problems.shown(url)}") from error
    if check is not None and (why := await check(url)) is not None:
        raise problems.ProblemError(problems.URL_FAILS, f"{problems.shown(url)}: {why}")
    return url


def _item(webhook: Webhook) -> WebhookItem:
    return WebhookItem(
        id=webhook.key,
        api_user=webhook.api_user,
        url=webhook.url,
        events=None if webhook.events is None else sorted(webhook.events),
        is_configured=webhook.is_configured,
        is_paused=webhook.is_paused,
    )


def _unknown(webhook_id: int) -> problems.ProblemError:
    return problems.ProblemError(problems.UNKNOWN_WEBHOOK, f"there is no webhook {webhook_id}")
