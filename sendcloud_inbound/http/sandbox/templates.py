"""The review of templates, which people make here (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.rules.books import TemplateStat


class ReviewQuery(BaseModel):
    """Whose template."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(min_length=1, description="The API_USER whose template it is.")


class Review(BaseModel):
    """What came of a review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_approved: bool = Field(description="true: it may be sent. false: it is refused (40824).")


class ReviewedTemplate(BaseModel):
    """A template after its review."""

    api_user: Text = Field(description="Whose it is.")
    invoke_name: Text = Field(description="The name by which calls name it.")
    template_stat: int = Field(description="1 approved, -1 refused.")


router = APIRouter(prefix="/templates")


@router.post(
    "/{invoke_name}/review",
    summary="Approve or refuse a template",
    dependencies=[takes(ReviewQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.BAD_BODY,
        problems.CROSS_SITE,
        problems.UNKNOWN_TEMPLATE,
        problems.STORE_UNAVAILABLE,
    ),
)
async def review_template(
    request: Request,
    invoke_name: Annotated[str, Path(description="The name by which calls name it.")],
    query: Annotated[ReviewQuery, Query()],
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
    raise problems.ProblemError(
        problems.UNKNOWN_TEMPLATE,
        f"{problems.shown(query.api_user)} has no template {problems.shown(invoke_name)}",
    )
