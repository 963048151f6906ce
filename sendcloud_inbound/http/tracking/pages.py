"""The unsubscribe page and its neighbours, in Chinese and English.

What SendCloud's page looks like is not known (S24), and those of a console are their owners'. This
one asks, because mail scanners follow links, and says whose mail it is about. Each page number has
a colour of its own, so that one sees which page a link leads to (G19, G20).
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import HTMLResponse

from sendcloud_inbound.http.languages import Language, preferred
from sendcloud_inbound.http.tracking.forms import CONFIRMED
from sendcloud_inbound.rules.model import NO_PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.http.tracking.host import TrackingHost

_PAGE = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
<p>{text}</p>
{rest}
</main>
</html>
"""
_STYLE = """
:root {{ color-scheme: light dark; --own: hsl({hue} {saturation}% 40%) }}
body {{ font: 16px/1.6 system-ui, sans-serif; margin: 0; border-top: .5rem solid var(--own) }}
main {{ max-width: 32rem; margin: 3rem auto; padding: 1rem; text-align: center }}
p {{ overflow-wrap: anywhere }}
button {{ font: inherit; padding: .5rem 2rem; border: 0; color: #fff; background: var(--own) }}
small {{ display: block; margin-top: 3rem; opacity: .6 }}
"""
_FORM = """\
<form method="post"><input type="hidden" name="{name}" value="{value}">\
<button>{button}</button></form>"""
_POLICY = (
    "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HUE_STEP = 137
"""Degrees: neighbouring numbers differ, and few of a list are alike (the golden angle)."""


class _Words(NamedTuple):
    ask: tuple[str, str]
    """Title and text."""
    done: tuple[str, str]
    gone: tuple[str, str]
    away: tuple[str, str]
    button: str
    page: str


_WORDS: Mapping[Language, _Words] = {
    Language.CHINESE: _Words(
        ask=("取消订阅", "{recipient} 将不再收到来自 {domain} 的邮件。"),
        done=("已取消订阅", "{recipient} 不会再收到来自 {domain} 的邮件。"),
        gone=("邮件已不存在", "这封邮件已被删除，无法取消订阅。"),
        away=("请稍后再试", "暂时无法确认是否已取消订阅，请再试一次。"),
        button="取消订阅",
        page="页面 {number}",
    ),
    Language.ENGLISH: _Words(
        ask=("Unsubscribe", "{recipient} will get no more mail from {domain}."),
        done=("Unsubscribed", "{recipient} gets no more mail from {domain}."),
        gone=("The mail is gone", "The mail of this link is kept no longer; nothing was changed."),
        away=("Try again later", "The unsubscription could not be confirmed; please try again."),
        button="Unsubscribe",
        page="Page {number}",
    ),
}


def language_of(page_id: int, host: TrackingHost, accept_language: str) -> Language:
    """Return that of a page in the settings; else the one that the reader prefers.

    SendCloud's users make pages in the console, whose language is not known here.
    """
    if page_id in host.chinese_pages:
        return Language.CHINESE
    if page_id in host.english_pages:
        return Language.ENGLISH
    return preferred(accept_language)


class Pages:
    """The pages of one number in one language."""

    def __init__(self, language: Language, page_id: int) -> None:
        self._language = language
        self._words = _WORDS[language]
        self._page_id = page_id

    def ask(self, recipient: str, domain: str) -> HTMLResponse:
        """Return the page that asks; its form posts to the link itself."""
        name, value = CONFIRMED
        form = _FORM.format(name=name, value=value, button=self._words.button)
        return self._page(self._words.ask, form, recipient=recipient, domain=domain)

    def done(self, recipient: str, domain: str) -> HTMLResponse:
        """Return the page that confirms."""
        return self._page(self._words.done, recipient=recipient, domain=domain)

    def gone(self) -> HTMLResponse:
        """Return what is said when the mail is stored no longer."""
        return self._page(self._words.gone, status=410)

    def away(self) -> HTMLResponse:
        """Return what is said while the store cannot be reached.

        It does not say that nothing was changed: a commit goes on when nobody waits for it.
        """
        page = self._page(self._words.away, status=503)
        page.headers["Retry-After"] = "1"
        return page

    def _page(
        self, words: tuple[str, str], form: str = "", status: int = 200, **values: str
    ) -> HTMLResponse:
        title, text = words
        shown = {name: f"<bdi>{escape(value)}</bdi>" for name, value in values.items()}
        style = self._style()
        page = _PAGE.format(
            language=self._language,
            title=title,
            style=style,
            text=text.format(**shown),
            rest=form + self._number(),
        )
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
        # Octets: a recipient may hold what UTF-8 cannot say.
        return HTMLResponse(
            page.encode("utf-8", "replace"),
            status_code=status,
            headers={"Content-Security-Policy": _POLICY.format(digest=digest)},
        )

    def _style(self) -> str:
        is_own = self._page_id == NO_PAGE
        hue = self._page_id * _HUE_STEP % 360
        return _STYLE.format(hue=hue, saturation=0 if is_own else 60)  # SendCloud's button is grey

    def _number(self) -> str:
        if self._page_id == NO_PAGE:
            return ""
        return f"<small>{self._words.page.format(number=self._page_id)}</small>"
