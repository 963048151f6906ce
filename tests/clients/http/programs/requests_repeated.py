"""requests with lists among its data: a parameter is repeated for each, as replyTo is here."""

from __future__ import annotations

import json
import os

import requests

api = {"to": ["ben@ifaxin.com", "joe@ifaxin.com"], "sub": {"%name%": ["小本", "小乔"]}}
answer = requests.post(
    os.environ["SENDCLOUD_HTTP_URL"] + "/api/mail/send",
    data={
        "apiUser": os.environ["SENDCLOUD_API_USER"],
        "apiKey": os.environ["SENDCLOUD_API_KEY"],
        "from": "support@ifaxin.com",
        "fromName": "爱发信",
        "replyTo": ["sales@ifaxin.com", "help@ifaxin.com"],
        "subject": "%name%，您的账单",
        "plain": "亲爱的%name%",
        "xsmtpapi": json.dumps(api, ensure_ascii=False),
    },
    files=[
        ("attachments", ("账单.txt", "99.5 元\n".encode(), "text/plain")),
        ("attachments", ("logo.png", b"\x89PNG\r\n\x1a\n", "image/png")),
    ],
    timeout=30,
)
print(answer.text)
