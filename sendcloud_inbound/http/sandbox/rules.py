"""The outcome rules of an API_USER: look at them, put them, remove them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.bodies import bad_body, read_text, takes_body
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.rules.simulation import NO_RULES, document, read_rules
from sendcloud_inbound.rules.simulation.form import RulesForm

if TYPE_CHECKING:
    from sendcloud_inbound.rules.simulation import RuleSet


class RulesQuery(BaseModel):
    """Whose rules."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(min_length=1, description="The API_USER whose mail they are for.")


router = APIRouter(
    prefix="/rules",
    dependencies=[takes(RulesQuery)],
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.UNKNOWN_API_USER,
        problems.STORE_UNAVAILABLE,
    ),
)


async def known(request: Request, query: Annotated[RulesQuery, Query()]) -> str:
    """Return an API_USER that may have rules."""
    if parts(request).accounts.find(query.api_user) is None:
        raise problems.unknown_api_user(query.api_user)
    return query.api_user


ApiUser = Annotated[str, Depends(known)]


@router.get("", summary="The rules of an API_USER", response_model=RulesForm)
async def get_rules(request: Request, api_user: ApiUser) -> Response:
    """Gives them in their order, defaults filled in, as they can be put again."""
    return _answer(parts(request).orders.rules(api_user))


@router.put(
    "",
    summary="Replace the rules of an API_USER",
    response_model=RulesForm,
    responses=problems.describe(problems.BAD_BODY, problems.UNKNOWN_API_USER),
    openapi_extra=takes_body(RulesForm),
)
async def put_rules(request: Request, api_user: ApiUser) -> Response:
    """Takes effect at once, for mail that comes from now on; dice begin anew. Gives the rules."""
    try:
        rules = read_rules(await read_text(request))
    except ValueError as error:
        raise bad_body(str(error)) from error
    await parts(request).orders.put_rules(api_user, rules)
    return _answer(rules)


@router.delete("", summary="Remove the rules of an API_USER", response_model=RulesForm)
async def delete_rules(request: Request, api_user: ApiUser) -> Response:
    """Leaves the magic addresses. Gives what is left: no rules."""
    await parts(request).orders.put_rules(api_user, None)
    return _answer(NO_RULES)


def _answer(rules: RuleSet) -> Response:
    text = json.dumps(document(rules), ensure_ascii=False)
    return Response(text, media_type="application/json")
