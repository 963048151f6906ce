"""Which sends by HTTP were taken lately, by the name that their client gave each (7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from sendcloud_inbound.store.book_tables import send_requests
from sendcloud_inbound.store.bulk import insert_absent
from sendcloud_inbound.store.rows import storable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access

KEPT_MS = 3_600_000
"""A repeat within an hour is none (SENDCLOUD.md 7.4)."""


class StoredSendRequests:
    """The requests, as `ports.SendRequests` says."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._under_way: set[tuple[str, str]] = set()

    async def begin(self, api_user: str, request_id: str) -> bool:
        """Begin with a request; False when it was taken within an hour, or is under way here."""
        this = (storable(api_user), storable(request_id))
        if this in self._under_way:
            return False
        self._under_way.add(this)
        since_ms = self._clock.now_ms() - KEPT_MS
        known = select(send_requests.c.request_id).where(
            send_requests.c.api_user == this[0],
            send_requests.c.request_id == this[1],
            send_requests.c.taken_at_ms > since_ms,
        )
        try:
            is_known = await self._access.read(lambda conn: conn.execute(known).first()) is not None
        except BaseException:
            self._under_way.discard(this)
            raise
        if is_known:
            self._under_way.discard(this)
        return not is_known

    async def end(self, api_user: str, request_id: str, *, is_taken: bool) -> None:
        """End a request that was begun; one that was taken is remembered for an hour."""
        this = (storable(api_user), storable(request_id))
        now_ms = self._clock.now_ms()

        def note(conn: Connection) -> None:
            """Forget what is too old, so that the table stays small, and this one's last time."""
            old = send_requests.c.taken_at_ms <= now_ms - KEPT_MS
            conn.execute(delete(send_requests).where(old))
            row = dict(zip(("api_user", "request_id"), this, strict=True))
            # Another process may have taken the same one at this moment.
            conn.execute(insert_absent(conn, send_requests).values(taken_at_ms=now_ms, **row))

        try:
            if is_taken:
                await self._access.write(note)
        finally:
            self._under_way.discard(this)
