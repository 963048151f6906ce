"""bounce/*: the addresses that mail came back from (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.ports import Scope, Window
from sendcloud_inbound.rules.addresses import domain_of
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.ports import Happening

_NOT_DELETED = 40602


async def list_bounces(asked: Asked) -> Response:
    """Lists addresses with their last bounce: invalid or soft, but not what was suppressed."""
    window = scopes.window(asked)
    found = await asked.program.bounces.bounces(scopes.mine(asked), window)
    rows = [_row(each) for each in found.items]
    return asked.success({"dataList": rows, "count": len(rows)})


async def delete_bounces(asked: Asked) -> Response:
    """Takes addresses off the list, until they bounce again."""
    wanted = scopes.mine(asked)
    with failing(_NOT_DELETED):
        return asked.success({"count": await asked.program.bounces.forget(wanted)})


async def count_bounces(asked: Asked) -> Response:
    """Counts the addresses on the list."""
    wanted = Scope((asked.account.api_user,), span=scopes.span(asked))
    found = await asked.program.bounces.bounces(wanted, Window(0, 0))
    return asked.success({"count": found.total})


def _row(bounce: Happening) -> dict[str, Any]:
    return {
        "email": bounce.recipient,
        "reason": bounce.event.details.get("message", ""),
        "bounceTime": time_text(bounce.event.occurred_at_ms),
        "domain": domain_of(bounce.recipient),
    }


_WHICH = {**selection.SPAN, **selection.EMAIL}

CALLS = (
    Call("bounce/list", "List bounces", list_bounces, {**_WHICH, **selection.WINDOW}),
    Call("bounce/delete", "Take bounces off the list", delete_bounces, _WHICH),
    Call("bounce/count", "Count bounces", count_bounces, selection.SPAN),
)
