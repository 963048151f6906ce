"""The settings: what can be set (`Settings`), from where (`load`), and how they are shown."""

from __future__ import annotations

from sendcloud_inbound.config.account import AccountSettings
from sendcloud_inbound.config.delivery import Delivery
from sendcloud_inbound.config.listener import parse_listener
from sendcloud_inbound.config.loading import Loaded, load
from sendcloud_inbound.config.retention import Retention
from sendcloud_inbound.config.sections import (
    Http,
    Ids,
    Log,
    Mode,
    Smtp,
    Store,
    Worker,
)
from sendcloud_inbound.config.settings import Settings
from sendcloud_inbound.config.showing import in_force, mask_url, masked
from sendcloud_inbound.config.tracking import Tracking
from sendcloud_inbound.config.webhooks import Webhooks, configured_webhooks

__all__ = [
    "AccountSettings",
    "Delivery",
    "Http",
    "Ids",
    "Loaded",
    "Log",
    "Mode",
    "Retention",
    "Settings",
    "Smtp",
    "Store",
    "Tracking",
    "Webhooks",
    "Worker",
    "configured_webhooks",
    "in_force",
    "load",
    "mask_url",
    "masked",
    "parse_listener",
]
