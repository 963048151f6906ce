"""smtplib with encodebytes, which wraps: the lines after the first are no header at all."""

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
value = base64.encodebytes(json.dumps(api).encode()).decode().strip()
message = MIMEMultipart("alternative")
message["Subject"] = "Hello %name%"
message["From"] = "support@ifaxin.com"
message["SC-Custom-key1"] = "value1"
message.attach(MIMEText("Dear %name%", "plain", "utf-8"))
message.attach(MIMEText("<p>Dear %name%</p>", "html", "utf-8"))
message["X-SMTPAPI"] = value

with smtplib.SMTP(os.environ["SENDCLOUD_SMTP_HOST"], int(os.environ["SENDCLOUD_SMTP_PORT"])) as s:
    s.login(os.environ["SENDCLOUD_API_USER"], os.environ["SENDCLOUD_API_KEY"])
    s.sendmail("support@ifaxin.com", ["ben@ifaxin.com"], message.as_string())
