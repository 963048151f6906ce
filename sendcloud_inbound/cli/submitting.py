"""The SMTP client of `send` and `import`: the guide's dialogue, and the messageId from its end.

The login is spoken by hand: smtplib takes no API_KEY beyond ASCII. So are the octets of a message:
smtplib stuffs dots after a lone LF too, where the server does not take them off (HARAKA.md 4).
"""

from __future__ import annotations

import base64
import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.cli.addresses import Address
    from sendcloud_inbound.cli.composing import Mail

_BANNER_S = 5.0
"""How long a server may take to be there and to say its first word, which an HTTP server never
does."""
_ANSWER_S = 60.0
"""The server holds a 535 back for up to 30 s."""
_QUEUED_PARTS = 3
"""Before, between and after the two `#` of the last reply (SENDCLOUD.md 1.10)."""
_SERVICE_CLOSES = 421
_NO_CODE = -1
"""What smtplib makes of a reply that is none of SMTP."""
_LINE_DOT = re.compile(rb"(\A|\r\n)\.")


@dataclass(frozen=True, slots=True)
class Login:
    """What AUTH LOGIN says."""

    username: str
    """An api_user, or `api_user#label_id` (SENDCLOUD.md 1.4, G22)."""
    api_key: str

    def labelled(self, label_id: str | None) -> Login:
        """Return the login of what carries a label; the same without one."""
        return replace(self, username=f"{self.username}#{label_id}") if label_id else self


class NotTaken(CommandFailed):
    """The server did not take one mail; it may take the next."""


class _Lost(Exception):  # noqa: N818 - it says what happened
    """The connection is gone, or the server is about to close it."""


class Session:
    """A login that many mails go through, made anew when the connection is lost between two."""

    def __init__(self, address: Address) -> None:
        """Take an address; nothing is said before the first mail."""
        self._address = address
        self._client: smtplib.SMTP | None = None
        self._login: Login | None = None
        self._dot_sent = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, login: Login, mail: Mail) -> str:
        """Send a mail and return its messageId.

        Raises:
            NotTaken: This mail was refused, or the connection broke while it was on its way.
            CommandFailed: No mail can be sent: nobody answers, or the login is wrong.
        """
        if login != self._login:
            self._close()
        was_open = self._client is not None
        try:
            return self._send(login, mail)
        except _Lost as error:
            if not was_open or self._dot_sent:
                raise self._broken(error) from error
        # The server may have closed the connection long before, for it was idle.
        try:
            return self._send(login, mail)
        except _Lost as error:
            raise self._broken(error) from error

    def _send(self, login: Login, mail: Mail) -> str:
        client = self._client or self._open(login)
        self._dot_sent = False
        try:
            self._say_envelope(client, mail)
            self._dot_sent = True
            client.send(_stuffed(mail.content))
            said = self._expect(250, client.getreply(), "the end of DATA")
        except smtplib.SMTPResponseException as error:
            self._close()
            raise NotTaken(f"refused: {_line(error.smtp_code, error.smtp_error)}") from error
        except OSError as error:
            self._close()
            raise _Lost(reason(error)) from error
        parts = said.split("#")
        if len(parts) != _QUEUED_PARTS:
            raise CommandFailed(f"sent, but the reply holds no messageId: 250 {said}")
        return parts[1]

    def _say_envelope(self, client: smtplib.SMTP, mail: Mail) -> None:
        self._expect(250, client.docmd("MAIL", f"FROM:<{mail.mail_from}>"), "MAIL")
        for address in mail.rcpt_to:
            self._expect(250, client.docmd("RCPT", f"TO:<{address}>"), f"RCPT {address}")
        self._expect(354, client.docmd("DATA"), "DATA")

    def _expect(self, code: int, reply: tuple[int, bytes], step: str) -> str:
        """Return the text of the expected reply; after any other the next mail begins afresh."""
        if reply[0] == code:
            return reply[1].decode(errors="backslashreplace")
        refused = NotTaken(_refusal(reply, step))
        if reply[0] == _SERVICE_CLOSES:
            self._close()
            if not self._dot_sent:
                raise _Lost(str(refused))
        elif not self._dot_sent and self._client is not None:
            with suppress(OSError):
                self._client.docmd("RSET")  # smtplib's own goes back to ASCII
        raise refused

    def _open(self, login: Login) -> smtplib.SMTP:
        client = smtplib.SMTP(timeout=_BANNER_S, local_hostname="localhost")
        client.command_encoding = "utf-8"
        try:
            _greet(client, self._address)
            _log_in(client, login)
        except smtplib.SMTPResponseException as error:
            client.close()
            raise CommandFailed(f"refused: {_line(error.smtp_code, error.smtp_error)}") from error
        except OSError as error:
            client.close()
            raise CommandFailed(
                f"the connection to {self._address} broke: {reason(error)}"
            ) from error
        except CommandFailed:
            _leave(client)
            raise
        self._client, self._login = client, login
        return client

    def _broken(self, error: _Lost) -> NotTaken:
        doubt = "; the server may have taken the message" if self._dot_sent else ""
        return NotTaken(f"the connection to {self._address} broke: {error}{doubt}")

    def _close(self) -> None:
        if self._client is not None:
            _leave(self._client)
        self._client = self._login = None


def submit(address: Address, login: Login, mail: Mail, count: int) -> Iterator[str]:
    """Send a mail `count` times in one session; yield each messageId as it comes."""
    with Session(address) as session:
        for _ in range(count):
            yield session.send(login, mail)


def _greet(client: smtplib.SMTP, address: Address) -> None:
    try:
        reply = client.connect(address.host, address.port)
    except OSError as error:
        if isinstance(error, smtplib.SMTPServerDisconnected) and _was_silence(error):
            raise _no_smtp(address) from error
        raise CommandFailed(
            f"no server answers at {address} ({reason(error)}): start one with "
            "sendcloud-inbound serve, or name another with --smtp HOST:PORT"
        ) from error
    if reply[0] == _NO_CODE:
        client.close()
        raise _no_smtp(address)
    if client.sock is not None:
        client.sock.settimeout(_ANSWER_S)
    _expect(220, reply, "the connection")
    _expect(250, client.ehlo(), "EHLO")


def _was_silence(error: smtplib.SMTPServerDisconnected) -> bool:
    """Return whether a connection was made and no banner came; smtplib keeps it in the context."""
    return isinstance(error.__context__, TimeoutError)


def _no_smtp(address: Address) -> CommandFailed:
    return CommandFailed(f"what answers at {address} is no SMTP server; is that the HTTP port?")


def _log_in(client: smtplib.SMTP, login: Login) -> None:
    _expect(334, client.docmd("AUTH", f"LOGIN {_encoded(login.username)}"), "AUTH LOGIN")
    _expect(235, client.docmd(_encoded(login.api_key)), "AUTH LOGIN")


def _leave(client: smtplib.SMTP) -> None:
    with suppress(OSError):  # smtplib's own exceptions among them
        client.docmd("QUIT")
    client.close()


def _stuffed(content: bytes) -> bytes:
    """Return a message as DATA says it: dots doubled where the server undoes it, then the end."""
    is_ended = not content or content.endswith(b"\r\n")
    return _LINE_DOT.sub(rb"\1..", content if is_ended else content + b"\r\n") + b".\r\n"


def _expect(code: int, reply: tuple[int, bytes], step: str) -> None:
    if reply[0] != code:
        raise CommandFailed(_refusal(reply, step))


def _refusal(reply: tuple[int, bytes], step: str) -> str:
    """Return that a step was refused, in the server's own line."""
    return f"refused at {step}: {_line(*reply)}"


def _line(code: int, text: bytes | str) -> str:
    said = text.decode(errors="backslashreplace") if isinstance(text, bytes) else text
    return f"{code} {' / '.join(said.splitlines())}"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode(errors="surrogateescape")).decode()
