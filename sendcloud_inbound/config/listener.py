"""The address of a listener as it is given on the command line."""

from __future__ import annotations

import re

from sendcloud_inbound.config.values import is_host
from sendcloud_inbound.errors import ConfigError

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65535

_LISTENER = re.compile(r"(?:\[(?P<ipv6>[^\]]*:[^\]]*)\]|(?P<host>[^:]*)):(?P<port>[0-9]{1,5})")


def parse_listener(text: str, name: str = "the listener") -> tuple[str, int]:
    """Take `HOST:PORT` apart; an IPv6 address stands in brackets.

    `:2525` means 127.0.0.1, not every address: a sandbox is opened to a network by saying so.

    Args:
        text: Such as `127.0.0.1:2525`, `[::1]:0` or `0.0.0.0:25`.
        name: What the address is for, such as `--smtp`; the complaint begins with it.

    Raises:
        ConfigError: It is no such address.
    """
    parts = _LISTENER.fullmatch(text)
    if parts:
        host, port = parts["ipv6"] or parts["host"] or LOOPBACK, int(parts["port"])
        if is_host(host) and port <= HIGHEST_PORT:
            return host, port
    raise ConfigError(f"{name}: {text!r} is not HOST:PORT; give one such as {_example(text)}")


def _example(text: str) -> str:
    ipv6 = text.count(":") > 1 and not text.strip("0123456789abcdefABCDEF:.[]")
    return "[::1]:2525" if ipv6 else "127.0.0.1:2525, with a port from 0 to 65535"
