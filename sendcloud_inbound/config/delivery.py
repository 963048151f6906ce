"""The settings of where emails go once they are expanded."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from sendcloud_inbound.config import values
from sendcloud_inbound.config.sections import Section


class Delivery(Section):
    """Where emails go once they are expanded."""

    target: values.TargetName = Field(
        default="mailbox",
        description="mailbox: they stay here, to be looked at. maildir: each is written as a file "
        "too. relay: each is sent on to a server, for recipients that allow names.",
    )
    maildir: values.OptionalDirectory = Field(
        default=None,
        description="Directory of the maildir, made when it is not there. Needed for that target.",
    )
    host: values.OptionalHost = Field(
        default=None,
        description="Server that mail is relayed to. Needed for that target; with another target "
        "it serves for releasing single emails.",
    )
    port: values.Port = Field(
        default=25, description="Its port. 587 for most that want a login, 465 for implicit TLS."
    )
    tls: values.TlsName = Field(
        default="none",
        description="none: in clear. starttls: not without it. implicit: TLS before the first "
        "line.",
    )
    verify: values.Switch = Field(
        default=True,
        description="Whether the server must prove its name by its certificate. Turn it off only "
        "for a server of your own that cannot.",
    )
    ca_file: values.OptionalFile = Field(
        default=None,
        description="PEM file of the certificates to trust instead of the system's. Set it for a "
        "server with a certificate of your own.",
    )
    username: values.OptionalText = Field(
        default=None, description="Name to log in with, if the server wants one."
    )
    password: values.OptionalSecret = Field(default=None, description="Password of that login.")
    helo: values.Domain = Field(
        default="localhost",
        description="Name to greet the server with. Set it to this machine's own where the server "
        "checks it.",
    )
    allow: values.Patterns = Field(
        default=(),
        description="Recipients that mail may leave to: patterns such as *@example.com, or "
        "example.com. Empty: nothing leaves, all is kept here as delivered.",
    )
    block: values.Patterns = Field(
        default=(),
        description="Recipients that mail never leaves to, though allow names them.",
    )
    timeout_s: values.Duration = Field(
        default=30,
        le=120,
        description="Seconds for a connection, and for the reply to each command. Raise it for a "
        "slow server.",
    )
    concurrency: values.Count = Field(
        default=10,
        description="Most emails sent at a time by all workers of a store together, each over a "
        "connection of its own. Lower it for a server that takes fewer.",
    )
    max_attempts: values.Count = Field(
        default=5,
        description="Attempts at an email that is put off, until it is a soft bounce.",
    )
    retry_delay_s: values.Delay = Field(
        default=60,
        description="Seconds before the second attempt; each further one waits twice as long, an "
        "hour at most. Lower it for tests.",
    )

    @model_validator(mode="after")
    def _target_is_whole(self) -> Self:
        if self.target == "maildir" and self.maildir is None:
            values.refuse("maildir without a directory; set delivery.maildir", "target")
        if self.target == "relay" and self.host is None:
            values.refuse("relay without a server; set delivery.host", "target")
        if (self.username is None) != (self.password is None):
            values.refuse("a login is username and password; set both or none", "username")
        return self
