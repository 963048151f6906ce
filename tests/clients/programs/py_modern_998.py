"""EmailMessage with lines of 998: X-SMTPAPI stays in one piece while it fits."""

from __future__ import annotations

import base64
import json
import os
import smtplib
from email.message import EmailMessage
from email.policy import SMTP

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
value = base64.b64encode(json.dumps(api).encode()).decode()
message = EmailMessage(SMTP.clone(max_line_length=998))
message["Subject"] = "Hello %name%"
message["From"] = "support@ifaxin.com"
message["To"] = "ben@ifaxin.com"
message["SC-Custom-key1"] = "value1"
message.set_content("Dear %name%")
message.add_alternative("<p>Dear %name%</p>", subtype="html")
message["X-SMTPAPI"] = value

with smtplib.SMTP(os.environ["SENDCLOUD_SMTP_HOST"], int(os.environ["SENDCLOUD_SMTP_PORT"])) as s:
    s.login(os.environ["SENDCLOUD_API_USER"], os.environ["SENDCLOUD_API_KEY"])
    s.send_message(message, "support@ifaxin.com", ["ben@ifaxin.com"])
