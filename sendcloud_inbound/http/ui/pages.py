"""What all pages need of a request, and how each becomes an answer.

Every answer forbids the browser to load or run anything but our own files, and to be framed. All
that comes from a mail is text on it: Jinja escapes HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field
from starlette.responses import HTMLResponse

from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.queries import Query, Text
from sendcloud_inbound.http.ui.assets import path_of
from sendcloud_inbound.http.ui.navigation import NAVIGATION
from sendcloud_inbound.http.ui.preferences import Theme, language_of, theme_of
from sendcloud_inbound.http.ui.showing import visible
from sendcloud_inbound.http.ui.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.http.problems import ProblemError

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    # Not no-referrer: forms would say Origin: null, as anybody's may. Others are told nothing.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}


@cache
def _environment() -> Environment:
    """Return what makes pages; made when a first page is asked for."""
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["visible"] = visible
    environment.globals |= {"asset": path_of, "navigation": NAVIGATION}
    environment.filters["in_path"] = in_path
    return environment


@dataclass(frozen=True, slots=True)
class Page:
    """What a request says of the page that answers it. Templates know it as `page`."""

    path: str
    """The path alone; the navigation marks it."""
    here: str
    """Path and query, to come back to."""
    t: Words
    theme: Theme
    api_user: str | None
    """Whose mail is looked at; None for everybody's."""
    api_users: tuple[str, ...]
    """Whose mail there may be."""

    def url(self, path: str, **query: object) -> str:
        """Return a link that keeps to the API_USER; None and empty values are left out."""
        asked = {"api_user": self.api_user, **query}
        given = {name: value for name, value in asked.items() if value not in {None, ""}}
        return f"{path}?{urlencode(given)}" if given else path

    def answer(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> HTMLResponse:
        """Return a template with its values, as an answer."""
        text = _environment().get_template(template).render(page=self, t=self.t, **values)
        octets = text.encode("utf-8", "replace")  # a mail may hold what UTF-8 cannot say
        return HTMLResponse(octets, status, headers={**_HEADERS, **(headers or {})})


def in_path(name: str) -> str:
    """Return a name as one part of a path."""
    return quote(name.encode("utf-8", "replace"), safe="")


class OfApiUser(Query):
    """The parameter of pages that take no other."""

    api_user: Text = Field(default=None, description="Whose page it is.")


def page_of(request: Request) -> Page:
    """Return the page of a request."""
    program, query = parts(request), request.url.query
    return Page(
        path=request.url.path,
        here=f"{request.url.path}?{query}" if query else request.url.path,
        t=Words(language_of(request)),
        theme=theme_of(request),
        api_user=request.query_params.get("api_user") or None,
        api_users=program.api_users,
    )


async def _shown(request: Request) -> Page:
    return page_of(request)


Shown = Annotated[Page, Depends(_shown)]
"""The page that a call answers with."""


def problem(request: Request, error: ProblemError) -> HTMLResponse:
    """Return the page that tells a problem."""
    told = error.problem
    return page_of(request).answer(
        "problem.html", status=told.status, headers=error.headers, problem=told
    )
