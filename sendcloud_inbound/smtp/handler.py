"""Decides for the sandbox: who may log in, who may send now, what becomes of a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aiosmtpd.smtp import AuthResult

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.model import Source, Submission
from sendcloud_inbound.smtp import forcing
from sendcloud_inbound.smtp.facts import facts_of

if TYPE_CHECKING:
    from aiosmtpd.smtp import LoginPassword, Session

    from sendcloud_inbound.accounts import Accounts, LoggedIn
    from sendcloud_inbound.intake import Intake
    from sendcloud_inbound.ports import Clock, Orders
    from sendcloud_inbound.rules.limits import Usage
    from sendcloud_inbound.rules.model import SessionFacts
    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.rules.simulation import Simulation
    from sendcloud_inbound.smtp.protocol import ReceivedEnvelope, SmtpProtocol


class SandboxHandler:
    """A handler in aiosmtpd's style."""

    def __init__(
        self,
        accounts: Accounts,
        usage: Usage,
        intake: Intake,
        clock: Clock,
        *,
        orders: Orders,
        simulation: Simulation,
    ) -> None:
        self._accounts = accounts
        self._usage = usage
        self._intake = intake
        self._clock = clock
        self._orders = orders
        self._simulation = simulation

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
        client = _Client(who, facts_of(session)) if who is not None else None
        return AuthResult(success=client is not None, auth_data=client)

    def handle_MAIL(
        self,
        server: SmtpProtocol,
        session: Session,
        envelope: ReceivedEnvelope,
        address: str,
        options: list[str],
    ) -> Reply | None:
        """Refuse an API_USER that is gone, or sends too often (S18)."""
        account = _client(session).who.account
        if not self._accounts.may_send(account):
            return replies.AUTH_REQUIRED
        if self._usage.too_frequent(account, self._clock.now_ms()):
            return replies.FREQUENCY_LIMITED
        envelope.asks_recipient = self._orders.rules(account.api_user).asks_session
        return None

    def handle_RCPT(
        self,
        server: SmtpProtocol,
        session: Session,
        envelope: ReceivedEnvelope,
        address: str,
        options: list[str],
    ) -> Reply | None:
        """Do what a rule or the name of the recipient asks for; only then it is asked about."""
        rules = self._orders.rules(_client(session).who.account.api_user)
        forced = self._simulation.at_recipient(address, rules)
        envelope.forced = forcing.end_of(envelope.forced, address, forced)
        return forcing.refusal_of(address, forced)

    async def handle_DATA(
        self, server: SmtpProtocol, session: Session, envelope: ReceivedEnvelope
    ) -> Reply:
        """Hand the message over; 250 comes only after it is stored."""
        client, forced = _client(session), envelope.forced
        if not self._accounts.may_send(client.who.account):
            return replies.AUTH_REQUIRED
        try:
            receipt = await self._intake.take(
                client.who.account, _submission(client, envelope), forcing.verdict_of(forced)
            )
        except StoreUnavailable:
            return replies.TRY_LATER
        if forced is not None and forced.is_silence and receipt.refusal is None:
            return replies.SILENCE
        return receipt.refusal or replies.queued(receipt.message_id)


@dataclass(frozen=True, slots=True)
class _Client:
    """Who is at the other end, from the login on."""

    who: LoggedIn
    facts: SessionFacts


def _client(session: Session) -> _Client:
    return cast("_Client", session.auth_data)  # as handle_AUTH left it; MAIL needs a login


def _submission(client: _Client, envelope: ReceivedEnvelope) -> Submission:
    return Submission(
        api_user=client.who.account.api_user,
        label_id=client.who.label_id,
        source=Source.SMTP,
        session=client.facts,
        mail_from=envelope.mail_from or "",
        rcpt_to=tuple(envelope.rcpt_tos),
        content=envelope.original_content or b"",
        transcript=envelope.transcript,
    )
