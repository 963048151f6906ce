"""A send that its client may repeat without sending twice: `sendRequestId` (SENDCLOUD.md 7.4).

It is remembered once the mail is taken, never before: a client whose call was cut off repeats it,
and a mail that comes twice is better than none.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.api.selection import NO_CODE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.http.apiv2.call import Asked

_log = structlog.get_logger()

_REPEATED = 40_000
_LONGEST = 128


@asynccontextmanager
async def once(asked: Asked) -> AsyncIterator[None]:
    """Let the block take a mail; `Refused` when the same request was taken within an hour."""
    request_id = asked.given.text("sendRequestId").strip()
    if not request_id:
        yield
        return
    if len(request_id) > _LONGEST:
        raise Refused(NO_CODE, f"sendRequestId has more than {_LONGEST} characters")
    requests, api_user = asked.program.send_requests, asked.account.api_user
    if not await requests.begin(api_user, request_id):
        why = f"sendRequestId {shown(request_id)} was taken within the last hour, or is under way"
        raise Refused(_REPEATED, why)
    is_taken = False
    try:
        yield
        is_taken = True
    finally:
        try:
            await requests.end(api_user, request_id, is_taken=is_taken)
        except StoreUnavailable as error:  # the mail is taken, and its client must hear of that
            _log.warning("send_request_not_noted", request_id=request_id, error=str(error))
