"""The HTML of a mail made ready for a frame of ours, in which it must reach nobody.

What holds it is not here: the frame's sandbox and the policies of page and frame run no script,
send no form and fetch nothing. But a browser looks hosts up and connects to them for what they do
not govern, or forbid too late:

* `link`, `meta` and `base` are renamed, so that they mean nothing; so are `iframe` and its like,
  which would only show that they were refused, and SVG's `set` and `animate`, which change links.
* A link that is pressed leads to a place within the frame: Chromium connects to where it leads
  before it asks whether it may. Its target can still be read there, behind a `#`.

Nothing is parsed for that, as browsers might parse it otherwise: a tag begins with its name right
after `<`, wherever it is one, and an attribute's name stands before `=`. What looks the same in a
comment or in a text is changed too, which is no loss.

The reader's colour scheme is the one that was chosen here, not the browser's: a frame cannot be
told of another in all browsers, so the mail's questions for it are answered in their place.

Images that came with the mail (RFC 2392) are put in as data, as no URL leads to them.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_INLINED = 32_000_000
"""Octets of images in one frame: the same one may be asked for a thousand times."""

_REACHING = re.compile(
    r"<(?=(?:link|meta|base|iframe|frame|frameset|object|embed|portal|fencedframe"
    r"|set|animate|animatemotion|animatetransform)[\s/>])",
    re.IGNORECASE,
)
_HREF = re.compile(r"(?<=[\s/\"':])href\s*+=\s*+[\"']?+(?!#|data:image/)", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)
_SCHEME = re.compile(
    r"\(\s{0,9}prefers-color-scheme\s{0,9}:\s{0,9}(dark|light)\s{0,9}\)", re.IGNORECASE
)
_ALWAYS, _NEVER = "(min-width:0)", "(min-width:9999999px)"
_CID = re.compile(r"\bcid:([^\s\"'<>()]{1,500})", re.IGNORECASE)
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"})
_HEAD = "<style>:root{{color-scheme:{scheme}}}</style>"


class Image(NamedTuple):
    """An attachment that may be an image in the text."""

    content_type: str
    octets: bytes


def preview(html: str, images: Mapping[str, Image], *, is_dark: bool) -> str:
    """Return the document of a frame; `images` are attachments by Content-ID."""
    scheme = "dark" if is_dark else "light"
    quiet = _Inlined(images).put_into(_REACHING.sub("<x-", html))
    quiet = _HREF.sub(r"\g<0>#", quiet)
    quiet = _SCHEME.sub(lambda found: _ALWAYS if found[1].lower() == scheme else _NEVER, quiet)
    doctype = _DOCTYPE.match(quiet)
    at = doctype.end() if doctype else 0  # before it, pages are laid out as in the last century
    return quiet[:at] + _HEAD.format(scheme=scheme) + quiet[at:]


class _Inlined:
    """Images, each encoded once, and how much may still be put in."""

    def __init__(self, images: Mapping[str, Image]) -> None:
        self._images = images
        self._urls: dict[str, str | None] = {}
        self._left = MOST_INLINED

    def put_into(self, html: str) -> str:
        """Return the HTML with images in place of what names them."""
        return _CID.sub(self._url, html) if self._images else html

    def _url(self, found: re.Match[str]) -> str:
        name = unquote(found[1])
        if name not in self._urls:
            image = self._images.get(name)
            self._urls[name] = _data(image) if image else None
        url = self._urls[name]
        if url is None or len(url) > self._left:
            return found[0]
        self._left -= len(url)
        return url


def _data(image: Image) -> str | None:
    if image.content_type not in _IMAGES:
        return None
    return f"data:{image.content_type};base64,{base64.b64encode(image.octets).decode()}"
