"""The PROXY protocol, versions 1 and 2: a load balancer says first for whom it connects.

HAProxy's "The PROXY protocol" (doc/proxy-protocol.txt), sections 2.1 and 2.2. How much may be read
is told step by step (`wanted`), so that nothing behind the header is taken from the socket: what
follows may be a TLS handshake.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Network = IPv4Network | IPv6Network

_V1 = b"PROXY "
_V1_LONGEST = 107
_V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_V2_FIXED = 16
"""Octets before the addresses, the last two of which tell how many there are."""

_LINE = re.compile(
    rb"PROXY (?:(?P<unknown>UNKNOWN)(?: [^\r\n]*)?"
    rb"|TCP(?P<family>[46]) (?P<source>[0-9a-fA-F.:]+) (?P<target>[0-9a-fA-F.:]+)"
    rb" (?P<port>0|[1-9][0-9]{0,4}) (?P<target_port>0|[1-9][0-9]{0,4}))\r\n"
)
_HIGHEST_PORT = 65535

_LOCAL, _PROXY = 0, 1
"""Version 2's commands."""
_STREAMS = {0x11: 4, 0x21: 16}
"""TCP over IPv4 and IPv6: how many octets an address has."""
_NAMELESS = frozenset({0x00, 0x31})
"""Families without an address to show: unspecified, and a Unix stream."""
_UNIX_OCTETS = 216


class Header(NamedTuple):
    """What a balancer said of a connection."""

    client: tuple[str, int] | None
    """Who connected to it; None when it does not say, or connects on its own behalf."""
    line: bytes
    """The same as version 1 writes it, without the line end: for transcripts."""

    @property
    def is_check(self) -> bool:
        """Whether it is the balancer's own connection, as far as it tells: a health check."""
        return self.client is None


NOBODY = Header(None, b"PROXY UNKNOWN")


def wanted(head: bytes | bytearray) -> int:
    """Return how many more octets certainly belong to a header that begins with `head`.

    0 when it is whole, or can be none: `read` tells which.
    """
    if not (_V1.startswith(head[: len(_V1)]) or _V2.startswith(head[: len(_V2)])):
        return 0
    if len(head) < len(_V2):  # the shortest line of version 1 has 15
        return len(_V2) - len(head)
    if head.startswith(_V2):
        return _wanted_of_v2(head)
    if b"\n" in head or len(head) >= _V1_LONGEST:
        return 0
    return 1 if head.endswith(b"\r") else min(2, _V1_LONGEST - len(head))


def _wanted_of_v2(head: bytes | bytearray) -> int:
    if len(head) < _V2_FIXED:
        return _V2_FIXED - len(head)
    return _V2_FIXED + int.from_bytes(head[14:16], "big") - len(head)


def read(head: bytes) -> Header | None:
    """Read a header; None when `head` is not one, whole and well-formed."""
    if head.startswith(_V2):
        whole = len(head) >= _V2_FIXED and not _wanted_of_v2(head)
        return _read_v2(head[12], head[13], head[_V2_FIXED:]) if whole else None
    found = _LINE.fullmatch(head)
    if found is None or len(head) > _V1_LONGEST:
        return None
    return NOBODY if found["unknown"] else _read_v1(found)


def _read_v1(found: re.Match[bytes]) -> Header | None:
    kind = IPv4Address if found["family"] == b"4" else IPv6Address
    try:
        source, target = (kind(found[name].decode()) for name in ("source", "target"))
    except ValueError:
        return None
    return _header(source, target, int(found["port"]), int(found["target_port"]))


def _read_v2(command: int, family: int, octets: bytes) -> Header | None:
    """Read what follows the signature; what it may not say makes it none (section 2.2)."""
    if command == 0x20 | _LOCAL:
        return NOBODY  # whatever addresses it bears
    if command != 0x20 | _PROXY:
        return None
    if family in _NAMELESS:
        return NOBODY if not family or len(octets) >= _UNIX_OCTETS else None
    size = _STREAMS.get(family)
    if size is None or len(octets) < 2 * size + 4:
        return None
    source, target = (ip_address(octets[at : at + size]) for at in (0, size))
    ports = octets[2 * size : 2 * size + 4]
    return _header(
        source, target, int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big")
    )


def _header(
    source: IPv4Address | IPv6Address, target: IPv4Address | IPv6Address, port: int, to_port: int
) -> Header | None:
    if max(port, to_port) > _HIGHEST_PORT:
        return None
    line = f"PROXY TCP{source.version} {source} {target} {port} {to_port}"
    return Header((str(source), port), line.encode())


def is_among(host: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address, as a socket gives it, is in one of some networks."""
    address = ip_address(host.partition("%")[0])  # without its zone (RFC 4007)
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped  # what a socket for both families makes of IPv4
    return any(address in network for network in networks)
