"""webhook/*: where events are told, as a program sets it (SENDCLOUD.md 7.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.rules.api import hooks
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.orders import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked

_UNKNOWN_CATEGORY = 40702
_URL_FAILS, _EXISTS, _NOT_FOUND = 40707, 40708, 40709
_NOT_ADDED, _NOT_DELETED, _NOT_CHANGED = 40710, 40711, 40712


async def list_webhooks(asked: Asked) -> Response:
    """Lists those that tell events of the user's API_USERs."""
    rows = [hooks.row(each) for each in _matching(asked)]
    return asked.success({"count": len(rows), "dataList": rows})


async def add_webhook(asked: Asked) -> Response:
    """Adds a URL, which must answer GET and POST with 200 (unless webhooks.check_urls is off)."""
    given = asked.given
    api_user = _api_user(asked, hooks.category(given))
    webhook = Webhook(0, api_user, hooks.url(given), hooks.events(given))
    _must_be_new(asked, webhook)
    await _try(asked, webhook.url)
    with failing(_NOT_ADDED):
        await asked.program.orders.add_webhook(webhook)
    return asked.success()


async def update_webhook(asked: Asked) -> Response:
    """Changes the URL, the API_USER or the events of one: a single one of the three."""
    given, found = asked.given, _named(asked)
    changed = replace(
        found,
        url=hooks.url(given, "newUrl"),
        api_user=_api_user(asked, hooks.category(given, "newCategoryName")),
        events=hooks.needed_events(given, "newEvent"),
    )
    if hooks.told(changed) == hooks.told(found):
        changed = replace(changed, events=found.events)
    _must_differ_in_one(found, changed)
    _must_be_new(asked, changed)
    if changed.url != found.url:
        await _try(asked, changed.url)
    with failing(_NOT_CHANGED):
        return asked.success({"count": int(await asked.program.orders.change_webhook(changed))})


async def delete_webhook(asked: Asked) -> Response:
    """Removes one, and drops what waits for it. One of the settings is back after a start."""
    found = _named(asked)
    with failing(_NOT_DELETED):
        return asked.success({"count": int(await asked.program.orders.remove_webhook(found.key))})


def _matching(asked: Asked) -> Iterator[Webhook]:
    """Yield the user's webhooks that are asked for; what is left out is any."""
    given = asked.given
    url = hooks.url(given) if given.text("url") else None
    events = hooks.events(given) or hooks.NUMBERED
    category = given.text("categoryName")
    whose = {_api_user(asked, category)} if category else None
    for each in asked.program.orders.all_webhooks():
        is_theirs = _is_theirs(asked, each) if whose is None else each.api_user in whose
        if is_theirs and url in {None, each.url} and hooks.told(each) & events:
            yield each


def _named(asked: Asked) -> Webhook:
    """Return the webhook that URL, API_USER and, if they are given, events name."""
    given = asked.given
    api_user, url = _api_user(asked, hooks.category(given)), hooks.url(given)
    events = hooks.events(given)
    for each in asked.program.orders.all_webhooks():
        if (each.api_user, each.url) == (api_user, url) and events in {None, hooks.told(each)}:
            return each
    raise Refused(_NOT_FOUND, f"no webhook tells {shown(url)} these events of that API_USER")


def _api_user(asked: Asked, category: str) -> str | None:
    """Return whose events a category is: an API_USER of the same user, None for everybody's."""
    if category == hooks.EVERYBODY:
        return None
    if not scopes.is_of_user(asked, category):
        raise Refused(_UNKNOWN_CATEGORY, f"{shown(category)} is no API_USER of this user")
    return category


def _is_theirs(asked: Asked, webhook: Webhook) -> bool:
    return webhook.api_user is None or scopes.is_of_user(asked, webhook.api_user)


def _must_be_new(asked: Asked, webhook: Webhook) -> None:
    """Refuse a URL that is told events of that API_USER already."""
    for each in asked.program.orders.all_webhooks():
        if each.key != webhook.key and (each.url, each.api_user) == (webhook.url, webhook.api_user):
            raise Refused(_EXISTS, f"{shown(webhook.url)} is told events of that API_USER already")


def _must_differ_in_one(found: Webhook, changed: Webhook) -> None:
    parts = (
        found.url != changed.url,
        found.api_user != changed.api_user,
        found.events != changed.events,
    )
    if sum(parts) > 1:
        why = "only one of newUrl, newCategoryName and newEvent may differ from what is there"
        raise Refused(_NOT_CHANGED, why)


async def _try(asked: Asked, url: str) -> None:
    """Ask a URL whether it can be told events."""
    check = asked.program.check_url
    if check is not None and (why := await check(url)) is not None:
        raise Refused(_URL_FAILS, f"{shown(url)}: {why}")


_NEW = {
    "newUrl": "The URL to come, or the same.",
    "newCategoryName": "The API_USER to come, or the same.",
    "newEvent": "The events to come, or the same.",
}

CALLS = (
    Call("webhook/list", "List webhooks by SendCloud's API", list_webhooks, hooks.THE_ENTRY),
    Call("webhook/add", "Add a webhook by SendCloud's API", add_webhook, hooks.THE_ENTRY),
    Call(
        "webhook/update",
        "Change a webhook",
        update_webhook,
        {**hooks.THE_ENTRY, **_NEW},
    ),
    Call("webhook/delete", "Remove a webhook by SendCloud's API", delete_webhook, hooks.THE_ENTRY),
)
