"""The HTTP side: the sandbox API to look at mail, and the health checks. It changes nothing."""

from __future__ import annotations

from sendcloud_inbound.http.app import build
from sendcloud_inbound.http.server import HttpServer

__all__ = ["HttpServer", "build"]
