"""A sandbox that behaves like SendCloud's inbound mail server."""

from __future__ import annotations

__version__ = "0.1.0"
