"""Django's EmailMultiAlternatives, custom headers by its `headers`."""

from __future__ import annotations

import base64
import json
import os

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

settings.configure(
    EMAIL_HOST=os.environ["SENDCLOUD_SMTP_HOST"],
    EMAIL_PORT=int(os.environ["SENDCLOUD_SMTP_PORT"]),
    EMAIL_HOST_USER=os.environ["SENDCLOUD_API_USER"],
    EMAIL_HOST_PASSWORD=os.environ["SENDCLOUD_API_KEY"],
)
api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
mail = EmailMultiAlternatives(
    "Hello %name%",
    "Dear %name%",
    "support@ifaxin.com",
    ["ben@ifaxin.com"],
    headers={
        "SC-Custom-key1": "value1",
        "X-SMTPAPI": base64.b64encode(json.dumps(api).encode()).decode(),
    },
)
mail.attach_alternative("<p>Dear %name%</p>", "text/html")
mail.send()
