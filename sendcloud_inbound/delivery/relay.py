"""Hands each copy to a real server upstream, if its recipient may get mail from a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.delivery.connection import Lost, Unsayable
from sendcloud_inbound.delivery.pool import Pool
from sendcloud_inbound.rules.bounces import UNREACHED, is_permanent, judge, one_line
from sendcloud_inbound.rules.model import EmailStatus, SendResult
from sendcloud_inbound.rules.recipients import matches_any

if TYPE_CHECKING:
    from sendcloud_inbound.delivery.connection import Answer
    from sendcloud_inbound.delivery.upstream import RelaySettings
    from sendcloud_inbound.rules.model import Outgoing

_LONGEST_REASON = 500
_NOT_ALLOWED = "kept in the sandbox: not in delivery.allow"
_BLOCKED = "kept in the sandbox: in delivery.block"


class Relay:
    """The target that lets mail out."""

    def __init__(self, settings: RelaySettings) -> None:
        """Read the certificates to trust; `StartupError` when they cannot be read."""
        self._settings = settings
        self._pool = Pool(settings, settings.tls_context())

    async def send(self, outgoing: Outgoing) -> SendResult:
        """Send one copy, and tell what became of it; never fails.

        A recipient who is not allowed mail, or is blocked, gets none: the copy is delivered by
        being kept, and no connection is made.

        When a connection breaks after the dot nobody knows whether the copy was taken. The result
        is then to try again later, at the risk that it arrives twice, as everywhere in SMTP (RFC
        5321 4.5.3.2.6, RFC 1047): the other choice is the risk that it never arrives.
        """
        kept = self.why_kept(outgoing.recipient)
        if kept is not None:
            return SendResult(EmailStatus.DELIVERED, None, kept, None)
        said = await self._pool.send(outgoing)
        if isinstance(said, Lost):
            return SendResult(None, UNREACHED, self._line(said.why), None)
        if isinstance(said, Unsayable):
            # An address that has no form on the wire: a format error, and no reply to quote.
            return SendResult(EmailStatus.INVALID, 404, self._line(said.why), None)
        return self._result(said)

    async def close(self) -> None:
        """Close the connections that are idle; those in use close after their copy."""
        await self._pool.close()

    def why_kept(self, recipient: str) -> str | None:
        """Return why mail does not leave to a recipient; None when it does."""
        if matches_any(self._settings.block, recipient):
            return _BLOCKED
        return None if matches_any(self._settings.allow, recipient) else _NOT_ALLOWED

    def _result(self, answer: Answer) -> SendResult:
        reply = self._settings.mask(one_line(answer.code, answer.text))
        status, sub_status = judge(answer.code, answer.text, answer.stage)
        reason = self._line(
            f"{self._settings.where} said {reply} (in reply to {answer.stage.value})"
        )
        if status is EmailStatus.DELIVERED or is_permanent(answer.code):
            return SendResult(status, sub_status, reason, reply)
        return SendResult(None, sub_status, reason, reply)

    def _line(self, text: str) -> str:
        return " ".join(self._settings.mask(text).split())[:_LONGEST_REASON]
