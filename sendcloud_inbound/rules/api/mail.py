"""The parameters of mail/send, read and judged in one go (SENDCLOUD.md 7.4).

Three rules of precedence: `html` before `plain` (D34), `to` of X-SMTPAPI before `to`, `cc` and
`bcc`, and the name in `fromName` before that in `from`.
"""

from __future__ import annotations

import binascii
import json
import re
import zlib
from difflib import get_close_matches
from email.utils import unquote
from enum import Enum, auto
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.lint import finding
from sendcloud_inbound.rules.user_headers import is_custom
from sendcloud_inbound.rules.xsmtpapi.decoding import NotReadable, decode
from sendcloud_inbound.rules.xsmtpapi.model import MAX_RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sendcloud_inbound.rules.api.given import File, Given
    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

MAX_ATTACHED = 10_485_760
"""Octets of all attachments together (40819)."""
MAX_XSMTPAPI = 786_432
"""Octets of JSON: in the header of the message, as base64, it has the megabyte of SMTP (S2)."""
MAX_REPLY_TO, MAX_SUMMARY = 3, 200
"""Addresses (40879); octets (D30)."""

PARAMETERS: dict[str, str] = {
    "from": "The sender: an address, or `Name<address>`.",
    "fromName": "The sender's name; else that in `from`.",
    "to": "Recipients, with `;` between them: one mail shown to all.",
    "cc": "As `to`.",
    "bcc": "As `to`.",
    "subject": "May contain variables.",
    "html": "The body; goes before `plain`.",
    "plain": "The body as text.",
    "contentSummary": "Preview text of the html, at most 200 octets.",
    "replyTo": "At most 3 addresses; else `from`.",
    "labelId": "The number of the label, which has to be there.",
    "labelName": "Its name, where no number is given; made when there is none of that name.",
    "headers": "A JSON object of strings; SC-Custom-* come back in events.",
    "attachments": "Files, 10,485,760 octets together.",
    "embeddedImage": "Images within the html.",
    "embeddedCid": "Their content ids, with `;` between them.",
    "xsmtpapi": "Plain JSON as in the header of SMTP; its `to` goes before all other recipients.",
    "respEmailId": "false: the emailIds are not told.",
    "useNotification": "true: asks for a read receipt.",
    "useAddressList": "true: `to` names address lists.",
    "sendRequestId": "A name for this send, at most 128 characters: a repeat in an hour is none.",
    "sendTags": "Tags, with `;` between them; nothing is made of them here.",
    "gzipCompress": "true: html and plain are base64 of gzip.",
}
"""What mail/send takes beside the login, each with a word about it."""

_MAX_TEXT = 16_000_000
_NAME = re.compile(r"[!-9;-~]+")
"""A field name: printable, no colon (RFC 5322 2.2)."""
_OURS = frozenset(
    (
        *("from", "to", "cc", "bcc", "subject", "reply-to", "date", "x-smtpapi"),
        *("mime-version", "disposition-notification-to"),
    )
)
"""Header fields that the message has from elsewhere, or not at all."""
_ATTACHMENTS = ("attachments", "attachments[]")
"""The second is a list of files as rest-client and PHP name it on the wire."""
_FILES = (*_ATTACHMENTS, "embeddedImage")
"""What is given in parts that have a file name; all else has none."""
_NEED_NO_TO = frozenset({"pubsub", "filters", "settings", "send_domain"})


class Audience(Enum):
    """Who may be named as a recipient."""

    ANYBODY = auto()
    """By `to` of xsmtpapi, else by to, cc and bcc (7.4, rules 2 and 3)."""
    INDIVIDUALS = auto()
    """By `to` of xsmtpapi alone (7.5)."""
    LISTS = auto()
    """Nobody: the mail goes to address lists (7.4, rule 1)."""


class Mailbox(NamedTuple):
    """An address and the name shown before it."""

    name: str
    address: str


class Invitation(NamedTuple):
    """The part of a mail that calendars read."""

    method: str
    """`REQUEST` or `CANCEL` (RFC 5546)."""
    calendar: str


class ApiMail(NamedTuple):
    """A mail as it was ordered."""

    sender: Mailbox
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    html: str
    plain: str
    """Empty when there is html."""
    summary: str
    reply_to: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[File, ...]
    embedded: tuple[tuple[str, File], ...]
    """Images within the html, by content id."""
    xsmtpapi: str
    """The JSON as it was given; empty without."""
    api: XSmtpApi | None
    tells_ids: bool
    wants_receipt: bool
    findings: tuple[Finding, ...]
    """What was given and has no effect."""
    invitation: Invitation | None = None
    """To a meeting."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who gets it, in the order of the emailIds (7.4, rule 4)."""
        if self.api is not None and self.api.to is not None:
            return tuple(self.api.to)
        return self.to + self.cc + self.bcc

    @property
    def size(self) -> int:
        """The octets of all that is in it."""
        files = (*self.attachments, *(image for _, image in self.embedded))
        texts = len((self.html or self.plain).encode()) + len(self.xsmtpapi)
        return texts + sum(len(file.content) for file in files)


def read_mail(
    given: Given, known: Collection[str] = PARAMETERS, audience: Audience = Audience.ANYBODY
) -> ApiMail:
    """Read the parameters; `Refused` with the code of the first that cannot be.

    Those that are not `known` have no effect, and it is said.
    """
    sender = _sender(given)
    subject = given.needed("subject", 40808)
    html, plain = _bodies(given)
    to_lists = audience is Audience.LISTS
    xsmtpapi = "" if to_lists else given.text("xsmtpapi").strip()
    api, found = _xsmtpapi(xsmtpapi) if xsmtpapi else (None, ())
    individual = to_lists or (api is not None and api.to is not None)
    if audience is Audience.INDIVIDUALS and not individual:
        raise Refused(40815 if xsmtpapi else 40812, "to of xsmtpapi has to name the recipients")
    to = () if individual else _recipients(given, "to", 40806, 40807)
    if not individual and not to:
        raise Refused(40805, "neither to nor to of xsmtpapi names a recipient")
    mail = ApiMail(
        sender=sender,
        to=to,
        cc=() if individual else _recipients(given, "cc", 40853, 40854),
        bcc=() if individual else _recipients(given, "bcc", 40856, 40857),
        subject=subject,
        html=html,
        plain="" if html else plain,
        summary=read_summary(given),
        reply_to=_reply_to(given),
        headers=tuple(_headers(given)),
        attachments=_attachments(given),
        embedded=_embedded(given),
        xsmtpapi=xsmtpapi,
        api=api,
        tells_ids=given.flag("respEmailId", 40859, default=True),
        wants_receipt=given.flag("useNotification", 40829, default=False),
        findings=(),
    )
    return mail._replace(findings=(*found, *_without_effect(given, mail, known, audience)))


def _sender(given: Given) -> Mailbox:
    text = given.needed("from", 40801)
    name, address = _named(text)
    if not is_recipient(address):
        raise Refused(40802, f"from is an address or Name<address>, not {shown(text)}")
    return Mailbox(given.text("fromName").strip() or name, address)


def _named(text: str) -> tuple[str, str]:
    """Take `Name<address>` apart: it is no phrase of RFC 5322, the name may hold any sign."""
    if not text.endswith(">"):
        return "", text
    name, _, address = text[:-1].rpartition("<")
    return unquote(name.strip()), address.strip()


def _recipients(given: Given, name: str, bad: int, too_many: int) -> tuple[str, ...]:
    entries = given.listed(name)
    if len(entries) > MAX_RECIPIENTS:  # each by itself (D35)
        raise Refused(too_many, f"{name} has {len(entries)} addresses, {MAX_RECIPIENTS} at most")
    return _addresses(name, entries, bad)


def _addresses(name: str, entries: list[str], bad: int) -> tuple[str, ...]:
    for entry in entries:
        if not is_recipient(entry):
            raise Refused(bad, f"{name} holds {shown(entry)}, which is no address")
    return tuple(entries)


def _bodies(given: Given) -> tuple[str, str]:
    html, plain = given.text("html"), given.text("plain")
    if given.flag("gzipCompress", 40861, default=False):
        html, plain = _unzipped("html", html, 40865), _unzipped("plain", plain, 40866)
    if not (html or plain):
        why = given.as_file("html", "plain")
        raise Refused(40870, f"html and plain are both empty{why}")
    return html, plain


def _unzipped(name: str, text: str, code: int) -> str:
    """Return what base64 of gzip holds."""
    if not text:
        return ""
    unzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        octets = unzip.decompress(binascii.a2b_base64(text), _MAX_TEXT)
        if not unzip.eof:
            raise Refused(code, f"{name} is cut off, or larger than {_MAX_TEXT} octets")
        return octets.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError) as error:
        raise Refused(code, f"{name} is no base64 of gzip of UTF-8: {error}") from error


def _xsmtpapi(text: str) -> tuple[XSmtpApi, tuple[Finding, ...]]:
    """Read plain JSON (G13); base64, as SMTP has it, cannot be parsed (S25)."""
    if not text.startswith("{"):
        why = "is plain JSON here, not base64" if text.isalnum() else "is no JSON object"
        raise Refused(40817, f"xsmtpapi {why}: {shown(text)}")
    octets = text.encode()
    if len(octets) > MAX_XSMTPAPI:
        raise Refused(40813, f"xsmtpapi has {len(octets)} octets, {MAX_XSMTPAPI} at most")
    try:
        api, found = decode(binascii.b2a_base64(octets, newline=False))
    except NotReadable as error:
        raise Refused(40813, f"xsmtpapi: {error}") from error
    _check_recipients(api)
    return api, found


def _check_recipients(api: XSmtpApi) -> None:
    if api.to is None:
        _check_without_recipients(api)
        return
    if not api.to:
        raise Refused(40816, "to of xsmtpapi is empty")
    if len(api.to) > MAX_RECIPIENTS:
        raise Refused(
            40827, f"to of xsmtpapi has {len(api.to)} addresses, {MAX_RECIPIENTS} at most"
        )
    _addresses("to of xsmtpapi", api.to, 40880)


def _check_without_recipients(api: XSmtpApi) -> None:
    """Refuse what says nothing, and what needs to know the recipients (D15)."""
    said = {name for name, value in api if value is not None}
    if not said:
        raise Refused(40814, "xsmtpapi says nothing")
    others = said - _NEED_NO_TO
    if others:
        raise Refused(40815, f"xsmtpapi has no to, which {min(others)} needs")


def read_summary(given: Given) -> str:
    """Read the preview text; `Refused` when it is too long."""
    summary = given.text("contentSummary").strip()
    if len(summary.encode()) > MAX_SUMMARY:
        raise Refused(40878, f"contentSummary has more than {MAX_SUMMARY} octets")
    return summary


def _reply_to(given: Given) -> tuple[str, ...]:
    entries = given.listed("replyTo")
    if len(entries) > MAX_REPLY_TO:
        raise Refused(40879, f"replyTo has {len(entries)} addresses, {MAX_REPLY_TO} at most")
    return _addresses("replyTo", entries, 40811)


def _headers(given: Given) -> Iterator[tuple[str, str]]:
    text = given.text("headers").strip()
    if not text:
        return
    try:
        headers = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(40869, f"headers is no JSON: {error}") from error
    if not isinstance(headers, dict):
        raise Refused(40869, "headers is no JSON object")
    for name, value in headers.items():
        if _NAME.fullmatch(name) is None or not isinstance(value, str):
            raise Refused(40869, f"headers: {shown(name)} is no field with a string for its value")
        if is_custom(name) and (not value or "." in value):
            raise Refused(40902, f"headers: {shown(name)} is empty or has a full stop in it")
        yield name, value


def _attachments(given: Given) -> tuple[File, ...]:
    files = tuple(chain.from_iterable(given.files.get(name, ()) for name in _ATTACHMENTS))
    octets = sum(len(file.content) for file in files)
    if octets > MAX_ATTACHED:
        raise Refused(40819, f"the attachments have {octets} octets, {MAX_ATTACHED} at most")
    return files


def _embedded(given: Given) -> tuple[tuple[str, File], ...]:
    images, cids = given.files.get("embeddedImage", ()), given.listed("embeddedCid")
    if len(images) != len(cids):
        raise Refused(40875, f"{len(images)} embeddedImage and {len(cids)} embeddedCid")
    return tuple(zip(cids, images, strict=True))


def _without_effect(
    given: Given, mail: ApiMail, known: Collection[str], audience: Audience
) -> Iterator[Finding]:
    """Yield what was given in vain."""
    for name in given.unknown((*known, *_ATTACHMENTS)):
        nearest = get_close_matches(name, known, n=1) or ["(none is alike)"]
        yield finding("api-parameter-unknown", name, parameter=name, nearest=nearest[0])
    yield from _of_the_other_kind(given, known)
    if mail.html and given.text("plain"):
        yield finding("api-plain-ignored", "plain")
    if not mail.html and mail.summary:
        yield finding("api-summary-ignored", "contentSummary")
    yield from _recipients_in_vain(given, mail, audience)
    for name in filter(is_ours, dict(mail.headers)):
        yield finding("api-header-ignored", f"headers {name}", header=name)


def _of_the_other_kind(given: Given, known: Collection[str]) -> Iterator[Finding]:
    for name in filter(given.text, _FILES):
        yield finding("api-file-expected", name, parameter=name)
    for name in given.files:
        if name in known and name not in _FILES:
            yield finding("api-text-expected", name, parameter=name)


def _recipients_in_vain(given: Given, mail: ApiMail, audience: Audience) -> Iterator[Finding]:
    if audience is Audience.LISTS:
        for name in filter(given.text, ("cc", "bcc", "xsmtpapi")):
            yield finding("api-beside-lists-ignored", name, parameter=name)
    elif mail.api is not None and mail.api.to is not None:
        for name in filter(given.text, ("to", "cc", "bcc")):
            yield finding("api-recipients-ignored", name, parameter=name)


def is_ours(name: str) -> bool:
    """Tell whether a header field is not the client's to set."""
    return name.lower() in _OURS or name.lower().startswith("content-")
