"""EmailMessage with white space each 60 characters of the base64: folded there, and plain."""

from __future__ import annotations

import base64
import json
import os
import smtplib
import textwrap
from email.message import EmailMessage

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
message = EmailMessage()
message["Subject"] = "Hello %name%"
message["From"] = "support@ifaxin.com"
message["To"] = "ben@ifaxin.com"
message["SC-Custom-key1"] = "value1"
message.set_content("Dear %name%")
value = base64.b64encode(json.dumps(api).encode()).decode()
message["X-SMTPAPI"] = " ".join(textwrap.wrap(value, 60))

with smtplib.SMTP(os.environ["SENDCLOUD_SMTP_HOST"], int(os.environ["SENDCLOUD_SMTP_PORT"])) as s:
    s.login(os.environ["SENDCLOUD_API_USER"], os.environ["SENDCLOUD_API_KEY"])
    s.send_message(message, "support@ifaxin.com", ["ben@ifaxin.com"])
