"""Tracking: links, open pixel and unsubscribe link of delivered mail (SENDCLOUD.md 6).

model      what a tracking URL tells of the one who follows it
payloads   the JSON in it, in both generations
tokens     that JSON signed and packed, and read again
urls       `Host`, and the URLs around the tokens
tracking   how one message is tracked, and the URLs of each copy
links      which links are tracked
places     where in HTML they are
snippets   the pixel, and the button of mail that has no unsubscribe link
fillings   what stands in a place of one copy
marks      all places of a message, for the templates of `rules.substitution`
"""

from __future__ import annotations

from sendcloud_inbound.rules.tracking.model import Kind, Mailing, Tracked
from sendcloud_inbound.rules.tracking.tokens import read
from sendcloud_inbound.rules.tracking.urls import Host, Urls, read_url

__all__ = ["Host", "Kind", "Mailing", "Tracked", "Urls", "read", "read_url"]
