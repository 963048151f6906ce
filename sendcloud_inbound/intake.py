"""Takes a message in. SMTP and API both come through here.

    judge  ->  number  ->  store  ->  the caller says 250

What is refused is stored too, as refused, so that people can look at it and at its findings.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from sendcloud_inbound import metrics
from sendcloud_inbound.errors import MessageIdTaken, StoreUnavailable
from sendcloud_inbound.rules import acceptance, headers, replies
from sendcloud_inbound.rules.acceptance import Verdict
from sendcloud_inbound.rules.model import Fidelity, MessageStatus, Record

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Clock, Ids, Queue, With
    from sendcloud_inbound.rules.limits import Usage
    from sendcloud_inbound.rules.model import Account, Finding, Submission
    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.rules.xsmtpapi import Reading

NOTHING_FORCED = Verdict((), None)
_log = structlog.get_logger()

_QUICK_OCTETS = 256 * 1024
"""Strict mode looks at texts too, and larger ones can be made to take seconds: other sessions go on
meanwhile. Faithful mode looks at the header alone."""
_MAX_ID_ATTEMPTS = 40
"""Each attempt skips twice as far as the one before: enough for any store."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message."""

    message_id: str
    refusal: Reply | None
    """Why it was not taken; None when it is stored and may be acknowledged."""


class Intake:
    """The one way in."""

    def __init__(
        self, queue: Queue, ids: Ids, clock: Clock, usage: Usage, fidelity: Fidelity
    ) -> None:
        self._queue = queue
        self._ids = ids
        self._clock = clock
        self._usage = usage
        self._fidelity = fidelity

    async def take(
        self, account: Account, submission: Submission, forced: Verdict = NOTHING_FORCED
    ) -> Receipt:
        """Return once the message is on disk; `StoreUnavailable` when it cannot be stored.

        What somebody asked for, `forced`, goes before what the message deserves.
        """
        now_ms = self._clock.now_ms()
        verdict = await self._judge(submission)
        findings, refusal = verdict.findings + forced.findings, forced.refusal or verdict.refusal
        if refusal is None and self._usage.over_quota(account, now_ms):
            refusal = replies.QUOTA_EXCEEDED
        if refusal is None:
            self._usage.add(account, now_ms)  # now: others are judged while this one is stored
        try:
            record = await self._store(
                account, submission, now_ms, findings, refusal, reading=verdict.reading
            )
        except StoreUnavailable as error:
            if refusal is None:
                self._usage.take_back(account, now_ms)
            _tell_deferred(submission, error)
            raise
        asyncio.get_running_loop().call_soon(_tell_message, record)  # after the client's answer
        return Receipt(record.message_id, refusal)

    async def pass_on(
        self, account: Account, submission: Submission, findings: tuple[Finding, ...], then: With
    ) -> str:
        """Store a message that comes of one taken before, with `then`; return its messageId.

        It is judged no more, nor counted: its client has his answer long since.
        """
        now_ms = self._clock.now_ms()
        record = await self._store(account, submission, now_ms, findings, None, then)
        _tell_message(record)
        return record.message_id

    async def _judge(self, sent: Submission) -> Verdict:
        if self._fidelity is Fidelity.FAITHFUL or len(sent.content) <= _QUICK_OCTETS:
            return acceptance.judge(sent.content, self._fidelity, sent.mail_from, sent.rcpt_to)
        return await asyncio.to_thread(
            acceptance.judge, sent.content, self._fidelity, sent.mail_from, sent.rcpt_to
        )

    async def _store(  # noqa: PLR0917 - the parts of a record in their order
        self,
        account: Account,
        submission: Submission,
        now_ms: int,
        findings: tuple[Finding, ...],
        refusal: Reply | None,
        then: With | None = None,
        *,
        reading: Reading | None = None,
    ) -> Record:
        """Store it under a number of its own; one that is taken makes way for the next."""
        # No worker will see what is refused, and people look for it by its subject.
        subject = headers.subject(headers.scan(submission.content)) if refusal else ""
        for attempt in range(_MAX_ID_ATTEMPTS):
            record = Record(
                message_id=self._ids.make(account.user_id, account.time_ms(now_ms), attempt),
                submission=submission,
                received_at_ms=now_ms,
                status=MessageStatus.QUEUED if refusal is None else MessageStatus.REFUSED,
                reason=None if refusal is None else str(refusal),
                findings=findings,
                subject=subject,
                reading=reading,
            )
            try:
                await self._queue.put(record, then)
            except MessageIdTaken:
                continue
            return record
        raise StoreUnavailable(f"no free messageId was found in {_MAX_ID_ATTEMPTS} attempts")


def _tell_deferred(submission: Submission, error: StoreUnavailable) -> None:
    """Say why a client was told to come again: he does not hear it."""
    _log.warning(
        "message_deferred",
        api_user=submission.api_user,
        source=submission.source.value,
        peer=submission.session.peer,
        error=str(error),
    )


def _tell_message(record: Record) -> None:
    """Count the message, and write its one line: never a key, never its content."""
    submission = record.submission
    outcome = "taken" if record.reason is None else "refused"
    metrics.MESSAGES.add(submission.source.value, outcome)
    more: dict[str, object] = {}
    if record.findings:
        more["findings"] = [finding.code for finding in record.findings]
    if submission.label_id is not None:
        more["label_id"] = submission.label_id
    if record.reason is not None:
        more["reason"] = record.reason
    _log.info(
        f"message_{outcome}",
        message_id=record.message_id,
        api_user=submission.api_user,
        source=submission.source.value,
        peer=submission.session.peer,
        mail_from=submission.mail_from,
        recipients=len(submission.rcpt_to),
        size=len(submission.content),
        **more,
    )
