"""A program of the shape that the guide prints for Python: smtplib, MIMEMultipart, Header.

Sends one message with an X-SMTPAPI header as its last and prints the emailIds, put together from
the reply as the guide tells (SENDCLOUD.md 1.10, 2.1, 3.8).

    guide_send.py HOST PORT API_USER API_KEY
"""

from __future__ import annotations

import base64
import json
import smtplib
import sys
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

HOST, PORT, API_USER, API_KEY = sys.argv[1:]

sender = "support@ifaxin.com"
to = ["ben@ifaxin.com", "joe@ifaxin.com"]
x_smtpapi = {"to": to, "sub": {"%name%": ["Ben", "Joe"], "%money%": [288, 497]}}

msg = MIMEMultipart("alternative")
msg["subject"] = "SendCloud Python SMTP"
msg["from"] = sender
msg["reply-to"] = sender
msg["SC-Custom-key1"] = "value1"
msg["SC-Custom-key2"] = "value2"
part = MIMEText(
    "亲爱的%name%:\n\n    您好! 您本月在爱发信的消费金额为: %money% 元.", "plain", "utf8"
)
msg.attach(part)
msg["X-SMTPAPI"] = Header(  # type: ignore[assignment]  # the guide's own way
    base64.b64encode(json.dumps(x_smtpapi).encode()).decode()
)

s = smtplib.SMTP()
s.connect(HOST, int(PORT))
s.login(API_USER, API_KEY)
s.mail(sender)
s.rcpt(to[0])
code, text = s.data(msg.as_string())
if code != 250:
    sys.exit(str(text))
message_id = str(text).split("#")[1]
for index, address in enumerate(to):
    print(f"{message_id}{index}${address}")
s.rset()
s.quit()
