"""One event told to one URL: signed, sent, judged (SENDCLOUD.md 4.1, 4.2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound import metrics
from sendcloud_inbound.ports import Answer, Attempt, Told
from sendcloud_inbound.rules.backoff import next_wait_s
from sendcloud_inbound.rules.forms import form
from sendcloud_inbound.rules.history import PostState, WebhookFault
from sendcloud_inbound.rules.signatures import make_token, signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendcloud_inbound.ports import AccountBook, Clock, LentPost, Poster
    from sendcloud_inbound.rules.faults import Fault

_log = structlog.get_logger()


class Caller:
    """Makes calls, each with a signature of its own, and says what becomes of the post."""

    def __init__(
        self,
        accounts: AccountBook,
        clock: Clock,
        random_octets: Callable[[int], bytes],
        schedule: tuple[float, ...],
        time_scale: float,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._random_octets = random_octets
        self._schedule = schedule
        self._time_scale = time_scale

    async def call(self, post: LentPost, fault: Fault | None, poster: Poster) -> Told:
        """Tell an event once, or as often as its fault wants; never raise."""
        if fault is not None and fault.kind is WebhookFault.DROPPED:
            return Told(post, PostState.DROPPED, post.due_at_ms)
        body, times = self._body(post, fault), 1 if fault is None else fault.times
        attempts = [await self._attempt(post, poster, body)]
        while attempts[0].error is None and len(attempts) < times:
            attempts.append(await self._attempt(post, poster, body, len(attempts)))
        return self._judge(post, tuple(attempts))

    def _body(self, post: LentPost, fault: Fault | None) -> str:
        """Return the form with token, timestamp and signature, new ones for every attempt."""
        if post.signed is not None:
            return form(post.fields, post.signed)
        account = self._accounts.find(post.api_user)
        token, now_ms = make_token(self._random_octets), self._clock.now_ms()
        # Nobody's key is that of an account that is gone: its receiver refuses the empty one.
        app_key = "" if account is None else account.app_key
        now_ms = now_ms if account is None else account.time_ms(now_ms)
        if fault is None:
            return form(post.fields, signed(app_key, now_ms, token).form)
        return form(post.fields, fault.sign(app_key, now_ms, token).form)

    async def _attempt(self, post: LentPost, poster: Poster, body: str, before: int = 0) -> Attempt:
        """Make one call; `before` counts those made of the same body."""
        loop = asyncio.get_running_loop()
        started_at_ms, began = self._clock.now_ms(), loop.time()
        answer = await _answer(poster, post.url, body)
        attempt = Attempt(
            number=post.attempts + before + 1,
            started_at_ms=started_at_ms,
            duration_ms=round((loop.time() - began) * 1000),
            request=body,
            status=answer.status,
            answer=answer.text,
            error=answer.error,
        )
        _tell(post, attempt)
        return attempt

    def _judge(self, post: LentPost, attempts: tuple[Attempt, ...]) -> Told:
        """Return what becomes of a post: a first call that arrived is all that counts."""
        now_ms = self._clock.now_ms()
        if attempts[0].error is None:
            return Told(post, PostState.DELIVERED, now_ms, attempts)
        wait_s = next_wait_s(self._schedule, post.attempts + len(attempts), self._time_scale)
        if wait_s is None:
            return Told(post, PostState.GIVEN_UP, now_ms, attempts)
        return Told(post, PostState.WAITING, now_ms + round(wait_s * 1000), attempts)


async def _answer(poster: Poster, url: str, body: str) -> Answer:
    try:
        return await poster.post(url, body)
    except Exception as error:  # noqa: BLE001 - an odd URL or answer must not stop the others
        return Answer(None, None, f"{type(error).__name__}: {error}")


def _tell(post: LentPost, attempt: Attempt) -> None:
    metrics.WEBHOOK_CALLS.add("delivered" if attempt.error is None else "failed")
    _log.info(
        "webhook_called",
        post=post.key,
        api_user=post.api_user,
        url=post.url.partition("?")[0],  # what follows may be a secret of the receiver's
        attempt=attempt.number,
        status=attempt.status,
        duration_ms=attempt.duration_ms,
        error=attempt.error,
    )
