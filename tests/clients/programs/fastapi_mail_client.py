"""fastapi-mail's MessageSchema with `headers`."""

from __future__ import annotations

import asyncio
import base64
import json
import os

from fastapi_mail import ConnectionConfig, FastMail, MessageSchema, MessageType

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
config = ConnectionConfig(
    MAIL_SERVER=os.environ["SENDCLOUD_SMTP_HOST"],
    MAIL_PORT=int(os.environ["SENDCLOUD_SMTP_PORT"]),
    MAIL_USERNAME=os.environ["SENDCLOUD_API_USER"],
    MAIL_PASSWORD=os.environ["SENDCLOUD_API_KEY"],
    MAIL_FROM="support@ifaxin.com",
    MAIL_STARTTLS=False,
    MAIL_SSL_TLS=False,
)
message = MessageSchema(
    subject="Hello %name%",
    recipients=["ben@ifaxin.com"],
    body="<p>Dear %name%</p>",
    subtype=MessageType.html,
    headers={
        "SC-Custom-key1": "value1",
        "X-SMTPAPI": base64.b64encode(json.dumps(api).encode()).decode(),
    },
)
asyncio.run(FastMail(config).send_message(message))
