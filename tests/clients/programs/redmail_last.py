"""redmail made right: it builds the message, then X-SMTPAPI is set as it is, last."""

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
message = sender.get_message(
    subject="Hello %name%",
    sender="support@ifaxin.com",
    receivers=["ben@ifaxin.com"],
    text="Dear %name%",
    html="<p>Dear %name%</p>",
    headers={"SC-Custom-key1": "value1"},
)
message.policy = message.policy.clone(refold_source="none")
message.set_raw("X-SMTPAPI", base64.b64encode(json.dumps(api).encode()).decode())
with sender:
    sender.send_message(message)
