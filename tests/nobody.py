"""An address where nobody is."""

from __future__ import annotations

import socket


def nobody() -> str:
    """Return an address where nobody listens: its port is taken for good, and answers no call."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    _TAKEN.append(taken)
    return "{}:{}".format(*taken.getsockname())


_TAKEN: list[socket.socket] = []
"""Else another test's server may be given the port a moment later."""
