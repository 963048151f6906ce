"""Goes on with the emails whose story is not over: what is ordered happens, the rest is sent on.

An email stays lent as long as it is being sent. When the process dies in between, or the store
stays away for longer than its lease, it is sent again: after the dot nobody can know whether the
other side has it (RFC 5321 4.5.3.2.6, RFC 1047).
"""

from __future__ import annotations

import asyncio
from asyncio import FIRST_COMPLETED
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import CopyTooLarge, StoreUnavailable
from sendcloud_inbound.events import about, state_of
from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.rules import story
from sendcloud_inbound.rules.backoff import delay_s
from sendcloud_inbound.rules.expansion import OTHERS, TOO_LARGE_REASON
from sendcloud_inbound.rules.first_link import FirstLinks
from sendcloud_inbound.rules.history import Change, EventKind, Pending, Step
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import EmailStatus, SendResult
from sendcloud_inbound.rules.simulation import failure_details, steps_from_json
from sendcloud_inbound.worker.keeping import Kept
from sendcloud_inbound.worker.settling import AT_ONCE, has_click, suppressed, waiting, with_link

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sendcloud_inbound.copier import Copier
    from sendcloud_inbound.events import Events
    from sendcloud_inbound.ports import Catalogue, Clock, Lent, Outbox, Suppressions, Target

_log = structlog.get_logger()

_IDLE_S = 1.0
"""Without news the store is asked this often: another process may have put something."""
_SEND_S = 1800.0
"""So long one attempt may take, which is more than a relay's own time-outs add up to."""
_LEASE_S = 300.0
"""What a dead worker had is another one's after that; one that lives renews it."""
_RENEWALS = 3
"""So often in that time."""
_UNREACHED = 503
"""Sub-status of what was put off until the end, when the server gave no better one (5.3)."""
_KINDS = {
    EmailStatus.DELIVERED: EventKind.DELIVER,
    EmailStatus.INVALID: EventKind.INVALID,
    EmailStatus.SOFT_BOUNCE: EventKind.SOFT_BOUNCE,
}


@dataclass(frozen=True, slots=True)
class Persistence:
    """How long and how often an email is sent."""

    concurrency: int = 10
    """Emails under way at a time."""
    max_attempts: int = 5
    retry_delay_s: float = 60.0
    """Before the second attempt; doubles with each further one."""
    longest_delay_s: float = 3600.0


class Sender:
    """Works off the outbox until it is stopped."""

    def __init__(
        self,
        outbox: Outbox,
        catalogue: Catalogue,
        *,
        copier: Copier,
        events: Events,
        suppressions: Suppressions,
        clock: Clock,
        target: Target | None = None,
        part_of: Callable[[int], int] = int,
        persistence: Persistence = Persistence(),
    ) -> None:
        """Without a target, as with the mailbox, nothing is sent on.

        `part_of` tells how many of the emails that may be under way are this worker's.
        """
        self._outbox = outbox
        self._catalogue = catalogue
        self._copier = copier
        self._events = events
        self._suppressions = suppressions
        self._target = target
        self._clock = clock
        self._part_of = part_of
        self._persistence = persistence
        self._under_way: dict[asyncio.Task[None], Lent] = {}
        self._renewed_until_ms = 0
        """When the leases of all those run out that were under way at the last renewal."""
        self._rounds = Rounds("sender")

    def stop(self) -> None:
        """Take up nothing new; `run` returns after what is under way."""
        self._rounds.stop()

    async def run(self) -> None:
        """Work until stopped. While the store is away, wait longer each time."""
        with Kept(self._renew, _LEASE_S / _RENEWALS):
            await self._rounds.run(self._round)
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _renew(self) -> None:
        """Go on having what is under way."""
        if lent := [*self._under_way.values()]:
            self._renewed_until_ms = await self._outbox.renew(lent, _LEASE_S)

    async def _round(self) -> None:
        """Take up what is due, as far as there is room; wait when there is none, or nothing."""
        room = self._part_of(self._persistence.concurrency) - len(self._under_way)
        if room <= 0:
            await self._rounds.until(self._room_may_come())
            return
        lent = await self._outbox.claim(room, _LEASE_S)
        for one in lent:
            task = asyncio.create_task(self._go_on(one))
            self._under_way[task] = one
            task.add_done_callback(self._under_way.pop)
        if not lent:
            await self._rounds.until(self._outbox.wait(_IDLE_S))

    async def _room_may_come(self) -> None:
        """Return when one is done, or other workers may have left."""
        if self._under_way:
            await asyncio.wait(self._under_way, return_when=FIRST_COMPLETED)
        else:  # there are more workers than emails that may be under way
            await asyncio.sleep(_IDLE_S)

    async def _go_on(self, lent: Lent) -> None:
        """Go on with one email; when that cannot be written, it comes again."""
        try:
            await self._write(await self._change(lent), lent)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            self._rounds.log(error, email_id=_id(lent))

    async def _write(self, change: Change, lent: Lent) -> None:
        """Write it, as soon as the store can: what was sent is not to be sent again.

        After its lease somebody else has it.
        """
        await self._rounds.insist(
            lambda: self._outbox.change([change]),
            lambda: self._clock.now_ms() >= max(lent.lease_ms, self._renewed_until_ms),
            email_id=_id(lent),
        )

    async def _change(self, lent: Lent) -> Change:
        if lent.steps is not None:
            return await self._written(lent, steps_from_json(lent.steps))
        if self._target is None:  # none is set any more: it is kept, as all mail is then
            return await self._written(lent, AT_ONCE)
        recipient = lent.email.recipient
        gone = await self._suppressions.among(lent.email.api_user, [recipient])
        if recipient in gone:
            return await self._written(lent, (suppressed(gone[recipient]),))
        result = await self._send(lent, self._target)
        if result is None:
            return Change(lent.email.key, lent.email.position, lease_ms=lent.lease_ms)
        attempts = lent.attempts + 1
        _log_result(lent, result, attempts)
        if result.status is None and attempts < self._persistence.max_attempts:
            return self._put_off(lent, attempts)
        return await self._written(lent, (_step(result),))

    async def _send(self, lent: Lent, target: Target) -> SendResult | None:
        """Return what came of sending an email; None when there is nothing to be sent any more."""
        try:
            async with asyncio.timeout(_SEND_S):
                outgoing = await self._copier.outgoing(lent.email)
                return None if outgoing is None else await target.send(outgoing)
        except StoreUnavailable:
            raise
        except CopyTooLarge:
            return SendResult(EmailStatus.INVALID, OTHERS, TOO_LARGE_REASON, None)
        except TimeoutError:
            return SendResult(None, _UNREACHED, f"not sent within {_SEND_S:g} s", None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the outbox
            _log.exception("email_failed", email_id=_id(lent))
            return SendResult(None, None, f"{type(error).__name__}: {error}", None)

    def _put_off(self, lent: Lent, attempts: int) -> Change:
        persistence = self._persistence
        wait_s = delay_s(attempts, persistence.retry_delay_s, persistence.longest_delay_s)
        due_at_ms = self._clock.now_ms() + round(wait_s * 1000)
        return Change(
            key=lent.email.key,
            position=lent.email.position,
            deferrals=attempts,
            pending=Pending(lent.email.position, due_at_ms, attempts),
            lease_ms=lent.lease_ms,
        )

    async def _written(self, lent: Lent, steps: Sequence[Step]) -> Change:
        """Return the change that lets the steps happen which are due."""
        stored, now_ms = lent.email, self._clock.now_ms()
        before = state_of(stored)
        chapter = story.take(stored.api_user, before, steps, now_ms)
        if has_click(chapter):
            content = await self._catalogue.content(stored.message_id) or b""
            chapter = await with_link(chapter, FirstLinks(content))
        attempts = lent.attempts + chapter.deferrals
        rest = chapter.rest
        return Change(
            key=stored.key,
            position=stored.position,
            email=None if chapter.email is before else chapter.email,
            deferrals=attempts,
            events=chapter.events,
            posts=self._events.posts(chapter.events, about(stored)),
            pending=waiting(stored.position, rest, now_ms, attempts) if rest else None,
            suppressions=chapter.suppressions,
            lease_ms=lent.lease_ms,
        )


def _step(result: SendResult) -> Step:
    """Return what the last attempt comes to; one that was put off until now is a soft bounce."""
    kind = _KINDS[result.status or EmailStatus.SOFT_BOUNCE]
    if kind is EventKind.DELIVER:
        return Step(0, kind, {"message": result.reason})
    details = failure_details(kind, result.sub_status or _UNREACHED, result.reason)
    if kind is EventKind.SOFT_BOUNCE and result.reply is not None:
        details["cause"] = result.reply
    return Step(0, kind, details)


def _id(lent: Lent) -> str:
    email = lent.email
    return email_id(email.message_id, email.position, email.recipient)


def _log_result(lent: Lent, result: SendResult, attempts: int) -> None:
    _log.info(
        "email_sent" if result.status is EmailStatus.DELIVERED else "email_not_sent",
        email_id=_id(lent),
        status=result.status and result.status.value,
        sub_status=result.sub_status,
        attempts=attempts,
        reason=result.reason,
    )
