"""The web page: what came and what became of it, for people.

The inbox is at `/`, the rest below `/ui/`.

    pages        what all pages need of a request, and how each becomes an answer
    route        tells problems as pages
    navigation   the pages that every page leads to
    preferences  language and theme, kept in cookies; switches sets them
    assets       stylesheet and scripts, under a name that changes with them
    words        every word in Chinese and English, a module for each page
    showing      strangers' text, with what would hide in it made visible
    inbox, message, refused, webhooks, rules, lists, suppressions, statistics, settings, fidelity,
    help         the pages
    plots        what statistics draws; samples: the code that help shows

A page is complete HTML, made by Jinja2, and works without scripts: links, and forms that GET. The
modules in `static/` add to it: `live.js` puts in anew what carries `data-live` when the server's
stream tells of news, `local.js` the reader's time zone, `keys.js` keys. They have no words of
their own: those stand in the page, in `data-` attributes.

Data comes from the functions that answer the same question under `/sandbox/v1`: a page calls
`listings.list_messages(...)` as Python and shows the `MessagePage` it returns, or takes the same
dependency (`sandbox.email.Email`). So page and API cannot differ, and both go through the ports.
What changes something is a call of `/sandbox/v1` that the page's script makes; here only
preferences are posted.

A new page: a module with a `router = APIRouter(route_class=PageRoute, include_in_schema=False)`,
a template that extends `base.html`, words in a module named for it, a line in `navigation` if it is
led to, and its router in the list below.
"""

from __future__ import annotations

from fastapi import APIRouter

from sendcloud_inbound.http.ui import (
    assets,
    fidelity,
    help,  # noqa: A004 - a page
    inbox,
    lists,
    message,
    refused,
    route,
    rules,
    settings,
    statistics,
    suppressions,
    switches,
    webhooks,
)

router = APIRouter()
router.include_router(inbox.router)
router.include_router(message.router)
router.include_router(refused.router)
router.include_router(webhooks.router)
router.include_router(rules.router)
router.include_router(lists.router)
router.include_router(suppressions.router)
router.include_router(statistics.router)
router.include_router(settings.router)
router.include_router(fidelity.router)
router.include_router(help.router)
router.include_router(switches.router)
router.include_router(assets.router)
router.include_router(route.nowhere)  # the last: it takes all that is left below /ui/

__all__ = ["router"]
