"""The switches for language and theme: one form, on every page."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from sendcloud_inbound.http.languages import Language
from sendcloud_inbound.http.sandbox.bodies import read_text
from sendcloud_inbound.http.ui.preferences import LANGUAGE, THEME, Theme
from sendcloud_inbound.http.ui.route import PageRoute

_YEAR_S = 366 * 86_400

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/ui/preferences")
async def set_preferences(request: Request) -> Response:
    """Keep language and theme, as a form posts them, and go back to the page it stood on."""
    given = {name: values[0] for name, values in parse_qs(await read_text(request)).items()}
    answer = RedirectResponse(_local(given.get("back", "/")), status_code=303)
    if given.get("language") in {*Language}:
        _keep(answer, LANGUAGE, given["language"])
    if given.get("theme") in {*Theme}:
        _keep(answer, THEME, given["theme"])
    return answer


def _keep(answer: Response, name: str, value: str) -> None:
    # Lax: a link from elsewhere shows the page as its reader wants it, too.
    answer.set_cookie(name, value, max_age=_YEAR_S, httponly=True, samesite="lax")


def _local(path: str) -> str:
    """Return a path of this server; the inbox for what would lead elsewhere."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"
