"""The HTTP side: the sandbox API, which shows mail and makes things happen to it, and health."""

from __future__ import annotations

from sendcloud_inbound.http.app import build
from sendcloud_inbound.http.parts import Parts
from sendcloud_inbound.http.server import HttpServer

__all__ = ["HttpServer", "Parts", "build"]
