"""The parameters of the calls about templates, and how a template is reviewed (SENDCLOUD.md 7.11).

A template may be sent once it is approved (40824). What the documents leave open and the codes hint
at: `isSubmitAudit` says whether a template goes to its review at once (1, and when nothing is said)
or not (0); `template/submit` sends it there later, or with `cancel=1` takes it back.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final, TypeVar

from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.api.mail import read_summary
from sendcloud_inbound.rules.books import (
    Template,
    TemplateBody,
    TemplateHead,
    TemplateStat,
    TemplateType,
)

if TYPE_CHECKING:
    from sendcloud_inbound.rules.api.given import Given

MAX_NAME: Final = 255
MAX_SUBJECT: Final = 998
"""Characters: a line of a header has no more (RFC 5322 2.1.1)."""
MAX_TEXT: Final = 4_000_000
"""Characters of html, and of text: in a mail they are at most 16,000,000 octets (D5)."""

NO_TEMPLATE: Final = 40216
"""The code for a name that no template has."""

_INVOKE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PENDING, _APPROVED, _REFUSED, _UNSUBMITTED = 40226, 40227, 40228, 40229

Choice = TypeVar("Choice", bound=IntEnum)


class _YesOrNo(IntEnum):
    NO = 0
    YES = 1


def read_invoke_name(given: Given) -> str:
    """Read the name by which a call names a template."""
    return read_named(given.needed("invokeName", 40201))


def read_filter(given: Given) -> tuple[str | None, TemplateType | None, TemplateStat | None]:
    """Read which templates are to be listed: name, type and state, each None for any."""
    name = given.optional("invokeName", 40201)
    return (
        None if name is None else read_named(name),
        _choice(given, "templateType", 40203, 40204, TemplateType),
        _choice(given, "templateStat", 40205, 40206, TemplateStat),
    )


def read_new(given: Given, now_ms: int) -> Template:
    """Read a new template; its state says whether it goes to its review."""
    invoke_name = read_invoke_name(given)
    name, html = read_name(given.needed("name", 40207)), read_html(given.needed("html", 40211))
    subject = read_subject(given.needed("subject", 40209))
    given.needed("templateType", 40203)
    kind = _choice(given, "templateType", 40203, 40204, TemplateType) or TemplateType.TRIGGER
    text = _plain(given.optional("text", 40213) or "")
    stat = TemplateStat.WAITING if _is_submitted(given) else TemplateStat.NOT_SUBMITTED
    head = TemplateHead(invoke_name, name, kind, stat, now_ms)
    return Template(head, TemplateBody(subject, html, text, read_summary(given)))


def changed(template: Template, given: Given, now_ms: int) -> Template:
    """Return a template with what is given anew; it goes to its review again.

    `Refused` while it is there.
    """
    head, body = template
    if head.stat is TemplateStat.WAITING:
        raise Refused(40223, f"the template {head.invoke_name} is being reviewed")
    name, html = given.optional("name", 40207), given.optional("html", 40211)
    subject, text = given.optional("subject", 40209), given.optional("text", 40213)
    kind = _choice(given, "templateType", 40203, 40204, TemplateType)
    summary = read_summary(given)
    head = head._replace(
        name=head.name if name is None else read_name(name),
        type=head.type if kind is None else kind,
        stat=TemplateStat.WAITING if _is_submitted(given) else TemplateStat.NOT_SUBMITTED,
        updated_at_ms=now_ms,
    )
    body = TemplateBody(
        subject=body.subject if subject is None else read_subject(subject),
        html=body.html if html is None else read_html(html),
        text=body.text if text is None else _plain(text),
        content_summary=summary or body.content_summary,
    )
    return Template(head, body)


def submitted(head: TemplateHead, given: Given, now_ms: int) -> TemplateHead:
    """Return a template that is sent to its review, or with `cancel` taken back from there."""
    takes_back = _choice(given, "cancel", 40224, 40225, _YesOrNo) is _YesOrNo.YES
    code = (_NOT_TO_TAKE_BACK if takes_back else _NOT_TO_SUBMIT).get(head.stat)
    if code is not None:
        raise Refused(code, f"the template {head.invoke_name} stands at {int(head.stat)}")
    stat = TemplateStat.NOT_SUBMITTED if takes_back else TemplateStat.WAITING
    return head._replace(stat=stat, updated_at_ms=now_ms)


_NOT_TO_SUBMIT = {TemplateStat.WAITING: _PENDING, TemplateStat.APPROVED: _APPROVED}
_NOT_TO_TAKE_BACK = {
    TemplateStat.APPROVED: _APPROVED,  # the nearest: it is no longer being reviewed
    TemplateStat.REFUSED: _REFUSED,
    TemplateStat.NOT_SUBMITTED: _UNSUBMITTED,
}


def reviewed(head: TemplateHead) -> TemplateHead:
    """Return a template after a review that takes no time and approves what is there."""
    is_waiting = head.stat is TemplateStat.WAITING
    return head._replace(stat=TemplateStat.APPROVED) if is_waiting else head


def no_template(invoke_name: str) -> Refused:
    """Return what becomes of a call that names a template that is not there."""
    return Refused(NO_TEMPLATE, f"there is no template {invoke_name}")


def read_name(text: str) -> str:
    """Judge a template's name for people."""
    return _line("name", text, MAX_NAME, 40208)


def read_subject(text: str) -> str:
    """Judge a template's subject."""
    return _line("subject", text, MAX_SUBJECT, 40210)


def read_html(text: str) -> str:
    """Judge a template's HTML."""
    return _long("html", text, 40212)


def _plain(text: str) -> str:
    return _long("text", text, 40214)


def read_named(text: str) -> str:
    """Judge the name by which calls name a template."""
    if _INVOKE_NAME.fullmatch(text) is None:
        detail = f"invokeName is 1 to 255 of A-Z, a-z, 0-9, _, . and -, not {shown(text)}"
        raise Refused(40202, detail)
    return text


def _line(name: str, text: str, most: int, code: int) -> str:
    if len(text) > most:
        raise Refused(code, f"{name} has {len(text)} characters, {most} at most")
    if _CONTROL.search(text):
        raise Refused(code, f"{name} is one line without control characters, not {shown(text)}")
    return text


def _long(name: str, text: str, code: int) -> str:
    if len(text) > MAX_TEXT:
        raise Refused(code, f"{name} has {len(text)} characters, {MAX_TEXT} at most")
    if "\0" in text:
        raise Refused(code, f"{name} holds a NUL character")
    return text


def _is_submitted(given: Given) -> bool:
    return _choice(given, "isSubmitAudit", 40221, 40222, _YesOrNo) is not _YesOrNo.NO


def _choice(given: Given, name: str, empty: int, bad: int, choices: type[Choice]) -> Choice | None:
    """Read one of some numbers, None when it is absent."""
    text = given.optional(name, empty)
    if text is None:
        return None
    found = {str(int(choice)): choice for choice in choices}
    if text not in found:
        raise Refused(bad, f"{name} is one of {', '.join(found)}, not {shown(text)}")
    return found[text]
