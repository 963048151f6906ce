"""The JSON inside tracking URLs, in both generations, word for word (SENDCLOUD.md 6.2, 6.3).

What the documents leave open is filled so: n is 0, its meaning is not known; out_ip is empty, for
the sandbox has no address that mail leaves from; so are `real_type` and `content_type`. page_id
stands in the second generation where an empty text ends the array of an unsubscribe link: that is
ours. Without a page it stays empty.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote

from sendcloud_inbound.rules.model import NO_PAGE
from sendcloud_inbound.rules.tracking.model import Kind, Mailing, Tracked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Generation = Literal[1, 2]

_FORMS: Mapping[tuple[Generation, Kind], str] = {
    (1, Kind.OPEN): (
        '{"maillist_id": 0, "task_id": "", "email_id": %(email)s, "sign": %(sign)s,'
        ' "user_headers": %(headers)s, "label": %(label)s, "user_id": %(user)s,'
        ' "category_id": %(number)s}'
    ),
    (1, Kind.CLICK): (
        '{"maillist_id": 0, "task_id": "", "email_id": %(email)s, "sign": %(sign)s,'
        ' "user_headers": %(headers)s, "label": %(label_text)s, "user_id": %(user)s,'
        ' "category_id": %(number)s, "link": %(link)s}'
    ),
    (1, Kind.UNSUBSCRIBE): (
        '{"user_id": %(user)s, "task_id": "", "email_id": %(email)s, "sign": %(sign)s,'
        ' "user_headers": %(headers)s, "label": %(label)s, "receiver": %(receiver)s,'
        ' "category_id": %(number)s, "track_domain": %(domain)s, "real_type": "",'
        ' "netease": "false", "out_ip": "", "content_type": "", "maillist_id": 0,'
        ' "overseas": "false", "page_id": %(page)s}'
    ),
    (2, Kind.CLICK): (
        '[%(number)s,0,%(email)s,%(label_text)s,%(link)s,0,"false","","false","","",%(sign)s,"",'
        "%(domain)s,%(headers)s,%(user)s]"
    ),
    (2, Kind.OPEN): (
        '[%(number)s,"",%(email)s,%(label)s,0,"false","","false","",%(sign)s,"",%(domain)s,'
        "%(headers)s,%(user)s,0,%(receiver)s]"
    ),
    (2, Kind.UNSUBSCRIBE): (
        '[%(number)s,"",%(email)s,%(label_text)s,0,"false","","false","","",%(receiver)s,%(sign)s,'
        '"",%(domain)s,%(headers)s,%(user)s,%(page)s]'
    ),
}
_VARYING = ("email", "receiver", "link", "page")
"""What is not the same in all URLs of a message."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_SEPARATORS = {1: (", ", ": "), 2: (",", ":")}


class Form:
    """The JSON of one kind for one message."""

    def __init__(
        self, generation: Generation, kind: Kind, mailing: Mailing, track_domain: str
    ) -> None:
        label = _quoted(mailing.label_id)
        words = {
            "number": str(mailing.api_user_number),
            "user": str(mailing.user_id),
            "label": mailing.label_id if _NUMBER.fullmatch(mailing.label_id) else label,
            "label_text": label,
            "headers": json.dumps(dict(mailing.user_headers), separators=_SEPARATORS[generation]),
            "domain": _quoted(track_domain),
        }
        fixed = {name: word.replace("%", "%%") for name, word in words.items()}
        varying = {name: f"%({name})s" for name in _VARYING}
        head, _, tail = _FORMS[generation, kind].partition("%(sign)s")
        self._head, self._tail = head % (fixed | varying), tail % (fixed | varying)
        self._no_page = str(NO_PAGE) if generation == 1 else '""'

    def around_sign(self, email_id: str, link: str, page_id: int) -> tuple[str, str]:
        """Return what stands before the sign and what behind it."""
        words = {
            "email": _quoted(email_id),
            "receiver": _quoted(email_id.partition("$")[2]),
            "link": f'"{percent_encoded(link)}"',
            "page": self._no_page if page_id == NO_PAGE else page_id,
        }
        return self._head % words, self._tail % words


def parse(text: str, generation: Generation, kind: Kind) -> tuple[Tracked, str] | None:
    """Read JSON back, with the track domain; it may still be that nobody wrote it so."""
    words = dict(_named(_model(generation, kind), json.loads(text)))
    match words:
        case {
            "number": int(number),
            "user": int(user),
            "email": str(email),
            "headers": dict(headers),
            "label": int() | str() as label,
        } if all(isinstance(value, str) for value in headers.values()):
            mailing = Mailing(user, number, str(label), headers)
        case _:
            return None
    link, page, domain = words.get("link"), words.get("page"), words.get("domain")
    tracked = Tracked(
        kind=kind,
        email_id=email,
        mailing=mailing,
        link=unquote(link) if isinstance(link, str) else "",
        page_id=page if isinstance(page, int) else NO_PAGE,
    )
    return tracked, domain if isinstance(domain, str) else ""


@lru_cache(256)
def percent_encoded(link: str) -> str:
    """Return a link as it stands in a payload, `http%3A//...`."""
    return quote(link, errors="replace")


@lru_cache
def _model(generation: Generation, kind: Kind) -> object:
    """Return the JSON with the name of each word in its place."""
    names = ("number", "user", "label", "headers", "domain", "sign", *_VARYING)
    marks = {name: f'"<{name}>"' for name in names} | {"label_text": '"<label>"'}
    model: object = json.loads(_FORMS[generation, kind] % marks)
    return model


def _named(model: object, document: object) -> Iterator[tuple[str, object]]:
    """Yield the words of a document by name, as far as it has the shape of the model."""
    if isinstance(model, dict) and isinstance(document, dict):
        pairs = [(mark, document.get(key)) for key, mark in model.items()]
    elif isinstance(model, list) and isinstance(document, list):
        pairs = [*zip(model, document, strict=False)]
    else:
        return
    for mark, word in pairs:
        if isinstance(mark, str) and mark.startswith("<"):
            yield mark.strip("<>"), word
