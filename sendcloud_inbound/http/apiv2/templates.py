"""template/list, get, add, update, delete, submit (SENDCLOUD.md 7.11).

Where the settings say so (`api.approve_templates`, the default) the review takes no time: the
answer is the documented one, `templateStat` 0, and the next look at the template finds it approved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.http.apiv2.listing import listing
from sendcloud_inbound.ports import TemplateFilter, Written
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.api.templates import (
    changed,
    no_template,
    read_filter,
    read_invoke_name,
    read_new,
    reviewed,
    submitted,
)
from sendcloud_inbound.rules.books import MAX_TEMPLATES, Template
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.books import TemplateHead, TemplateStat

_NOT_ADDED, _NOT_DELETED, _NOT_UPDATED, _TOO_MANY, _TAKEN = 40215, 40217, 40218, 40219, 40220


async def list_templates(asked: Asked) -> Response:
    """Lists templates without their texts."""
    wanted = TemplateFilter(*read_filter(asked.given))
    bounds = selection.window(asked.given)
    templates = asked.program.templates
    found = await templates.templates(asked.account.api_user, wanted, *bounds)
    return asked.success(listing(found, _head))


async def get_template(asked: Asked) -> Response:
    """Shows one template whole."""
    return asked.success({"data": _shown(await _asked_for(asked))})


async def add_template(asked: Asked) -> Response:
    """Makes a template and submits it, unless isSubmitAudit is 0."""
    template = read_new(asked.given, asked.program.clock.now_ms())
    name = template.head.invoke_name
    with failing(_NOT_ADDED):
        written = await asked.program.templates.add_template(
            asked.account.api_user, _reviewed(asked, template), MAX_TEMPLATES
        )
    if written is Written.TAKEN:
        raise Refused(_TAKEN, f"there is a template {name} already")
    if written is Written.FULL:
        raise Refused(_TOO_MANY, f"there are {MAX_TEMPLATES} templates already")
    return asked.success({"data": _shown(template)})


async def update_template(asked: Asked) -> Response:
    """Changes what is given of a template and submits it again, unless isSubmitAudit is 0."""
    with failing(_NOT_UPDATED):
        template = await _asked_for(asked)
        after = changed(template, asked.given, asked.program.clock.now_ms())
        await _put(asked, after, template.head.stat)
    return asked.success({"count": 1})


async def delete_template(asked: Asked) -> Response:
    """Forgets a template."""
    name = read_invoke_name(asked.given)
    with failing(_NOT_DELETED):
        is_gone = await asked.program.templates.remove_template(asked.account.api_user, name)
    if not is_gone:
        raise no_template(name)
    return asked.success({"count": 1})


async def submit_template(asked: Asked) -> Response:
    """Submits a template to its review, or with cancel=1 takes it back."""
    with failing(_NOT_UPDATED):
        template = await _asked_for(asked)
        head = submitted(template.head, asked.given, asked.program.clock.now_ms())
        await _put(asked, template._replace(head=head), template.head.stat)
    return asked.success({"count": 1})


async def _asked_for(asked: Asked) -> Template:
    name = read_invoke_name(asked.given)
    template = await asked.program.templates.template(asked.account.api_user, name)
    if template is None:
        raise no_template(name)
    return template


async def _put(asked: Asked, template: Template, was: TemplateStat) -> None:
    """Write a template anew, if it is where it was when the call came."""
    put = asked.program.templates.put_template
    if not await put(asked.account.api_user, _reviewed(asked, template), was):
        name = template.head.invoke_name
        raise Refused(_NOT_UPDATED, f"the template {name} was changed by another call just now")


def _reviewed(asked: Asked, template: Template) -> Template:
    if not asked.program.approves_templates:
        return template
    return template._replace(head=reviewed(template.head))


def _head(head: TemplateHead) -> dict[str, Any]:
    updated_at_ms = head.updated_at_ms
    return {
        "name": head.name,
        "invokeName": head.invoke_name,
        "templateType": int(head.type),
        "templateStat": int(head.stat),
        "gmtCreated": time_text(head.created_at_ms),
        "gmtUpdated": "" if updated_at_ms is None else time_text(updated_at_ms),
    }


def _shown(template: Template) -> dict[str, Any]:
    head, body = template
    return _head(head) | {
        "html": body.html,
        "subject": body.subject,
        "contentSummary": body.content_summary,
    }


_NAME = {"invokeName": "The name by which calls name it: A-Z, a-z, 0-9, _, . and -."}
_TYPE = {"templateType": "0 for trigger mail, 1 for batch mail."}
_STAT = {"templateStat": "-2 not submitted, -1 refused, 0 waiting, 1 approved."}
_BODY = {
    "name": "Its name for people.",
    "html": "The body.",
    "subject": "The subject; a mail may have another.",
    "text": "The body as text.",
    "contentSummary": "Preview text of the html, at most 200 octets.",
    "isSubmitAudit": "0: it is not submitted to its review.",
}
_CANCEL = {"cancel": "1: it is taken back from its review."}

CALLS = (
    Call(
        "template/list",
        "List templates",
        list_templates,
        _NAME | _TYPE | _STAT | selection.WINDOW,
    ),
    Call("template/get", "Show a template", get_template, _NAME),
    Call("template/add", "Make a template", add_template, _NAME | _TYPE | _BODY),
    Call("template/update", "Change a template", update_template, _NAME | _TYPE | _BODY),
    Call("template/delete", "Delete a template", delete_template, _NAME),
    Call("template/submit", "Submit a template", submit_template, _NAME | _CANCEL),
)
