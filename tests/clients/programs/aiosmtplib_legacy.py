"""aiosmtplib with MIMEText and a plain str for X-SMTPAPI: one fold right after the colon."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from email.mime.text import MIMEText

import aiosmtplib

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
message = MIMEText("Dear %name%", "plain", "utf-8")
message["Subject"] = "Hello %name%"
message["From"] = "support@ifaxin.com"
message["To"] = "ben@ifaxin.com"
message["SC-Custom-key1"] = "value1"
message["X-SMTPAPI"] = base64.b64encode(json.dumps(api).encode()).decode()
asyncio.run(
    aiosmtplib.send(
        message,
        hostname=os.environ["SENDCLOUD_SMTP_HOST"],
        port=int(os.environ["SENDCLOUD_SMTP_PORT"]),
        username=os.environ["SENDCLOUD_API_USER"],
        password=os.environ["SENDCLOUD_API_KEY"],
        start_tls=False,
    )
)
