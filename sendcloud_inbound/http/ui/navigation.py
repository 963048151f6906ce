"""The pages that every page leads to, in this order: path, and the key of the word for it."""

from __future__ import annotations

NAVIGATION = (
    ("/", "nav.inbox"),
    ("/ui/help", "nav.help"),
)
