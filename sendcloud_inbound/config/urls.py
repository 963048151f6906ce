"""The URL by which others reach the HTTP side: what links in mail begin with."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from sendcloud_inbound.config.values import Expects, is_host

_SERVER = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<host>[^:/%]+))(?::(?P<port>[0-9]{1,5}))?",
    re.IGNORECASE | re.ASCII,
)
_HIGHEST_PORT = 65535
_USUAL = {"http": 80, "https": 443}


def _server_url(value: str) -> str:
    url = value.lower().removesuffix("/")
    if not url:
        return ""
    found = _SERVER.fullmatch(url)
    if found is None or not is_host(found["ipv6"] or found["host"]):
        raise ValueError
    if not 0 < int(found["port"] or _USUAL[found["scheme"]]) <= _HIGHEST_PORT:
        raise ValueError
    return url


ServerUrl = Annotated[
    str,
    AfterValidator(_server_url),
    Expects("the URL of a server", "scheme, host and port such as https://mail.example.com:8025"),
]


def with_host(url: str, host: str) -> str:
    """Return the URL of a server with another host: scheme and port stay."""
    found = _SERVER.fullmatch(url)
    if found is None:
        raise ValueError(f"not the URL of a server: {url[:80]!r}")
    port = int(found["port"] or 0)
    is_usual = port in (0, _USUAL[found["scheme"]])
    return f"{found['scheme']}://{host}" + ("" if is_usual else f":{port}")
