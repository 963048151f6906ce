"""redmail's EmailSender with `headers`."""

from __future__ import annotations

import base64
import json
import os

from redmail import EmailSender

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
sender = EmailSender(
    host=os.environ["SENDCLOUD_SMTP_HOST"],
    port=int(os.environ["SENDCLOUD_SMTP_PORT"]),
    username=os.environ["SENDCLOUD_API_USER"],
    password=os.environ["SENDCLOUD_API_KEY"],
    use_starttls=False,
)
sender.send(
    subject="Hello %name%",
    sender="support@ifaxin.com",
    receivers=["ben@ifaxin.com"],
    text="Dear %name%",
    headers={
        "SC-Custom-key1": "value1",
        "X-SMTPAPI": base64.b64encode(json.dumps(api).encode()).decode(),
    },
)
