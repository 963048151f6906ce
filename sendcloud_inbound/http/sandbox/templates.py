"""The templates of an API_USER (SENDCLOUD.md 7.11): look, remove, review as SendCloud's people do.

They are made by SendCloud's own calls, `/apiv2/template/...`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, Response

from sendcloud_inbound.http import guard, problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.windows import OfOne, next_cursor
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import TemplateFilter
from sendcloud_inbound.rules.books import Template, TemplateHead, TemplateStat

_STAT = "-2 not submitted, -1 refused, 0 waiting, 1 approved: the only one that may be sent."
_HTML_HEADERS = {"Content-Security-Policy": guard.FOREIGN_HTML}


class TemplateOwner(BaseModel):
    """Whose template."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(min_length=1, description="The API_USER whose template it is.")


class TemplateRow(BaseModel):
    """One template, in short."""

    api_user: Text = Field(description="Whose it is.")
    invoke_name: Text = Field(description="The name by which calls name it.")
    name: Text
    template_type: int = Field(description="Whose mail it is for: 0 trigger, 1 batch.")
    template_stat: int = Field(description=_STAT)
    created_at: Time
    updated_at: Time | None = Field(description="Null: never changed.")


class TemplatePage(BaseModel):
    """A part of the templates, in the order in which they were made."""

    items: list[TemplateRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class TemplateDetail(TemplateRow):
    """One template, whole."""

    subject: Text
    html: Text
    text: Text = Field(description="Empty when it has none.")


class Review(BaseModel):
    """What came of a review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_approved: bool = Field(description="true: it may be sent. false: it is refused (40824).")


class ReviewedTemplate(BaseModel):
    """A template after its review."""

    api_user: Text = Field(description="Whose it is.")
    invoke_name: Text = Field(description="The name by which calls name it.")
    template_stat: int = Field(description="1 approved, -1 refused.")


router = APIRouter(
    prefix="/templates",
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)
_ONE = problems.describe(problems.UNKNOWN_TEMPLATE)
_CHANGING = _ONE | problems.describe(problems.CROSS_SITE)

InvokeName = Annotated[str, Path(description="The name by which calls name it.")]


async def _found(
    request: Request, invoke_name: InvokeName, query: Annotated[TemplateOwner, Query()]
) -> Template:
    found = await parts(request).templates.template(query.api_user, invoke_name)
    if found is None:
        raise _unknown(query.api_user, invoke_name)
    return found


Found = Annotated[Template, Depends(_found)]


@router.get("", summary="List the templates of an API_USER", dependencies=[takes(OfOne)])
async def list_templates(request: Request, query: Annotated[OfOne, Query()]) -> TemplatePage:
    """Gives them without their texts."""
    window = query.window()
    found = await parts(request).templates.templates(query.api_user, TemplateFilter(), *window)
    return TemplatePage(
        items=[TemplateRow(**_row(query.api_user, each)) for each in found.items],
        next_cursor=next_cursor(window, found),
    )


@router.get(
    "/{invoke_name}",  # noqa: FAST003 - `Found` takes it
    summary="One template, whole",
    dependencies=[takes(TemplateOwner)],
    responses=_ONE,
)
async def get_template(template: Found, query: Annotated[TemplateOwner, Query()]) -> TemplateDetail:
    """Gives subject, HTML and text, variables as they stand in them."""
    body = template.body
    row = _row(query.api_user, template.head)
    return TemplateDetail(**row, subject=body.subject, html=body.html, text=body.text)


@router.get(
    "/{invoke_name}/html",  # noqa: FAST003 - `Found` takes it
    summary="The HTML of a template",
    response_class=HTMLResponse,
    dependencies=[takes(TemplateOwner)],
    responses=_ONE,
)
async def get_template_html(template: Found) -> HTMLResponse:
    """Gives it for a browser that runs nothing of it and loads nothing for it."""
    return HTMLResponse(template.body.html.encode("utf-8", "replace"), headers=_HTML_HEADERS)


@router.delete(
    "/{invoke_name}",
    summary="Remove a template",
    status_code=204,
    dependencies=[takes(TemplateOwner)],
    responses=_CHANGING,
)
async def remove_template(
    request: Request, invoke_name: InvokeName, query: Annotated[TemplateOwner, Query()]
) -> Response:
    """Removes it; mail that was made of it stays."""
    if not await parts(request).templates.remove_template(query.api_user, invoke_name):
        raise _unknown(query.api_user, invoke_name)
    return Response(status_code=204)


@router.post(
    "/{invoke_name}/review",
    summary="Approve or refuse a template",
    dependencies=[takes(TemplateOwner)],
    responses=_CHANGING | problems.describe(problems.BAD_BODY),
)
async def review_template(
    request: Request,
    invoke_name: InvokeName,
    query: Annotated[TemplateOwner, Query()],
    review: Review,
) -> ReviewedTemplate:
    """Does what SendCloud's people do, wherever the template stands; nobody else reviews it.

    A template is approved as soon as it is submitted, unless `api.approve_templates` is false.
    """
    templates = parts(request).templates
    stat = TemplateStat.APPROVED if review.is_approved else TemplateStat.REFUSED
    while (found := await templates.template(query.api_user, invoke_name)) is not None:
        after = found._replace(head=found.head._replace(stat=stat))
        if await templates.put_template(query.api_user, after, found.head.stat):
            return ReviewedTemplate(
                api_user=query.api_user, invoke_name=invoke_name, template_stat=stat
            )
    raise _unknown(query.api_user, invoke_name)


def _row(api_user: str, head: TemplateHead) -> dict[str, Any]:
    updated = head.updated_at_ms
    return {
        "api_user": api_user,
        "invoke_name": head.invoke_name,
        "name": head.name,
        "template_type": head.type,
        "template_stat": head.stat,
        "created_at": to_iso(head.created_at_ms),
        "updated_at": None if updated is None else to_iso(updated),
    }


def _unknown(api_user: str, invoke_name: str) -> problems.ProblemError:
    return problems.ProblemError(
        problems.UNKNOWN_TEMPLATE,
        f"{problems.shown(api_user)} has no template {problems.shown(invoke_name)}",
    )
