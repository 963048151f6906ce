"""Addresses of listeners as the command line takes them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.config import parse_listener
from sendcloud_inbound.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("127.0.0.1:2525", ("127.0.0.1", 2525)),
        ("10.0.0.1:0", ("10.0.0.1", 0)),
        ("localhost:65535", ("localhost", 65535)),
        ("mail.example.com:25", ("mail.example.com", 25)),
        ("[::1]:2525", ("::1", 2525)),
        ("[fe80::1%eth0]:2525", ("fe80::1%eth0", 2525)),
        (":2525", ("127.0.0.1", 2525)),
    ],
)
def test_host_and_port_are_taken_apart(text: str, listener: tuple[str, int]) -> None:
    """IPv6 stands in brackets; without a host it is this machine alone."""
    assert parse_listener(text) == listener


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "2525",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:smtp",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "127.0.0.1: 25",
        "127.0.0.1:٢٥",
        "127.0.0.256:25",
        "1.2.3:25",
        "*:25",
        "a b:25",
        "[]:25",
        "[localhost]:25",
        "http://localhost:25",
    ],
)
def test_anything_else_is_told(text: str) -> None:
    """The complaint names the option, shows the text and gives the form."""
    with pytest.raises(ConfigError) as refusal:
        parse_listener(text, "--smtp")
    assert str(refusal.value) == (
        f"--smtp: {text!r} is not HOST:PORT; give one such as 127.0.0.1:2525, with a port from 0 "
        "to 65535"
    )


@pytest.mark.parametrize("text", ["::1:2525", "[::1]", "::1"])
def test_ipv6_without_brackets_is_told_of_them(text: str) -> None:
    """Where the address ends and the port begins cannot be known without brackets."""
    with pytest.raises(ConfigError, match=r"the listener: .* give one such as \[::1\]:2525"):
        parse_listener(text)


@given(st.text())
def test_any_text_is_a_listener_or_our_error(text: str) -> None:
    """Nothing else comes out, and the complaint is one printable line."""
    host, port, complaint = "", -1, ""
    try:
        host, port = parse_listener(text)
    except ConfigError as refusal:
        complaint = str(refusal)
    assert (host and 0 <= port <= 65535) or (complaint and complaint.isprintable())
