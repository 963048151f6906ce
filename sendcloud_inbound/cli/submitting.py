"""The SMTP client of `send`: the guide's dialogue, and the messageId from its last reply.

The login is spoken by hand: smtplib takes no API_KEY beyond ASCII.
"""

from __future__ import annotations

import base64
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.text import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.cli.addresses import Address
    from sendcloud_inbound.cli.composing import Mail

_ANSWER_S = 60
"""The server holds a 535 back for up to 30 s."""
_QUEUED_PARTS = 3
"""Before, between and after the two `#` of the last reply (SENDCLOUD.md 1.10)."""


@dataclass(frozen=True, slots=True)
class Login:
    """What AUTH LOGIN says."""

    username: str
    """An api_user, or `api_user#label_id` (SENDCLOUD.md 1.4, G22)."""
    api_key: str


def submit(address: Address, login: Login, mail: Mail, count: int) -> Iterator[str]:
    """Send a mail `count` times in one session; yield each messageId as it comes."""
    client = smtplib.SMTP(timeout=_ANSWER_S, local_hostname="localhost")
    client.command_encoding = "utf-8"
    try:
        _greet(client, address)
        _log_in(client, login)
        for _ in range(count):
            yield _send(client, mail)
    except smtplib.SMTPResponseException as error:
        raise CommandFailed(f"refused: {_line(error.smtp_code, error.smtp_error)}") from error
    except OSError as error:
        raise CommandFailed(f"the connection to {address} broke: {reason(error)}") from error
    finally:
        with suppress(smtplib.SMTPException, OSError):
            client.docmd("QUIT")
        client.close()


def _greet(client: smtplib.SMTP, address: Address) -> None:
    try:
        reply = client.connect(address.host, address.port)
    except OSError as error:
        raise CommandFailed(
            f"no server answers at {address} ({reason(error)}): start one with "
            "sendcloud-inbound serve, or name another with --smtp HOST:PORT"
        ) from error
    _expect(220, reply, "the connection")
    _expect(250, client.ehlo(), "EHLO")


def _log_in(client: smtplib.SMTP, login: Login) -> None:
    _expect(334, client.docmd("AUTH", f"LOGIN {_encoded(login.username)}"), "AUTH LOGIN")
    _expect(235, client.docmd(_encoded(login.api_key)), "AUTH LOGIN")


def _send(client: smtplib.SMTP, mail: Mail) -> str:
    _expect(250, client.docmd("MAIL", f"FROM:<{mail.mail_from}>"), "MAIL")
    for address in mail.rcpt_to:
        _expect(250, client.docmd("RCPT", f"TO:<{address}>"), f"RCPT {address}")
    said = _expect(250, client.data(mail.content), "the end of DATA")
    parts = said.split("#")
    if len(parts) != _QUEUED_PARTS:
        raise CommandFailed(f"sent, but the reply holds no messageId: 250 {said}")
    return parts[1]


def _expect(code: int, reply: tuple[int, bytes], step: str) -> str:
    """Return the text of the expected reply; any other is the end, in the server's own line."""
    if reply[0] != code:
        raise CommandFailed(f"refused at {step}: {_line(*reply)}")
    return reply[1].decode(errors="backslashreplace")


def _line(code: int, text: bytes | str) -> str:
    said = text.decode(errors="backslashreplace") if isinstance(text, bytes) else text
    return f"{code} {' / '.join(said.splitlines())}"


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode(errors="surrogateescape")).decode()
