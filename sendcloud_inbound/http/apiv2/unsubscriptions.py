"""unsubscribe/*: the addresses that want no more mail (SENDCLOUD.md 5.4, 7.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.ports import Unsubscription
from sendcloud_inbound.rules.addresses import domain_of
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.counters import label_number
from sendcloud_inbound.rules.history import Suppression, SuppressionKind
from sendcloud_inbound.rules.spans import time_text
from sendcloud_inbound.rules.suppression import until_ms

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked

_ADDED, _NOT_ADDED, _NOT_DELETED = 40401, 40402, 40404


async def list_unsubscriptions(asked: Asked) -> Response:
    """Lists addresses that are unsubscribed now, whether by their link or by a call."""
    window = scopes.window(asked)
    wanted = replace(
        scopes.mine(asked),
        api_users=scopes.api_users(asked),
        label_ids=selection.labels(asked.given),
    )
    found = await asked.program.unsubscriptions.unsubscriptions(wanted, window)
    rows = [_row(each) for each in found.items]
    return asked.success({"dataList": rows, "count": len(rows)})


async def add_unsubscription(asked: Asked) -> Response:
    """Unsubscribes an address: its next mail is invalid 402. A success has the code 40401."""
    address = selection.needed_email(asked.given)
    api_user, now_ms = asked.account.api_user, asked.program.clock.now_ms()
    kind = SuppressionKind.UNSUBSCRIBE
    one = Suppression(api_user, address, kind, now_ms, until_ms(kind, now_ms))
    with failing(_NOT_ADDED):
        await asked.program.suppressions.suppress(one)
    row = _row(Unsubscription(api_user, address, None, now_ms))
    return asked.success({"data": row}, _ADDED)


async def delete_unsubscriptions(asked: Asked) -> Response:
    """Lets mail be sent to addresses again."""
    wanted = scopes.mine(asked)
    with failing(_NOT_DELETED):
        return asked.success({"count": await asked.program.unsubscriptions.lift_all(wanted)})


def _row(one: Unsubscription) -> dict[str, Any]:
    return {
        "email": one.address,
        "domain": domain_of(one.address),
        "labelId": label_number(one.label_id),
        "apiUser": one.api_user,
        "unsubscribeTime": time_text(one.since_ms),
    }


_WHICH = {**selection.SPAN, **selection.EMAIL}

CALLS = (
    Call(
        "unsubscribe/list",
        "List unsubscribed addresses",
        list_unsubscriptions,
        {**_WHICH, **selection.API_USERS, **selection.LABELS, **selection.WINDOW},
    ),
    Call(
        "unsubscribe/add",
        "Unsubscribe an address",
        add_unsubscription,
        {"email": "The address."},
    ),
    Call(
        "unsubscribe/delete",
        "Subscribe addresses again",
        delete_unsubscriptions,
        _WHICH,
    ),
)
