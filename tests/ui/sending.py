"""Mail for the pages to show, sent by smtplib."""

from __future__ import annotations

import asyncio
import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tests.servers import API_KEY, API_USER

if TYPE_CHECKING:
    from tests.servers import RunningServer


async def send(server: RunningServer, subject: str, *to: str, text: str = "Hello") -> None:
    """Send a message by the API_USER that is always there."""
    message = EmailMessage()
    message["From"], message["Subject"] = "a@ifaxin.com", subject
    message["To"] = ", ".join(to or ("ben@ifaxin.com",))
    message.set_content(text)
    await asyncio.to_thread(submit, server, message)


def submit(server: RunningServer, message: EmailMessage) -> None:
    """Send a message that is made already; it blocks."""
    with smtplib.SMTP(*server.smtp, timeout=20) as client:
        client.login(API_USER, API_KEY)
        client.send_message(message)


async def arrived(server: RunningServer, subject: str) -> str:
    """Return the messageId of the newest message with that subject, once it has its emails."""
    query = {"subject": subject, "timeout_s": "60"}
    answer = await server.client.get("/sandbox/v1/wait", params=query, timeout=70)
    assert answer.status_code == 200, answer.text
    message_id: str = answer.json()["items"][0]["message_id"]
    return message_id
