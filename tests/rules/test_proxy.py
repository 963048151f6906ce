"""The PROXY protocol: the headers of its specification, and any octets in any chunking."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import example, given, strategies as st

from sendcloud_inbound.rules import proxy
from sendcloud_inbound.rules.proxy import NOBODY, Header

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LONGEST = 16 + 65535


def version_2(command: int, family: int, octets: bytes) -> bytes:
    """Write a header of version 2."""
    return SIGNATURE + struct.pack("!BBH", command, family, len(octets)) + octets


def addresses(source: str, target: str, *ports: int) -> bytes:
    """Write the address block of TCP over IPv4 or IPv6."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    packed = socket.inet_pton(family, source) + socket.inet_pton(family, target)
    return packed + struct.pack("!HH", *ports)


FOUR = addresses("192.0.2.1", "10.0.0.9", 1025, 25)
SIX = addresses("2001:db8::1", "::1", 65535, 25)
TLV = b"\x04\0\x03abc"


def taken(stream: bytes, chunk: int = LONGEST) -> tuple[bytes, bytes]:
    """Read a header off a stream as a socket would give it; return it, and what is left."""
    head = bytearray()
    while (more := min(proxy.wanted(head), chunk)) and (octets := stream[:more]):
        head += octets
        stream = stream[more:]
    return bytes(head), stream


@pytest.mark.parametrize(
    ("octets", "client", "line"),
    [
        (
            b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25\r\n",
            ("192.0.2.1", 1025),
            b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25",
        ),
        (
            b"PROXY TCP6 2001:DB8:0:0:0:0:0:1 ::1 65535 25\r\n",
            ("2001:db8::1", 65535),
            b"PROXY TCP6 2001:db8::1 ::1 65535 25",
        ),
        (
            version_2(0x21, 0x11, FOUR),
            ("192.0.2.1", 1025),
            b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25",
        ),
        (
            version_2(0x21, 0x21, SIX + TLV),
            ("2001:db8::1", 65535),
            b"PROXY TCP6 2001:db8::1 ::1 65535 25",
        ),
    ],
)
def test_the_client_is_whom_the_balancer_names(
    octets: bytes, client: tuple[str, int], line: bytes
) -> None:
    """Both versions, both families, with or without extensions; what follows is not touched."""
    head, left = taken(octets + b"EHLO x\r\n")
    assert (head, left) == (octets, b"EHLO x\r\n")
    assert proxy.read(head) == Header(client, line)


@pytest.mark.parametrize(
    "octets",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
        version_2(0x20, 0x00, b""),
        version_2(0x20, 0x11, FOUR),
        version_2(0x21, 0x00, b"whatever"),
        version_2(0x21, 0x31, bytes(216)),
    ],
)
def test_a_balancer_may_name_nobody(octets: bytes) -> None:
    """Its health checks (LOCAL, UNKNOWN), and clients that have no address."""
    head, left = taken(octets + b"QUIT\r\n")
    assert (head, left) == (octets, b"QUIT\r\n")
    assert proxy.read(head) == NOBODY
    assert NOBODY.is_check


@pytest.mark.parametrize(
    "octets",
    [
        b"EHLO x\r\n",
        b"PROXY\r\n",
        b"PROXY  UNKNOWN\r\n",
        b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25\n",
        b"PROXY TCP4 192.0.2.1  10.0.0.9 1025 25\r\n",
        b"PROXY TCP4 192.0.2.1 10.0.0.9 1025\r\n",
        b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25 \r\n",
        b"PROXY TCP4 192.0.2.1 10.0.0.9 01025 25\r\n",
        b"PROXY TCP4 192.0.2.1 10.0.0.9 65536 25\r\n",
        b"PROXY TCP4 192.0.2.256 10.0.0.9 1025 25\r\n",
        b"PROXY TCP4 ::1 ::1 1025 25\r\n",
        b"PROXY TCP6 192.0.2.1 10.0.0.9 1025 25\r\n",
        b"PROXY UDP4 192.0.2.1 10.0.0.9 1025 25\r\n",
        b"PROXY UNKNOWN " + b"x" * 92 + b"\r\n",
        version_2(0x11, 0x11, FOUR),
        version_2(0x22, 0x11, FOUR),
        version_2(0x21, 0x12, FOUR),
        version_2(0x21, 0x11, FOUR[:-1]),
        version_2(0x21, 0x21, FOUR),
        version_2(0x21, 0x31, FOUR),
        version_2(0x21, 0x11, FOUR)[:-1],
        b"",
    ],
)
def test_what_is_no_header_is_none(octets: bytes) -> None:
    """Nothing is made of half of one, nor of what a version does not have."""
    head, _ = taken(octets)
    assert proxy.read(head) is None


def test_an_smtp_client_is_known_by_its_first_octets() -> None:
    """It is told at once, not after a time-out."""
    assert proxy.wanted(b"E") == 0
    assert proxy.wanted(b"PROXZ") == 0
    assert proxy.wanted(b"\r\n\r\nE") == 0


headers = st.sampled_from(
    [
        b"PROXY TCP4 192.0.2.1 10.0.0.9 1025 25\r\n",
        b"PROXY ",
        SIGNATURE,
        version_2(0x21, 0x11, FOUR),
    ]
)


@given(headers, st.binary(max_size=300), st.integers(1, 300), st.integers(0, 60))
@example(SIGNATURE, b"\x21\x11\xff\xff" + bytes(70_000), 1000, 0)
def test_any_octets_in_any_chunking(start: bytes, rest: bytes, chunk: int, cut: int) -> None:
    """Never an exception, never more than a header may have, and the same whatever the chunking."""
    stream = start[: len(start) - cut] + rest if cut < len(start) else rest
    head, left = taken(stream, chunk)
    assert head + left == stream
    assert len(head) <= LONGEST
    header = proxy.read(head)
    assert proxy.read(taken(stream)[0]) == header
    if header is not None and header.client is not None:
        assert str(ip_address(header.client[0])) == header.client[0]
        again, _ = taken(header.line + b"\r\n")
        assert proxy.read(again) == header


@given(st.binary(max_size=200))
def test_read_takes_anything(octets: bytes) -> None:
    """Also what was not read off a socket."""
    assert proxy.read(octets) is None or octets.startswith((b"PROXY ", SIGNATURE))


@pytest.mark.parametrize(
    ("host", "is_there"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.0.0.1", False),
        ("fe80::1%eth0", True),
        ("::1", False),
    ],
)
def test_networks_hold_addresses_as_sockets_give_them(host: str, *, is_there: bool) -> None:
    """IPv4 also in the spelling of a socket for both families; IPv6 with a zone."""
    networks = [ip_network("10.0.0.0/8"), ip_network("fe80::/10")]
    assert proxy.is_among(host, networks) is is_there
