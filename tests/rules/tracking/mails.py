"""Tracked mail, and what was put into it taken out again."""

from __future__ import annotations

import json
import re
from base64 import b64encode, encodebytes
from quopri import encodestring
from typing import Any

from sendcloud_inbound.rules import links
from sendcloud_inbound.rules.copies import Copies, Sent
from sendcloud_inbound.rules.model import SessionFacts
from sendcloud_inbound.rules.tags import attribute, tags
from sendcloud_inbound.rules.tracking import Host, Tracked, read_url
from sendcloud_inbound.rules.tracking.links import is_tracked
from tests.builders import account
from tests.rules.rendered import MESSAGE_ID, bodies

HOST = Host("http://127.0.0.1:8025", b"a key of the test")
BEN = "ben@ifaxin.com"
OFF: dict[str, Any] = {
    "open_tracking": False,
    "click_tracking": False,
    "subscription_tracking": False,
}
CLICK = OFF | {"click_tracking": True}
OPEN = OFF | {"open_tracking": True}
SUBSCRIPTION = OFF | {"subscription_tracking": True}
ALL: dict[str, Any] = dict.fromkeys(OFF, True)

_URL = re.compile(
    r"http://127\.0\.0\.1:8025/track/(?:click2/[\w=-]+\.html|open2/[\w=-]+\.gif"
    r"|unsubscribe2\.do\?p=[\w=-]+)"
)
_CLICK = re.compile(r"http://127\.0\.0\.1:8025/track/click2/[\w=-]+\.html")
_PIXEL = re.compile(
    r'\r\n<br><br><div style="width:1px;height:0px;overflow:hidden">'
    r'<img style="width:0;height:0" src="[^"]*"></div>'
)
_BLOCK = re.compile(
    r'\r\n<div style="text-align:center;[^"]*"><a href="[^"]*" [^>]*>(?:&#\d+;)+</a></div>'
)


def html_mail(
    html: str,
    *fields: str,
    charset: str = "utf-8",
    encoding: str = "8bit",
    document: str = "",
    **api: Any,
) -> bytes:
    """Return a message of one HTML part, with an X-SMTPAPI of that JSON or these keys, if any."""
    lines = [*fields, "From: a@b.example", "MIME-Version: 1.0"]
    lines += [
        f"Content-Type: text/html; charset={charset}",
        f"Content-Transfer-Encoding: {encoding}",
    ]
    if document or api:
        value = b64encode((document or json.dumps(api)).encode()).decode()
        lines.append(f"X-SMTPAPI: {value}")
    return "\r\n".join([*lines, "", ""]).encode() + transferred(html.encode(charset), encoding)


def transferred(octets: bytes, encoding: str) -> bytes:
    """Return octets in a transfer encoding."""
    if encoding == "base64":
        return encodebytes(octets).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return octets


def copies(content: bytes, host: Host | None = HOST, **of: Any) -> Copies:
    """Compile a message for an account with these settings; all kinds of tracking by default."""
    sent = Sent(
        message_id=MESSAGE_ID,
        received_at_ms=1_426_390_015_358,
        session=SessionFacts("127.0.0.1:40000", "ifaxin.com"),
        mail_from="support@ifaxin.com",
        rcpt_to=[BEN],
        api_user="sandbox_user",
        label_id=None,
        content=content,
    )
    return Copies(sent, account(**ALL | of), host)


def copy(content: bytes, host: Host | None = HOST, **of: Any) -> bytes:
    """Return the first copy of a message."""
    return copies(content, host, **of).copy(0, BEN)


def shown(html: str, **of: Any) -> str:
    """Return the HTML of the first copy of a message that holds this one."""
    (got,) = bodies(copy(html_mail(html), **of))
    return got


def tracked(text: str) -> list[Tracked]:
    """Take all tracking URLs in a text apart."""
    found = [read_url(url, HOST.key) for url in _URL.findall(text)]
    assert None not in found
    return [each for each in found if each is not None]


def undone(html: str) -> str:
    """Return HTML without what tracking put in, each tracked link as it is in its token."""
    return _CLICK.sub(lambda url: tracked(url[0])[0].link, _BLOCK.sub("", _PIXEL.sub("", html)))


def plain(html: str) -> str:
    """Return HTML whose outward links are spelled as browsers read them."""
    pieces, at = [], 0
    spans = [attribute(html, tag, "href") for tag in tags(html, links.LINKING)]
    for start, end in [span for span in spans if span]:
        target = links.target(html[start:end])
        pieces += [html[at:start], target if is_tracked(target, HOST) else html[start:end]]
        at = end
    return "".join([*pieces, html[at:]])
