"""What the vendor's Python SDK posts: every parameter it has, form-urlencoded without files.

Truth has a capital, but for useAddressList, and what is not set in xsmtpapi is null.
"""

from __future__ import annotations

import json
import os
from urllib.parse import urlencode
from urllib.request import urlopen

api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com"],
    "sub": {"%name%": ["小本", "小乔"]},
    "pubsub": None,
    "filters": {
        "subscription_tracking": {"settings": {"enable": "0"}},
        "open_tracking": {"settings": {"enable": "0"}},
        "click_tracking": {"settings": {"enable": "0"}},
    },
    "settings": None,
}
form = {
    "apiUser": os.environ["SENDCLOUD_API_USER"],
    "apiKey": os.environ["SENDCLOUD_API_KEY"],
    "from": "support@ifaxin.com",
    "to": "ben@ifaxin.com",
    "subject": "%name%，您的账单",
    "html": "<p>亲爱的%name%</p>",
    "contentSummary": "九十九元五角",
    "fromName": "爱发信",
    "cc": "cc@ifaxin.com",
    "bcc": "bcc@ifaxin.com",
    "replyTo": "sales@ifaxin.com;help@ifaxin.com",
    "labelName": "账单",
    "headers": json.dumps({"SC-Custom-key1": "value1"}),
    "xsmtpapi": json.dumps(api),
    "plain": "亲爱的%name%",
    "respEmailId": True,
    "useNotification": True,
    "useAddressList": "false",
}
url = os.environ["SENDCLOUD_HTTP_URL"] + "/apiv2/mail/send"
with urlopen(url, urlencode(form).encode()) as answer:  # noqa: S310 - it is our own
    print(answer.read().decode())
