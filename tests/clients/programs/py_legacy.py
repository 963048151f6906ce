"""smtplib with a plain str for X-SMTPAPI, sent as a string: one line of any length."""

from __future__ import annotations

import base64
import json
import os
import smtplib
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
message = MIMEMultipart("alternative")
message["Subject"] = "Hello %name%"
message["From"] = "support@ifaxin.com"
message["SC-Custom-key1"] = "value1"
message.attach(MIMEText("Dear %name%", "plain", "utf-8"))
value = base64.b64encode(json.dumps(api).encode()).decode()
message["X-SMTPAPI"] = value

with smtplib.SMTP(os.environ["SENDCLOUD_SMTP_HOST"], int(os.environ["SENDCLOUD_SMTP_PORT"])) as s:
    s.login(os.environ["SENDCLOUD_API_USER"], os.environ["SENDCLOUD_API_KEY"])
    s.sendmail("support@ifaxin.com", ["ben@ifaxin.com"], message.as_string())
