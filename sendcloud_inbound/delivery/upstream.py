"""The server that a relay hands mail to: where it is, how to speak with it, who may get mail."""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass, field
from typing import Literal

from sendcloud_inbound.errors import StartupError


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """All that a relay has to know; nothing leaves while `allow` is empty."""

    host: str
    port: int = 25
    tls: Literal["none", "starttls", "implicit"] = "none"
    """With `starttls` a server that does not offer it gets nothing."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    helo: str = "localhost"
    ca_file: str | None = None
    """Certificates to trust instead of the system's."""
    verify: bool = True
    """Whether the server must prove its name."""
    timeout_s: float = 30.0
    """For a connection with greeting, TLS and login; then for the reply to each command."""
    final_timeout_s: float = 600.0
    """For the reply to the end of DATA: who gives up early sends twice (RFC 5321 4.5.3.2.6)."""
    idle_s: float = 30.0
    """A connection without mail is closed after so long."""
    concurrency: int = 10
    """Most connections at a time."""
    allow: tuple[str, ...] = ()
    """Patterns of recipients that mail may leave to (`rules.recipients`)."""
    block: tuple[str, ...] = ()
    """Patterns of recipients that mail never leaves to, allowed or not."""

    @property
    def where(self) -> str:
        """The server, for people."""
        return f"{self.host}:{self.port}"

    def tls_context(self) -> ssl.SSLContext | None:
        """Return what TLS trusts, None without TLS; `StartupError` when that cannot be read."""
        if self.tls == "none":
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            text = f"the certificates in {self.ca_file} cannot be read: {error.strerror or error}"
            raise StartupError(text) from error
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def mask(self, text: str) -> str:
        """Return a text of the server's without the password, which some repeat from a command."""
        for secret in self._secrets():
            text = text.replace(secret, "********")
        return text

    def _secrets(self) -> list[str]:
        if not self.password:
            return []
        plain = f"\0{self.username or ''}\0{self.password}"
        return [
            self.password,
            *(base64.b64encode(text.encode()).decode() for text in (self.password, plain)),
        ]
