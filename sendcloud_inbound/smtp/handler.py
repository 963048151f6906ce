"""Decides for the sandbox: who may log in, who may send now, what becomes of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aiosmtpd.smtp import AuthResult

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.model import SessionFacts, Source, Submission

if TYPE_CHECKING:
    from aiosmtpd.smtp import LoginPassword, Session

    from sendcloud_inbound.accounts import Accounts, LoggedIn
    from sendcloud_inbound.intake import Intake
    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.rules.limits import Usage
    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.smtp.protocol import ReceivedEnvelope, SmtpProtocol


class SandboxHandler:
    """A handler in aiosmtpd's style."""

    def __init__(self, accounts: Accounts, usage: Usage, intake: Intake, clock: Clock) -> None:
        self._accounts = accounts
        self._usage = usage
        self._intake = intake
        self._clock = clock

    def handle_AUTH(
        self,
        server: SmtpProtocol,
        session: Session,
        envelope: ReceivedEnvelope,
        mechanism: str,
        login: LoginPassword,
    ) -> AuthResult:
        """Take API_USER, with a label or without, and API_KEY (SENDCLOUD.md 1.4)."""
        who = self._accounts.log_in(login.login, login.password)
        return AuthResult(success=who is not None, auth_data=who)

    def handle_MAIL(
        self,
        server: SmtpProtocol,
        session: Session,
        envelope: ReceivedEnvelope,
        address: str,
        options: list[str],
    ) -> Reply | None:
        """Refuse an API_USER that sends too often (S18)."""
        who = _who(session)
        if self._usage.too_frequent(who.account, self._clock.now_ms()):
            return replies.FREQUENCY_LIMITED
        return None

    async def handle_DATA(
        self, server: SmtpProtocol, session: Session, envelope: ReceivedEnvelope
    ) -> Reply:
        """Hand the message over; 250 comes only after it is stored."""
        who = _who(session)
        try:
            receipt = await self._intake.take(who.account, _submission(who, session, envelope))
        except StoreUnavailable:
            return replies.TRY_LATER
        return receipt.refusal or replies.queued(receipt.message_id)


def _who(session: Session) -> LoggedIn:
    return cast("LoggedIn", session.auth_data)  # as handle_AUTH left it; MAIL needs a login


def _submission(who: LoggedIn, session: Session, envelope: ReceivedEnvelope) -> Submission:
    return Submission(
        api_user=who.account.api_user,
        label_id=who.label_id,
        source=Source.SMTP,
        session=_facts(session),
        mail_from=envelope.mail_from or "",
        rcpt_to=tuple(envelope.rcpt_tos),
        content=envelope.original_content or b"",
        transcript=envelope.transcript,
    )


def _facts(session: Session) -> SessionFacts:
    host, port = (*(session.peer or ()), "", "")[:2]
    tls = f"{session.ssl['version']} {session.ssl['cipher']}" if session.ssl else None
    return SessionFacts(peer=f"{host}:{port}", helo=session.host_name or "", tls=tls)
