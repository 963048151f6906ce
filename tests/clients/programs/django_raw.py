"""Django made right: X-SMTPAPI is put on the finished message, as a Header, unfolded."""

from __future__ import annotations

import base64
import json
import os
from email.header import Header
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

settings.configure(
    EMAIL_HOST=os.environ["SENDCLOUD_SMTP_HOST"],
    EMAIL_PORT=int(os.environ["SENDCLOUD_SMTP_PORT"]),
    EMAIL_HOST_USER=os.environ["SENDCLOUD_API_USER"],
    EMAIL_HOST_PASSWORD=os.environ["SENDCLOUD_API_KEY"],
)


class SendCloudMessage(EmailMessage):
    """A message with X-SMTPAPI, one line however long, after all other headers."""

    api: dict[str, Any]

    def message(self) -> Any:
        """Return the message that is sent."""
        message = super().message()
        value = base64.b64encode(json.dumps(self.api).encode()).decode()
        message.set_raw("X-SMTPAPI", Header(value))
        return message


mail = SendCloudMessage(
    "Hello %name%",
    "Dear %name%",
    "support@ifaxin.com",
    ["ben@ifaxin.com"],
    headers={"SC-Custom-key1": "value1"},
)
mail.api = {
    "to": ["ben@ifaxin.com", "joe@ifaxin.com", "bida@ifaxin.com"],
    "sub": {"%name%": ["Ben", "Joe", "Bida"]},
}
mail.send()
