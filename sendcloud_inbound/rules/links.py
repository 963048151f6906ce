"""The links of a mail, as a reader could follow them: those of its HTML, else those of its text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from typing_extensions import override

_BARE_URL = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_NOT_AT_ITS_END = ".,;:!?)]}"


def of_html(html: str) -> list[str]:
    """Return the targets of `a` and `area`, in order, each once; anchors within it are none."""
    found = _Links()
    found.feed(html)
    found.close()
    return list(found.targets)


def of_text(text: str) -> list[str]:
    """Return the bare URLs of a text, in order, each once."""
    urls = (url.rstrip(_NOT_AT_ITS_END) for url in _BARE_URL.findall(text))
    return list(dict.fromkeys(urls))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, None] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag in {"a", "area"} else None
        if target and (stripped := target.strip()) and not stripped.startswith("#"):
            self.targets[stripped] = None
