"""The pages that every page leads to, in this order: path, and the key of the word for it."""

from __future__ import annotations

NAVIGATION = (
    ("/", "nav.inbox"),
    ("/ui/webhooks", "nav.webhooks"),
    ("/ui/rules", "nav.rules"),
    ("/ui/lists", "nav.lists"),
    ("/ui/suppressions", "nav.suppressions"),
    ("/ui/statistics", "nav.statistics"),
    ("/ui/settings", "nav.settings"),
    ("/ui/help", "nav.help"),
)
