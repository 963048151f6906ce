"""Tracking: links, open pixel and unsubscribe link of delivered mail (SENDCLOUD.md 6)."""

from __future__ import annotations

from sendcloud_inbound.rules.tracking.tokens import read
from sendcloud_inbound.rules.tracking.tracked import Kind, Mailing, Tracked
from sendcloud_inbound.rules.tracking.urls import Host, Urls, read_url

__all__ = ["Host", "Kind", "Mailing", "Tracked", "Urls", "read", "read_url"]
