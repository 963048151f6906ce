"""What was told to webhooks: every attempt with request and answer, to be seen and repeated."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.webhook_answers import (
    AttemptItem,
    CallRequest,
    DeliveryItem,
    DeliveryPage,
    Replayed,
)
from sendcloud_inbound.http.sandbox.webhook_queries import (
    LARGEST_KEY,
    DeliveryQuery,
    ReplayAllQuery,
    ReplayQuery,
)
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import Attempt, PostLog, StoredPost
from sendcloud_inbound.rules.forms import fields_of, form
from sendcloud_inbound.rules.history import PostState
from sendcloud_inbound.rules.ids import email_id

router = APIRouter(
    prefix="/webhook-deliveries",
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.CROSS_SITE,
        problems.UNKNOWN_DELIVERY,
        problems.NO_WEBHOOK,
        problems.STORE_UNAVAILABLE,
    ),
)

DeliveryId = Annotated[int, Path(ge=0, le=LARGEST_KEY, description="Its `id`.")]


async def _posts(request: Request) -> PostLog:
    return parts(request).posts


Posts = Annotated[PostLog, Depends(_posts)]


@router.get("", summary="List deliveries, newest first", dependencies=[takes(DeliveryQuery)])
async def list_deliveries(posts: Posts, query: Annotated[DeliveryQuery, Query()]) -> DeliveryPage:
    """Lists events told, or to be told, to webhooks. All filters given must hold."""
    try:
        page = await posts.posts(query.to_filter(), query.limit, query.cursor)
    except ValueError as error:
        if query.cursor is None:
            raise
        raise problems.bad_parameter("cursor", str(error)) from error
    return DeliveryPage(items=list(map(_item, page.items)), next_cursor=page.next_cursor)


@router.post("/replay", summary="Send deliveries once more", dependencies=[takes(ReplayAllQuery)])
async def replay_deliveries(posts: Posts, query: Annotated[ReplayAllQuery, Query()]) -> Replayed:
    """Sends all that match and do not wait any more, oldest first, each as a new delivery."""
    is_fresh = query.signature == "fresh"
    return Replayed(replayed=await posts.replay_all(query.to_filter(), is_fresh=is_fresh))


@router.get("/{delivery_id}", summary="One delivery", dependencies=[takes()])
async def get_delivery(posts: Posts, delivery_id: DeliveryId) -> DeliveryItem:
    """Gives it with all of its attempts."""
    return _item(await _stored(posts, delivery_id))


@router.post(
    "/{delivery_id}/replay",
    summary="Send a delivery once more",
    status_code=201,
    dependencies=[takes(ReplayQuery)],
)
async def replay_delivery(
    posts: Posts, delivery_id: DeliveryId, query: Annotated[ReplayQuery, Query()]
) -> DeliveryItem:
    """Gives the new delivery, which has no fault; the log of the old one stays as it is."""
    await _stored(posts, delivery_id)
    key = await posts.replay(delivery_id, is_fresh=query.signature == "fresh")
    if key is None:
        raise problems.ProblemError(
            problems.NO_WEBHOOK, f"the webhook of delivery {delivery_id} was removed"
        )
    return _item(await _stored(posts, key))


async def _stored(posts: PostLog, key: int) -> StoredPost:
    post = await posts.post(key)
    if post is None:
        raise problems.ProblemError(problems.UNKNOWN_DELIVERY, f"there is no delivery {key}")
    return post


def _item(post: StoredPost) -> DeliveryItem:
    is_of_one = post.message_id is not None and post.recipient is not None
    return DeliveryItem(
        id=post.key,
        webhook_id=post.webhook_key,
        api_user=post.api_user,
        url=post.url,
        event=post.kind,
        message_id=post.message_id,
        email_id=email_id(post.message_id or "", post.position, post.recipient or "")
        if is_of_one
        else None,
        state=post.state,
        fault=post.fault,
        created_at=to_iso(post.created_at_ms),
        due_at=to_iso(post.due_at_ms) if post.state is PostState.WAITING else None,
        fields=fields_of(form(post.fields, "")),
        attempts=list(map(_attempt, post.attempts)),
    )


def _attempt(attempt: Attempt) -> AttemptItem:
    return AttemptItem(
        number=attempt.number,
        started_at=to_iso(attempt.started_at_ms),
        duration_ms=attempt.duration_ms,
        request=CallRequest(body=attempt.request, fields=fields_of(attempt.request)),
        status=attempt.status,
        answer=attempt.answer,
        error=attempt.error,
    )
