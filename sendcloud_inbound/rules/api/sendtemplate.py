"""mail/sendtemplate: the parameters of mail/send, with a template for the body (7.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.api.mail import PARAMETERS as OF_MAIL
from sendcloud_inbound.rules.api.templates import read_named
from sendcloud_inbound.rules.books import TemplateStat, TemplateType
from sendcloud_inbound.rules.lint import finding
from sendcloud_inbound.rules.model import AccountType

if TYPE_CHECKING:
    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.books import Template, TemplateHead
    from sendcloud_inbound.rules.model import Account, Finding

_TYPES = {AccountType.TRIGGER: TemplateType.TRIGGER, AccountType.BATCH: TemplateType.BATCH}
_BODY = ("html", "plain", "contentSummary", "gzipCompress")
"""What comes from the template alone."""

PARAMETERS = {name: words for name, words in OF_MAIL.items() if name not in {*_BODY, "cc", "bcc"}}
PARAMETERS |= {
    "templateInvokeName": "The template.",
    "subject": "The subject; else the template's.",
    "to": "Address lists, with useAddressList.",
}
"""What mail/sendtemplate takes beside the login, each with a word about it."""
KNOWN = frozenset((*OF_MAIL, *PARAMETERS))
"""Of the rest it is said otherwise that it has no effect."""


def read_template_name(given: Given) -> str:
    """Read which template is to be sent."""
    return read_named(given.needed("templateInvokeName", 40201))


def may_be_sent(head: TemplateHead, account: Account) -> None:
    """Raise `Refused` when a template was not approved, or is of another type than its API_USER."""
    if head.stat is not TemplateStat.APPROVED:
        raise Refused(40824, f"templateStat of {head.invoke_name} is {int(head.stat)}, not 1")
    if head.type is not _TYPES[account.type]:
        kind = f"templateType of {head.invoke_name} is {int(head.type)}"
        raise Refused(40825, f"{kind}, and {account.api_user} is a {account.type} API_USER")


def filled(given: Given, template: Template) -> tuple[Given, tuple[Finding, ...]]:
    """Return the parameters of a mail with this body, and what the client gave in vain."""
    body = template.body
    subject = given.text("subject").strip() or body.subject
    if not subject:
        raise Refused(40826, "neither the call nor the template has a subject")
    in_vain = tuple(name for name in _BODY if name in given.texts)
    texts = {name: text for name, text in given.texts.items() if name not in in_vain}
    texts |= {
        "subject": (subject,),
        "html": (body.html,),
        "contentSummary": (body.content_summary,),
    }
    return replace(given, texts=texts), tuple(
        finding("api-body-ignored", name, parameter=name) for name in in_vain
    )
