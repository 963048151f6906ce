"""Flask-Mail's Message with `extra_headers`."""

from __future__ import annotations

import base64
import json
import os

from flask import Flask
from flask_mail import Mail, Message

app = Flask("shop")
app.config.update(
    MAIL_SERVER=os.environ["SENDCLOUD_SMTP_HOST"],
    MAIL_PORT=int(os.environ["SENDCLOUD_SMTP_PORT"]),
    MAIL_USERNAME=os.environ["SENDCLOUD_API_USER"],
    MAIL_PASSWORD=os.environ["SENDCLOUD_API_KEY"],
)
api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
message = Message(
    "Hello %name%",
    sender="support@ifaxin.com",
    recipients=["ben@ifaxin.com"],
    body="Dear %name%",
    html="<p>Dear %name%</p>",
    extra_headers={
        "SC-Custom-key1": "value1",
        "X-SMTPAPI": base64.b64encode(json.dumps(api).encode()).decode(),
    },
)
with app.app_context():
    Mail(app).send(message)
