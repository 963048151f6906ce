"""Turns queued messages into emails: claim, expand, settle, finish.

A claim is a lease: what its worker does not finish in time is claimed again, and finishing is
guarded by the store, so a crash repeats work and never doubles an email. A message that fails, or
kills its worker, `max_attempts` times ends as invalid with a reason; it never blocks the others.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rounds import Rounds
from sendcloud_inbound.rules.backoff import delay_s
from sendcloud_inbound.rules.expansion import expand, give_up
from sendcloud_inbound.worker.keeping import Kept
from sendcloud_inbound.worker.settling import QUICK_OCTETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.ports import AccountBook, Claim, Work
    from sendcloud_inbound.rules.model import Expansion
    from sendcloud_inbound.worker.settling import Outcomes

_log = structlog.get_logger()

_IDLE_S = 1.0
"""Without news the store is asked this often: another process may have put something."""
_LONGEST_WAIT_S = 60.0
_TURN_S = 0.002
"""How long the worker may keep the event loop to itself."""
_RENEWALS = 3
"""So often a lease is renewed in the time that it has."""
_BREATH_S = 0.03
"""Between two rounds, so that under load claims come in batches and not by ones and twos."""
_LONGEST_RUSH_S = 1.0
"""How long clients that send much go before the worker, as long as nobody waits for emails."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often a message is tried."""

    batch_size: int = 100
    lease_s: float = 30.0
    max_attempts: int = 5
    retry_delay_s: float = 1.0
    """Before the second attempt; doubles with each further one."""


class Worker:
    """Works off the queue until it is stopped."""

    def __init__(
        self, work: Work, outcomes: Outcomes, accounts: AccountBook, patience: Patience
    ) -> None:
        self._work = work
        self._outcomes = outcomes
        self._accounts = accounts
        self._patience = patience
        self._rounds = Rounds("worker")
        self._is_behind = False
        """Whether there was more to take up than fits in one round."""

    def stop(self) -> None:
        """Take up nothing new; `run` returns after what is under way."""
        self._rounds.stop()

    async def run(self) -> None:
        """Work until stopped. While the store is away, or a round fails, wait longer each time."""
        await self._rounds.run(self._round)

    async def _round(self) -> None:
        if not self._is_behind:
            await self._give_way()
        worked = await self._take_up()
        self._is_behind = worked >= self._patience.batch_size
        if not worked:
            await self._rounds.until(self._work.wait(_IDLE_S))
        elif not self._is_behind:
            await self._rounds.pause(_BREATH_S)

    async def _give_way(self) -> None:
        """Let those have their 250 first who send much: nobody waits for the emails yet."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _LONGEST_RUSH_S
        while self._work.is_in_a_rush() and loop.time() < until and not self._rounds.is_stopped:
            await self._rounds.pause(_BREATH_S)

    async def _take_up(self) -> int:
        """Claim and process once; return how many there were."""
        claims = await self._work.claim(self._patience.batch_size, self._patience.lease_s)
        with Kept(partial(self._renew, claims), self._patience.lease_s / _RENEWALS):
            await self._work_off(claims)
        return len(claims)

    async def _renew(self, claims: Sequence[Claim]) -> None:
        """Go on having them: some take long."""
        await self._work.renew([claim.key for claim in claims], self._patience.lease_s)

    async def _work_off(self, claims: Sequence[Claim]) -> None:
        turn = _Turn()
        work: list[tuple[Claim, Expansion]] = []
        for claim in claims:
            expansion = await self._process(claim)
            if expansion is not None:
                work.append((claim, expansion))
            await turn.pass_on_in_time()
        if work:
            await self._finish(work, turn)

    async def _finish(self, work: Sequence[tuple[Claim, Expansion]], turn: _Turn) -> None:
        """Settle what becomes of the emails, and write all of it."""
        known = await self._outcomes.look_up(work)
        finished: dict[int, Expansion] = {}
        for claim, expansion in work:
            finished[claim.key] = await self._outcomes.settle(claim, expansion, known)
            await turn.pass_on_in_time()
        await self._work.finish(finished)

    async def _process(self, claim: Claim) -> Expansion | None:
        """Make the emails of a message; None when it is to be tried again."""
        if claim.attempts > self._patience.max_attempts:
            # Whoever took it up before did not live to say why.
            return self._give_up(claim, "its worker died each time")
        try:
            return await self._expand(claim)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the queue
            _log.exception("message_failed", message_id=claim.message_id, attempts=claim.attempts)
            return await self._try_again(claim, error)

    async def _expand(self, claim: Claim) -> Expansion:
        account = self._accounts.find(claim.api_user)
        work = partial(
            expand,
            claim.content,
            claim.rcpt_to,
            claim.findings,
            account,
            mail_from=claim.mail_from,
            reading=claim.reading,
        )
        return work() if len(claim.content) <= QUICK_OCTETS else await asyncio.to_thread(work)

    async def _try_again(self, claim: Claim, error: Exception) -> Expansion | None:
        patience = self._patience
        if claim.attempts >= patience.max_attempts:
            return self._give_up(claim, f"{type(error).__name__}: {error}")
        wait_s = delay_s(claim.attempts, patience.retry_delay_s, _LONGEST_WAIT_S)
        await self._work.postpone(claim.key, wait_s)
        return None

    def _give_up(self, claim: Claim, why: str) -> Expansion:
        reason = f"worker: given up after {self._patience.max_attempts} attempts ({why})"
        _log.error("message_given_up", message_id=claim.message_id, reason=reason)
        return give_up(claim.rcpt_to, claim.findings, reason)


class _Turn:
    """Lets the sessions have theirs when the worker has had its own for a while."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    async def pass_on_in_time(self) -> None:
        if self._loop.time() - self._began >= _TURN_S:
            await asyncio.sleep(0)
            self._began = self._loop.time()
