"""What a reader prefers: language and theme. Cookies keep it, in this browser alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sendcloud_inbound.http.languages import Language, preferred

if TYPE_CHECKING:
    from starlette.requests import Request

LANGUAGE, THEME = "sendcloud_inbound_language", "sendcloud_inbound_theme"
"""The names of the cookies: browsers share those of a host among all its ports."""


class Theme(StrEnum):
    """How the pages look."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def language_of(request: Request) -> Language:
    """Return what was switched to, else what the browser asks for."""
    try:
        return Language(request.cookies.get(LANGUAGE, ""))
    except ValueError:
        return preferred(request.headers.get("accept-language", ""))


def theme_of(request: Request) -> Theme:
    """Return what was switched to, else what the system has."""
    try:
        return Theme(request.cookies.get(THEME, ""))
    except ValueError:
        return Theme.AUTO
