"""django-sendcloud2, its EmailBackend: the address of the API is changed by a subclass."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.mail import EmailMessage
from sendcloud.email import EmailBackend

settings.configure(
    SENDCLOUD={
        "email": {
            "api_user": os.environ["SENDCLOUD_API_USER"],
            "api_key": os.environ["SENDCLOUD_API_KEY"],
        }
    }
)


class SandboxBackend(EmailBackend):
    """EMAIL_BACKEND of a project that is tried out."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._api_url = os.environ["SENDCLOUD_HTTP_URL"] + "/apiv2/mail/send"


mail = EmailMessage(
    "您的账单",
    "亲爱的客户",
    "爱发信 <support@ifaxin.com>",
    ["ben@ifaxin.com", "joe@ifaxin.com"],
    reply_to=["sales@ifaxin.com", "help@ifaxin.com"],
)
print(SandboxBackend().send_messages([mail]))
