"""The vendor's Python sample as requests sent it in those days (urllib3 before 1.25).

A file name that is not ASCII is percent-encoded, by RFC 2231.
"""

from __future__ import annotations

import json
import os
import secrets
from urllib.parse import quote
from urllib.request import Request, urlopen

api = {"to": ["ben@ifaxin.com", "joe@ifaxin.com"], "sub": {"%name%": ["小本", "小乔"]}}
form = {
    "apiUser": os.environ["SENDCLOUD_API_USER"],
    "apiKey": os.environ["SENDCLOUD_API_KEY"],
    "from": "support@ifaxin.com",
    "fromName": "爱发信",
    "subject": "%name%，您的账单",
    "html": "<p>亲爱的%name%</p>",
    "xsmtpapi": json.dumps(api),
    "respEmailId": "true",
}
files = {
    "账单.txt": ("text/plain", "99.5 元\n".encode()),
    "logo.png": ("image/png", b"\x89PNG\r\n\x1a\n"),
}
boundary = secrets.token_hex(16)
body = b""
for name, value in form.items():
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    body += f"{head}{value}\r\n".encode()
for name, (kind, content) in files.items():
    # As requests does; no file name of this kind has a quotation mark in it.
    shown = f'filename="{name}"' if name.isascii() else f"filename*=utf-8''{quote(name)}"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="attachments"; {shown}\r\n'
    body += f"{head}Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n"
body += f"--{boundary}--\r\n".encode()

url = os.environ["SENDCLOUD_HTTP_URL"] + "/apiv2/mail/send"
request = Request(url, body)  # noqa: S310 - it is our own
request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
with urlopen(request) as answer:  # noqa: S310
    print(answer.read().decode())
