"""The HTTP side: what shows mail and makes things happen to it, for programs and for people."""

from __future__ import annotations

from sendcloud_inbound.http.app import build
from sendcloud_inbound.http.login import Credentials
from sendcloud_inbound.http.parts import Parts
from sendcloud_inbound.http.server import HttpServer

__all__ = ["Credentials", "HttpServer", "Parts", "build"]
