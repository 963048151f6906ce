"""What a handler in aiosmtpd's style may decide, and how its answers become replies.

A handler has any of these, as coroutines or plain functions, with aiosmtpd's arguments:

    handle_AUTH(server, session, envelope, mechanism, login: LoginPassword) -> AuthResult
    handle_MAIL(server, session, envelope, address, mail_options) -> reply
    handle_RCPT(server, session, envelope, address, rcpt_options) -> reply
    handle_DATA(server, session, envelope) -> reply

A reply is a `Reply`, a text such as `250 OK`, or None, which takes MAIL or RCPT with the guide's
own line; `replies.SILENCE` to DATA closes the connection without a word. The dialogue keeps the
envelope; it is complete in handle_DATA. Where `Terms.asks_recipient_at` names a domain, handle_RCPT
is asked about recipients elsewhere only if handle_MAIL has set `envelope.asks_recipient`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import AuthResult

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.replies import Reply

if TYPE_CHECKING:
    from sendcloud_inbound.rules.dialogue import Terms

Answer = Reply | str | None
Hook = Callable[..., Any]


def _nobody(*_: object) -> AuthResult:
    return AuthResult(success=False)


def _yes(*_: object) -> None:
    return None


def _ok(*_: object) -> Reply:
    return replies.OK


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks that a handler has, looked up once for all its sessions."""

    auth: Hook
    mail: Hook
    rcpt: Hook
    data: Hook

    @classmethod
    def of(cls, handler: object) -> Hooks:
        """Find the hooks; without one nobody logs in, and all else is taken, as in aiosmtpd."""
        return cls(
            getattr(handler, "handle_AUTH", _nobody),
            getattr(handler, "handle_MAIL", _yes),
            getattr(handler, "handle_RCPT", _yes),
            getattr(handler, "handle_DATA", _ok),
        )

    def fit(self, terms: Terms) -> Terms:
        """Return the terms of a dialogue that asks only where there is somebody to ask."""
        asks_recipient = self.rcpt is not _yes and terms.asks_recipient_at is None
        return replace(terms, asks_sender=self.mail is not _yes, asks_recipient=asks_recipient)


def as_reply(answer: Answer) -> Reply | None:
    """Read what a hook for MAIL, RCPT or DATA answered."""
    return replies.from_text(answer) if isinstance(answer, str) else answer


def auth_reply(result: AuthResult) -> Reply:
    """Read what handle_AUTH answered; a message of its own counts, as in aiosmtpd."""
    if result.message is not None:
        return replies.from_text(result.message)
    return replies.AUTHENTICATED if result.success else replies.AUTH_FAILED


def is_settled(answer: object) -> bool:
    """Tell whether a hook has answered, or gave something to wait for."""
    return answer is None or isinstance(answer, (Reply, str, AuthResult))
