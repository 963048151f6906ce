"""The sections of the settings: names, defaults, bounds and what each is for.

Each description stands word for word above the same setting in `config.example.toml`.
The values are SENDCLOUD.md's where it gives one (sections 1.6 and 2), else a decision (D5, D7,
D8, D28, D33, S17 to S19).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sendcloud_inbound.config import values
from sendcloud_inbound.config.urls import ServerUrl
from sendcloud_inbound.errors import ConfigError
from sendcloud_inbound.rules.model import Fidelity


class Section(BaseModel):
    """A table of the config file: fixed once read, and no key but its own."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )


class Smtp(Section):
    """The SMTP listener and the bounds of a session."""

    host: values.Host = Field(
        default="127.0.0.1",
        description="Address to listen on. 0.0.0.0 lets other machines in: in a container, or "
        "on a server that others send to.",
    )
    port: values.Port = Field(
        default=2525,
        description="Port to listen on. 0 takes any free one, which the log and the ports file "
        "tell: for tests that run side by side.",
    )
    processes: values.Processes = Field(
        default=1,
        description="Processes that take mail in, on one port and into one store, beside the one "
        "that was started. For machines with four cores or more; each has its share of "
        "max_connections and counts its own messages for limits.",
    )
    max_message_bytes: values.Count = Field(
        default=16_000_000,
        description="Largest message, in octets, as the SIZE line of EHLO announces it. A live "
        "server was seen with 73400320.",
    )
    idle_timeout_s: values.Duration = Field(
        default=300,
        description="Seconds without an octet until the session ends with 421 timeout. Lower it "
        "to test how a client takes that.",
    )
    max_connections: values.Limit = Field(
        default=0,
        description="Most connections at a time, 0 for no limit. Set it where memory or file "
        "descriptors are short.",
    )
    max_recipients: values.Limit = Field(
        default=0,
        description="Most RCPT commands of one message, 0 for no limit. SendCloud documents "
        "none; set it to test a client that meets one.",
    )
    max_messages_per_connection: values.Limit = Field(
        default=0,
        description="Most messages in one session, 0 for no limit. Set it to test that a client "
        "reconnects.",
    )
    max_unrecognized_commands: values.Limit = Field(
        default=0,
        description="Unknown commands until the session ends with 521, 0 for never. Set it where "
        "strangers can reach the port.",
    )
    auth_failure_delay_s: values.Delay = Field(
        default=1,
        description="Seconds before the first 535 of a session; each further failure waits twice "
        "as long. 0 answers at once: for tests.",
    )
    auth_failure_delay_max_s: values.Delay = Field(
        default=30,
        description="Longest wait before a 535. Lower it where a client gives up sooner.",
    )
    max_transaction_s: values.Delay = Field(
        default=0,
        description="Most seconds from MAIL to the final dot, 0 for no limit. Set it against "
        "clients that send one octet a minute.",
    )
    tls_cert: values.OptionalFile = Field(
        default=None,
        description="PEM file of the certificate and its chain. Set it, with tls_key, to offer "
        "STARTTLS.",
    )
    tls_key: values.OptionalFile = Field(
        default=None,
        description="PEM file of the certificate's private key. Needed with tls_cert.",
    )
    implicit_tls_port: values.OptionalPort = Field(
        default=None,
        description="Second port, where TLS comes before the first line, as on 465. 0 takes any "
        "free one. Needs tls_cert.",
    )

    proxy_protocol: values.Switch = Field(
        default=False,
        description="Let a load balancer such as HAProxy say for whom it connects, by the PROXY "
        "protocol, version 1 or 2 (send-proxy, send-proxy-v2), also on the port of implicit TLS. "
        "Needs proxy_trusted.",
    )
    proxy_trusted: values.Networks = Field(
        default=(),
        description="Addresses and networks of the load balancers. A connection from there has "
        "to begin with a PROXY header; from anywhere else it is refused.",
    )

    @model_validator(mode="after")
    def _proxies_are_whole(self) -> Self:
        if self.proxy_protocol and not self.proxy_trusted:
            values.refuse(
                "nobody would be believed; set smtp.proxy_trusted to the load balancers' networks",
                "proxy_protocol",
            )
        if self.proxy_trusted and not self.proxy_protocol:
            values.refuse("networks without the protocol; set smtp.proxy_protocol", "proxy_trusted")
        return self

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> Self:
        if self.tls_cert and not self.tls_key:
            values.refuse("a certificate without its key; set smtp.tls_key too", "tls_cert")
        if self.tls_key and not self.tls_cert:
            values.refuse("a key without its certificate; set smtp.tls_cert too", "tls_key")
        if self.implicit_tls_port is not None and not self.tls_cert:
            values.refuse(
                "TLS without a certificate; set smtp.tls_cert",
                "implicit_tls_port",
            )
        return self


class Http(Section):
    """The HTTP listener: the inspection API and tracking links."""

    host: values.Host = Field(
        default="127.0.0.1",
        description="Address to listen on. Open it (0.0.0.0) only where everybody may read the "
        "mail, or set username and password.",
    )
    port: values.Port = Field(
        default=8025,
        description="Port to listen on. 0 takes any free one, which the log and the ports file "
        "tell: for tests that run side by side.",
    )
    public_url: ServerUrl = Field(
        default="",
        description="Scheme, host and port by which others reach this side: what tracking links "
        "begin with. Empty: the address above. Set it behind a proxy, in a container whose port "
        "has another number outside, and in processes without the role http.",
    )
    username: values.OptionalText = Field(
        default=None,
        description="Name to log in with, by HTTP Basic. Set it, with password, where others can "
        "reach the port. SendCloud's own API, tracking links and health ask for no login.",
    )
    password: values.OptionalSecret = Field(
        default=None, description="Password of that login. Needed with username."
    )

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if (self.username is None) != (self.password is None):
            values.refuse("a login is username and password; set both or none", "username")
        if self.username is not None and ":" in self.username:
            values.refuse("HTTP Basic has no colon in a name; leave it out", "username")
        return self


class Store(Section):
    """Where mail is kept."""

    url: values.StoreUrl = Field(
        default="",
        description="Database of messages and emails. Empty: an SQLite file in the user's data "
        "directory. sqlite:///PATH: that file (sqlite:////PATH from the root). sqlite://: a "
        "private file, deleted at the stop. postgresql://USER:PASSWORD@HOST:PORT/DATABASE: for "
        "several machines.",
    )
    lease_s: values.Duration = Field(
        default=30,
        description="Seconds a worker may take for the messages it claimed before another one "
        "gets them. Raise it on a machine that stalls; lower it to see a crash mended sooner.",
    )

    def location(self) -> str:
        """Return the URL to open: the one given, else that of the file in the data directory."""
        if self.url:
            return self.url
        with suppress(RuntimeError):  # what platformdirs raises, or it leaves a `~` in the path
            directory = platformdirs.user_data_path("sendcloud-inbound", appauthor=False)
            if directory.is_absolute():
                return f"sqlite:///{directory / 'store.db'}"
        raise ConfigError("store.url: no home directory is known; give sqlite:///PATH")


class Ids(Section):
    """The parts of a messageId (SENDCLOUD.md 2.1)."""

    region: values.RegionName = Field(
        default="sc",
        description="First letters of the host in a messageId: sc (China) or sg (Singapore). "
        "Change it for a client that looks at them.",
    )
    ip: values.IPv4 = Field(
        default="10.10.127.51",
        description="Address in a messageId. Change it to tell several sandboxes apart.",
    )
    seed: values.OptionalSerial = Field(
        default=None,
        description="Number from which the varying parts of messageIds are made, so that they "
        "repeat from run to run. Not set: they differ.",
    )


class Mode(Section):
    """How the sandbox differs from SendCloud on purpose."""

    fidelity: values.FidelityName = Field(
        default=Fidelity.FAITHFUL,
        description="faithful: accept what SendCloud accepts, even when it fails later. strict: "
        "refuse it at once, with the reason.",
    )


class Api(Section):
    """SendCloud's HTTP API."""

    approve_templates: values.Switch = Field(
        default=True,
        description="Approve a template as soon as it is submitted, so that it can be sent at "
        "once. false: it waits until somebody approves or refuses it, as in production.",
    )


class Worker(Section):
    """The worker: from a message to its emails."""

    max_attempts: values.Count = Field(
        default=5,
        description="Attempts at a message that makes the worker fail, until it becomes invalid. "
        "Raise it where the cause may last, such as a full disk.",
    )
    retry_delay_s: values.Delay = Field(
        default=1,
        description="Seconds before the second attempt; each further one waits twice as long. "
        "Lower it for tests.",
    )
    batch_size: values.Count = Field(
        default=100,
        description="Most messages claimed at a time. Lower it to share a queue more evenly "
        "among many workers.",
    )


class Log(Section):
    """What the program tells on stderr."""

    format: values.LogFormatName = Field(
        default="auto",
        description="console: for people. json: one object a line, for collectors. auto: console "
        "on a terminal, else json.",
    )
    level: values.LogLevelName = Field(
        default="info",
        description="Least level to write: debug, info, warning or error. warning leaves out the "
        "line of each message.",
    )
