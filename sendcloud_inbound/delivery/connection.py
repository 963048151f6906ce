"""One connection to the server upstream, and the mails that go through it one by one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, cast

from aiosmtplib import (
    SMTP,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from sendcloud_inbound.rules import relaying
from sendcloud_inbound.rules.bounces import Stage, one_line

if TYPE_CHECKING:
    import ssl

    from aiosmtplib import SMTPResponse

    from sendcloud_inbound.delivery.upstream import RelaySettings
    from sendcloud_inbound.rules.model import Outgoing
    from sendcloud_inbound.rules.relaying import Envelope

_GO_AHEAD = 354
_OK = 250
_SERVICE_CLOSES = 421
_DOUBT = " after the end of DATA: the mail may have been taken, and then it will come twice"


class Answer(NamedTuple):
    """What the server said of a mail: its first refusal, or its reply to the end of DATA."""

    stage: Stage
    code: int
    text: str


class Lost(NamedTuple):
    """There was no answer: the connection could not be made, or broke."""

    why: str
    dot_sent: bool = False
    """Whether the mail was out by then: the server may have taken it."""


class Unsayable(NamedTuple):
    """The server was not asked: it cannot be told one of the addresses."""

    why: str


class Connection:
    """A session with the server: past greeting, TLS, EHLO and login."""

    def __init__(self, smtp: SMTP, settings: RelaySettings) -> None:
        self._smtp = smtp
        self._settings = settings
        self._used = False
        self._dot_sent = False

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it, as far as is known here."""
        return self._smtp.is_connected

    async def send(self, mail: Outgoing) -> Answer | Lost | Unsayable:
        """Send one mail; unless the connection broke it is ready for the next."""
        content = relaying.with_crlf(mail.content)
        try:
            envelope = relaying.envelope(mail, content, self._smtp.esmtp_extensions)
        except ValueError as error:
            return Unsayable(str(error))
        used, self._used, self._dot_sent = self._used, True, False
        try:
            answer = await self._transact(envelope, content)
        except (SMTPException, OSError) as error:
            self._abort()
            return Lost(self._broke(error), self._dot_sent)
        except BaseException:
            self._abort()  # amid a mail: no use for the next
            raise
        if answer.code == _SERVICE_CLOSES and used and not self._dot_sent:
            # It closes this session, which was idle or is worn out; that is no word on the mail.
            return Lost(self._broke(one_line(answer.code, answer.text)))
        return answer

    def quit(self) -> None:
        """Close it in peace between two mails; the reply to QUIT says nothing we wait for."""
        if self.is_open and self._smtp.protocol is not None:
            self._smtp.protocol.write(b"QUIT\r\n")
        self._smtp.close()

    async def _transact(self, envelope: Envelope, content: bytes) -> Answer:
        """Say all that a mail takes, up to the first refusal."""
        for stage, command in (
            (Stage.MAIL, envelope.mail),
            (Stage.RCPT, envelope.rcpt),
            (Stage.DATA, (b"DATA",)),
        ):
            answer = _read(stage, await self._smtp.execute_command(*command))
            if answer is not None:
                await self._reset()
                return answer
        return await self._finish(relaying.stuffed(content))

    async def _finish(self, data: bytes) -> Answer:
        """Say the content and its dot in one go, then wait for the last word."""
        protocol = self._smtp.protocol
        if protocol is None:
            raise SMTPServerDisconnected("the server has closed it")
        protocol.write(data)
        self._dot_sent = True
        reply = await protocol.read_response(timeout=self._settings.final_timeout_s)
        answer = _read(Stage.END, reply) or Answer(Stage.END, *reply)
        if answer.code == _SERVICE_CLOSES:
            self._abort()
        return answer

    async def _reset(self) -> None:
        """Make the server forget a refused mail; whatever comes of it, the refusal stands."""
        try:
            forgotten = self.is_open and (await self._smtp.rset()).code == _OK
        except (SMTPException, OSError):
            forgotten = False
        if not forgotten:
            self._abort()

    def _abort(self) -> None:
        """Close it at once: what is still unsent would wait for a server that does not read."""
        if self._smtp.transport is not None:
            cast("asyncio.WriteTransport", self._smtp.transport).abort()
        self._smtp.close()

    def _broke(self, what: Exception | str) -> str:
        """Say that it broke, why, and what that means for the mail."""
        settings = self._settings
        limit_s = settings.final_timeout_s if self._dot_sent else settings.timeout_s
        why = what if isinstance(what, str) else _why(what, limit_s)
        text = f"the connection to {settings.where} broke ({why})"
        return text + _DOUBT if self._dot_sent else text


async def connect(
    settings: RelaySettings, context: ssl.SSLContext | None
) -> Connection | Answer | Lost:
    """Open a session, or tell what the server greeted with, or why there is none.

    A refusal of EHLO, STARTTLS or AUTH is a fault of the settings: no word on any mail.
    """
    smtp = SMTP(
        hostname=settings.host,
        port=settings.port,
        username=settings.username,
        password=settings.password,
        local_hostname=settings.helo,
        timeout=settings.timeout_s,
        use_tls=settings.tls == "implicit",
        start_tls=settings.tls == "starttls",
        tls_context=context,
    )
    try:
        async with asyncio.timeout(settings.timeout_s):
            await smtp.connect()
            await _greet(smtp)
    except SMTPConnectResponseError as error:
        return Answer(Stage.CONNECT, error.code, error.message)
    except (SMTPException, OSError, ValueError) as error:
        smtp.close()  # a ValueError comes of a host or HELO name that cannot be
        return Lost(f"no connection to {settings.where}: {_why(error, settings.timeout_s)}")
    except BaseException:
        smtp.close()
        raise
    return Connection(smtp, settings)


async def _greet(smtp: SMTP) -> None:
    """Say EHLO unless STARTTLS or AUTH took it before; HELO to a server that knows no EHLO."""
    if smtp.is_ehlo_or_helo_needed:
        try:
            await smtp.ehlo()
        except SMTPHeloError:
            await smtp.helo()


def _read(stage: Stage, reply: SMTPResponse) -> Answer | None:
    """Return a refusal, or None when the mail goes on; all else is no SMTP."""
    if reply.code == _GO_AHEAD if stage is Stage.DATA else 200 <= reply.code < 300:  # noqa: PLR2004
        return None
    if 400 <= reply.code < 600:  # noqa: PLR2004 - 4xx and 5xx
        return Answer(stage, reply.code, reply.message)
    raise SMTPException(f"the server answered {stage} with {one_line(reply.code, reply.message)}")


def _why(error: Exception, timeout_s: float) -> str:
    """Say what was in the way, in the system's or the server's words."""
    if isinstance(error, SMTPResponseException):
        return f"the server said {one_line(error.code, error.message)}"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout_s:g} s"
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(error)
