"""One connection: aiosmtpd's protocol class, fed from `data_received`, driving a `Dialogue`.

aiosmtpd's own command and DATA loops are not used: they cost several times what the dialogue needs,
and half of the server's replies cannot be had from them (HARAKA.md 8). Its Session, Envelope,
AuthResult and handler hooks are kept (`smtp.hooks`). A session has no task of its own; only what
must wait (a login, the commit) runs as one, and what comes in meanwhile waits with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, LoginPassword, Session
from typing_extensions import override

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.dialogue import (
    Close,
    Dialogue,
    Login,
    Message,
    Recipient,
    Request,
    Sender,
    StartTls,
)
from sendcloud_inbound.rules.refusals import Attempt
from sendcloud_inbound.smtp.facts import facts_of
from sendcloud_inbound.smtp.hooks import as_reply, auth_reply, is_settled

if TYPE_CHECKING:
    import ssl
    from collections.abc import Coroutine

    from aiosmtpd.smtp import AuthResult

    from sendcloud_inbound.rules.proxy import Header
    from sendcloud_inbound.rules.replies import Reply
    from sendcloud_inbound.smtp.forcing import ForcedEnd
    from sendcloud_inbound.smtp.listener import Listener

_log = structlog.get_logger()

_MAX_WAITING_OCTETS = 256 * 1024
"""What a client may send ahead while its session waits; then its socket is left unread."""
_LINGER_S = 2.0
"""How long a client that was closed on may go on sending before it is cut off."""
_NOBODYS_FAULT = frozenset({replies.TIMEOUT, replies.COME_BACK_LATER})
"""Said to a session that has nothing under way, they refuse nothing."""


class ReceivedEnvelope(Envelope):
    """aiosmtpd's envelope, the dialogue that led to it, and what its recipients had forced."""

    transcript: bytes = b""
    asks_recipient: bool = False
    """Whether the handler is to be asked about every recipient."""
    forced: ForcedEnd | None = None
    """What comes of its message."""


class SmtpProtocol(SMTP):
    """A session on a socket."""

    # aiosmtpd says "or None" for the time before connection_made; here nothing runs before it.
    session: Session  # type: ignore[mutable-override]
    # The first one comes with the login: many connections only wait, and should be small.
    envelope: ReceivedEnvelope  # type: ignore[mutable-override]
    transport: asyncio.Transport  # type: ignore[mutable-override]

    def __init__(
        self, listener: Listener, loop: asyncio.AbstractEventLoop, proxied: Header | None = None
    ) -> None:
        """Begin a session; `proxied` is what a load balancer said of the connection."""
        # aiosmtpd's own __init__ looks through the handler and the class for every connection,
        # a fifth of what a short session costs; nothing that it prepares is used here.
        self._listener = listener
        self.loop = loop
        self.event_handler = listener.handler
        self.tls_context = listener.tls_context
        self._proxied = proxied
        heard = b"" if proxied is None else proxied.line
        self._dialogue = Dialogue(listener.terms, listener.clock.now_ms(), heard)
        self._waits_for: asyncio.Task[Any] | None = None
        self._began = self._last_octet = loop.time()
        self._transaction = (0, 0.0)
        """Which one was under way at the last sweep, and when it was first seen."""
        self._closed_at: float | None = None
        self._is_to_flush = False
        self._unread_replies = False
        self._ended_by = "client"
        self._login: str | None = None

    # What the transport calls

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._begin_session(cast("asyncio.Transport", transport))
        self._dialogue.in_tls = self.session.ssl is not None
        self._dialogue.peer_host = (self.session.peer or ("",))[0]
        refusal = self._listener.admit(self)
        if refusal is not None:
            self._dialogue.take_output()  # a refusal comes in place of the banner
            self._dismiss(refusal, "refused", lingers=True)
        self.flush()

    @override
    def data_received(self, data: bytes) -> None:
        self._last_octet = self.loop.time()
        if self._closed_at is not None:
            return
        self._dialogue.receive(data, self._listener.clock.now_ms())
        if self._waits_for is None:
            self._go_on()
        elif self._dialogue.waiting_octets > _MAX_WAITING_OCTETS:
            self.transport.pause_reading()

    @override
    def eof_received(self) -> bool:
        """What was read is answered, then comes the end (HARAKA.md 5)."""
        self._dialogue.end_of_input()
        if self._waits_for is None:
            self._go_on()
        # A TLS connection cannot stay half open.
        return self.session.ssl is None and self._waits_for is not None

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self._listener.leave(self)
        self._closed_at = self._closed_at or self.loop.time()
        self._log_session()

    @override
    def pause_writing(self) -> None:
        """The client does not read its replies: its commands are not read either."""
        self._unread_replies = True
        if not self.transport.is_closing():
            self.transport.pause_reading()

    @override
    def resume_writing(self) -> None:
        self._unread_replies = False
        self._read_on()

    # What the listener calls

    @property
    def is_check(self) -> bool:
        """Whether a load balancer looks whether we live: nobody's mail."""
        return self._proxied is not None and self._proxied.is_check

    @property
    def busy(self) -> bool:
        """Whether a message is on its way in, or something is waited for."""
        return self._dialogue.in_data or self._waits_for is not None

    def sweep(self, now: float) -> None:
        """End what has been silent, or under way, for too long."""
        if self._closed_at is not None:
            if now - self._closed_at >= _LINGER_S:
                self.transport.abort()
        elif self._waits_for is None and self._too_long(now):
            self._dismiss(replies.TIMEOUT, "timeout", lingers=True)

    def stop(self) -> None:
        """End the session; one with a message under way ends after it."""
        if self._closed_at is None and not self.busy:
            self._dismiss(replies.COME_BACK_LATER, "shutdown", lingers=False)

    # Driving the dialogue

    def _go_on(self) -> None:
        advance = self._dialogue.advance
        while (request := advance()) is not None:
            if not self._carry_out(request):
                break
        self._flush_soon()
        if self._listener.stopping:
            self.stop()

    def _carry_out(self, request: Request) -> bool:
        """Do what the dialogue asks; False when the session has to wait, or is over."""
        match request:
            case Sender() | Recipient():
                return self._ask_about(request)
            case Message():
                return self._wait_for(self._hand_over(request))
            case Login():
                return self._log_in(request)
            case StartTls():
                self.transport.pause_reading()  # what comes now belongs to the handshake
                return self._wait_for(self._start_tls())
            case Close(lingers):
                self._close(lingers=lingers)
                return False

    def _ask_about(self, request: Sender | Recipient) -> bool:
        hooks, path = self._listener.hooks, request.path
        if isinstance(request, Sender):
            self.envelope = ReceivedEnvelope()
            hook = hooks.mail
        else:
            hook = hooks.rcpt
        options = [_option(*each) for each in path.parameters] if path.parameters else []
        answer = hook(self, self.session, self.envelope, path.address, options)
        if not is_settled(answer):
            return self._wait_for(self._later(answer))
        self._answer(None if answer is None else as_reply(answer))
        return True

    def _wait_for(self, work: Coroutine[Any, Any, None]) -> bool:
        self._waits_for = self.loop.create_task(work)
        self._waits_for.add_done_callback(self._waited)
        return False

    def _waited(self, work: asyncio.Task[None]) -> None:
        self._waits_for = None
        if work.cancelled() or self._closed_at is not None:
            return
        error = work.exception()
        if isinstance(error, OSError):  # TLS that did not come about, or a connection lost in it
            self._ended_by = "tls"
            self.transport.abort()
        elif error is not None:
            self._fail(error)
        else:
            self._read_on()
            self._go_on()

    def _fail(self, error: BaseException) -> None:
        """End a session that a handler has failed."""
        _log.error("session_failed", peer=self._peer(), exc_info=error)
        self._dismiss(replies.INTERNAL_ERROR, "error", lingers=True)

    def _log_in(self, login: Login) -> bool:
        pair = LoginPassword(login.username, login.password)
        self._login = login.username.decode(errors="replace")
        self.session.host_name = self._dialogue.helo
        self.session.extended_smtp = True
        self.envelope = ReceivedEnvelope()
        try:
            result = self._listener.hooks.auth(self, self.session, self.envelope, "LOGIN", pair)
        except Exception as error:  # noqa: BLE001 - a handler's fault ends the session in order
            self._fail(error)
            return False
        if is_settled(result) and result.success:  # nothing to wait for: no task
            self._finish_login(result)
            return True
        return self._wait_for(self._log_in_later(result, login.failures))

    async def _log_in_later(self, answer: Any, failures: int) -> None:  # noqa: ANN401 - likewise
        result = answer if is_settled(answer) else await answer
        if not result.success:
            await asyncio.sleep(self._listener.auth_delay_s(failures))
        self._finish_login(result)

    def _finish_login(self, result: AuthResult) -> None:
        self.session.authenticated = result.success
        self.session.auth_data = result.auth_data
        self._dialogue.answer(auth_reply(result))

    async def _later(self, answer: Any) -> None:  # noqa: ANN401 - a hook's own awaitable
        self._answer(as_reply(await answer))

    def _answer(self, answer: Reply | None) -> None:
        """Answer about a sender or recipient; the handler may want to hear of all recipients."""
        asks = self._listener.terms.asks_recipient or self.envelope.asks_recipient
        self._dialogue.asks_recipient = asks
        self._dialogue.answer(answer)

    async def _hand_over(self, message: Message) -> None:
        if not self._listener.terms.asks_sender:
            self.envelope = ReceivedEnvelope()  # which MAIL begins, if anybody is asked about it
        envelope = self.envelope
        envelope.mail_from = message.mail_from
        envelope.rcpt_tos = list(message.rcpt_to)
        envelope.content = envelope.original_content = message.content
        envelope.transcript = message.transcript
        hook = self._listener.hooks.data
        try:
            answer = hook(self, self.session, envelope)
            if not is_settled(answer):
                answer = await answer
        except Exception:  # noqa: BLE001 - an unknown fault is temporary: the client keeps the mail
            _log.exception("message_failed", peer=self._peer())
            answer = replies.TRY_LATER
        if answer is replies.SILENCE:
            self._dismiss(replies.SILENCE, "silence", lingers=False)
            return
        self._dialogue.answer(as_reply(answer))
        self._flush_soon()

    async def _start_tls(self) -> None:
        self.flush()
        context = cast("ssl.SSLContext", self.tls_context)  # STARTTLS is offered only with one
        transport = await self.loop.start_tls(self.transport, self, context, server_side=True)
        self._begin_session(cast("asyncio.Transport", transport))
        self._dialogue.tls_started()

    def _begin_session(self, transport: asyncio.Transport) -> None:
        """Begin with nothing known but the transport; TLS begins anew too (RFC 3207 4.2)."""
        self.transport = transport
        self.session = Session(self.loop)
        client: Any = None if self._proxied is None else self._proxied.client
        self.session.peer = client or transport.get_extra_info("peername")
        self.session.ssl = _tls_facts(transport)

    def _read_on(self) -> None:
        """Read again, unless there is still a reason not to."""
        if not (self.transport.is_closing() or self._unread_replies or self._waits_for):
            self.transport.resume_reading()

    # Writing and ending

    def _flush_soon(self) -> None:
        """Send with what the other sessions have to say in this turn; more of it at once."""
        if self._is_to_flush:
            self.flush()
        else:
            self._is_to_flush = True
            self._listener.flush_soon(self)

    def flush(self) -> None:
        """Send what waits; if the client has left meanwhile, there is nobody to send it to."""
        self._is_to_flush = False
        output = self._dialogue.take_output()
        if output and not self.transport.is_closing():
            self.transport.write(output)
        if self._dialogue.refusals:
            self._tell_refusals()

    def _tell_refusals(self) -> None:
        facts = replace(facts_of(self.session), helo=self._dialogue.helo)
        for refusal in self._dialogue.refusals:
            if refusal.reply in _NOBODYS_FAULT and not self._dialogue.in_transaction:
                continue
            self._listener.attempts.add(
                Attempt(
                    at_ms=self._listener.clock.now_ms(),
                    session=facts,
                    login=self._login,
                    is_logged_in=self._dialogue.logged_in,
                    refusal=refusal,
                )
            )
        self._dialogue.refusals.clear()

    def _dismiss(self, reply: Reply, ended_by: str, *, lingers: bool) -> None:
        """Say a last word that nobody asked for."""
        self._ended_by = ended_by
        self._dialogue.dismiss(reply)
        self._close(lingers=lingers)

    def _close(self, *, lingers: bool) -> None:
        self.flush()
        self._closed_at = self.loop.time()
        if lingers and self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def _too_long(self, now: float) -> bool:
        silent = now - self._last_octet >= self._listener.idle_timeout_s
        return silent or 0 < self._listener.max_transaction_s <= self._transaction_s(now)

    def _transaction_s(self, now: float) -> float:
        """Return how long the transaction has been under way, as seen at the sweeps."""
        number, began = self._transaction
        if not self._dialogue.in_transaction:
            return 0.0
        if number != self._dialogue.transactions:
            began = now
            self._transaction = (self._dialogue.transactions, began)
        return now - began

    def _peer(self) -> str:
        host, port = (*(self.session.peer or ()), "?", "?")[:2]
        return f"{host}:{port}"

    def _log_session(self) -> None:
        tls = self.session.ssl
        # One that said nothing, such as a health check's, is nobody's mail; a balancer's own says
        # EHLO at most.
        is_check = self.is_check and not self._dialogue.logged_in
        log = _log.info if self._dialogue.helo and not is_check else _log.debug
        log(
            "session_ended",
            peer=self._peer(),
            helo=self._dialogue.helo,
            tls=tls and tls["version"],
            logged_in=self._dialogue.logged_in,
            messages=self._dialogue.messages,
            seconds=round(self.loop.time() - self._began, 3),
            ended_by=self._ended_by,
        )


def _option(keyword: str, value: str | None) -> str:
    return keyword if value is None else f"{keyword}={value}"


def _tls_facts(transport: asyncio.BaseTransport) -> dict[str, Any] | None:
    """Return what is known of a connection's TLS, or None in clear."""
    ssl_object = transport.get_extra_info("ssl_object")
    if ssl_object is None:
        return None
    cipher = ssl_object.cipher()
    return {"version": ssl_object.version(), "cipher": cipher and cipher[0]}
