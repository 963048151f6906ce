"""The inbox: what came, newest first, refused messages included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import listings
from sendcloud_inbound.http.sandbox.queries import MessageQuery, Text, takes
from sendcloud_inbound.http.sandbox.refusals import RefusalQuery, list_refusals
from sendcloud_inbound.http.ui import pages  # noqa: TC001 - read at runtime
from sendcloud_inbound.http.ui.refused import told
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import Level, MessageStatus

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.http.sandbox.answers import MessagePage
    from sendcloud_inbound.http.sandbox.refusals import RefusalItem

_MOST_COUNTED = 10_000
_MOST_FILTERED = 1_000
"""What more there is, with filters, is not counted: that would be to look through them all."""
_MOST_BACK = 20
"""So many newer pages are led back to, one by one; the newest always is."""
_FIRST = "0"
"""Stands for the first page in a trail."""
_OF_PAGES = frozenset({"cursor", "trail"})
_NOT_FILTERS = frozenset({*_OF_PAGES, "limit", "api_user"})
_FACETS = (("status", MessageStatus), ("finding", Level), ("event", EventKind))
"""What is filtered by a click: the parameter, and what it may be."""
_ANY_ADDRESS = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1"})  # noqa: S104 - compared, not bound
_TEN = 10

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class InboxQuery(MessageQuery):
    """Which part of the inbox to show."""

    trail: Text = Field(default=None, description="The cursors of newer pages, oldest last.")

    @property
    def filters(self) -> dict[str, object]:
        """Return the filters that are set."""
        given = self.model_dump(mode="json", exclude_unset=True)
        return {
            name: value
            for name, value in given.items()
            if name not in _NOT_FILTERS and value is not None
        }

    @property
    def kept(self) -> dict[str, object]:
        """Return what links to other parts keep."""
        given = self.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in given.items() if name not in _OF_PAGES}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the inbox leads to. Templates know it as `links`."""

    page: pages.Page
    query: InboxQuery
    next_cursor: str | None

    def by(self, name: str, value: str | None) -> str:
        """Return the link to what a filter finds, beside those that are set; None lifts it."""
        return self.page.url("/", **{**self.query.kept, name: value})

    @property
    def unfiltered(self) -> str:
        """The link to everything."""
        return self.page.url("/")

    @property
    def newest(self) -> str | None:
        """The link to the first page; None on it."""
        return self.page.url("/", **self.query.kept) if self.query.cursor else None

    @property
    def newer(self) -> str | None:
        """The link to the page before this; None where there is none, or the way is too long."""
        trail = self._trail
        if not self.query.cursor or not trail:
            return None
        *before, last = trail
        cursor = None if last == _FIRST else last
        place = {"cursor": cursor, "trail": ".".join(before) or None}
        return self.page.url("/", **{**self.query.kept, **place})

    @property
    def older(self) -> str | None:
        """The link to the page after this; None on the last."""
        if self.next_cursor is None:
            return None
        trail = [*self._trail, self.query.cursor or _FIRST][-_MOST_BACK:]
        place = {"cursor": self.next_cursor, "trail": ".".join(trail)}
        return self.page.url("/", **{**self.query.kept, **place})

    @property
    def _trail(self) -> list[str]:
        return (self.query.trail or "").split(".") if self.query.trail else []


@dataclass(frozen=True, slots=True)
class Start:
    """What a newcomer needs to send the first mail."""

    host: str
    port: int
    api_user: str | None
    api_key: str | None


@router.get("/", dependencies=[takes(InboxQuery)])
async def show_inbox(
    request: Request, page: pages.Shown, query: Annotated[InboxQuery, Query()]
) -> Response:
    """Show a part of the inbox."""
    program = parts(request)
    found = await listings.list_messages(program.catalogue, query)
    is_first = query.cursor is None
    refused = await list_refusals(request, RefusalQuery(api_user=query.api_user, limit=1))
    return page.answer(
        "inbox.html",
        messages=found,
        query=query,
        links=Links(page, query, found.next_cursor),
        facets=_FACETS,
        count=await _count(program, query, found),
        size=size,
        refused=[told(page.t, item) for item in refused.items if _is_news(item, found, query)],
        refused_count=refused.count,
        start=_start(request, page) if is_first and not query.filters else None,
    )


async def _count(program: Parts, query: InboxQuery, found: MessagePage) -> str | None:
    """Return how many match, such as `10,000+` for more; None when it is not known.

    Words and header fields are not counted: each message has to be looked at.
    """
    if query.cursor is None and found.next_cursor is None:
        return str(len(found.items))
    if query.q or query.header:
        return None
    wanted = query.to_filter(query.status)
    most = _MOST_COUNTED if wanted == MessageFilter() else _MOST_FILTERED
    count = await program.catalogue.count(wanted, most + 1)
    return f"{most:,}+" if count > most else f"{count:,}"


def _is_news(refused: RefusalItem, found: MessagePage, query: InboxQuery) -> bool:
    """Tell whether it came after all mail, on the page that would have shown it."""
    if query.cursor is not None or query.filters:
        return False
    return not found.items or found.items[0].received_at < refused.refused_at


def _start(request: Request, page: pages.Page) -> Start | None:
    program = parts(request)
    if program.smtp is None:
        return None
    host, port = program.smtp
    if host in _ANY_ADDRESS:
        host = request.url.hostname or "localhost"
    accounts = program.accounts
    configured = accounts.configured[0] if accounts.configured else None
    account = accounts.find(page.api_user) if page.api_user else configured
    if account is None or not account.api_key:
        return Start(host, port, None, None)
    return Start(host, port, account.api_user, account.api_key)


def size(octets: int) -> str:
    """Return a size as people read it, in units of 1,000 octets."""
    if octets < 1000:  # noqa: PLR2004 - a kilobyte
        return f"{octets} B"
    units = octets / 1000
    for unit in ("kB", "MB"):
        if units < 1000:  # noqa: PLR2004
            return f"{units:.1f} {unit}" if units < _TEN else f"{units:.0f} {unit}"
        units /= 1000
    return f"{units:.1f} GB"
