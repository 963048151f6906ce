"""API_USERs made by call: each test its own, so that none sees another's mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field, ValidationError

from sendcloud_inbound.config import AccountSettings, complaints, values
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.bodies import bad_body, read_text
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.rules.orders import ApiUser, Webhook
from sendcloud_inbound.rules.simulation import read_rules

if TYPE_CHECKING:
    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.rules.model import Account
    from sendcloud_inbound.rules.simulation import RuleSet

_LONGEST_TTL_S = 366 * 86_400
_LOOK = "GET /sandbox/v1/api-users lists the API_USERs there are."


class ApiUserItem(BaseModel):
    """One API_USER."""

    api_user: Text = Field(description="The name to log in with.")
    api_key: Text | None = Field(
        description="The password of that login; told to who made it, and to nobody later."
    )
    app_key: Text | None = Field(description="What its webhook calls are signed with; likewise.")
    user_id: int = Field(description="The second part of its messageIds.")
    is_configured: bool = Field(description="Whether it stands in the settings.")
    expires_at: Time | None = Field(description="When it goes, with all that is its.")
    webhooks: list[int] = Field(description="The ids of its own webhooks.")


class ApiUserPage(BaseModel):
    """All API_USERs."""

    items: list[ApiUserItem]
    next_cursor: None = Field(default=None, description="Always null: they are all there.")


class Removed(BaseModel):
    """What went with an API_USER."""

    messages: int = Field(description="How many messages it had.")
    is_configured: bool = Field(description="Whether the account stays: it is of the settings.")


class _Order(BaseModel):
    """What is ordered beside the settings of an account."""

    rules: Annotated[
        dict[str, Any] | None, values.Expects("rules", "an object as PUT rules takes it")
    ] = None
    seed: Annotated[int | None, values.Expects("a seed", "a whole number")] = None
    """Of the dice of its rules, unless they name one."""
    ttl_s: Annotated[
        float | None,
        Field(gt=0, le=_LONGEST_TTL_S),
        values.Expects("a time in seconds", f"a number above 0, at most {_LONGEST_TTL_S}"),
    ] = None


_BODY = {
    "requestBody": {
        "description": "All optional: api_user, api_key, app_key (made up where they are left "
        "out), the other settings of an account (user_id, type, sending_domain, webhook_url ...), "
        "`rules` as PUT rules takes them, `seed` for their dice, and `ttl_s`, the seconds after "
        "which it goes by itself.",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}

router = APIRouter(
    prefix="/api-users",
    dependencies=[takes()],
    responses=problems.describe(
        problems.CROSS_SITE, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)

Name = Annotated[str, Path(description="The API_USER.")]


@router.post(
    "",
    summary="Make an API_USER",
    status_code=201,
    openapi_extra=_BODY,
    responses=problems.describe(problems.BAD_BODY, problems.TAKEN),
)
async def create_api_user(request: Request) -> ApiUserItem:
    """Makes one with keys of its own, which can log in at once; in other processes within 1 s."""
    program = parts(request)
    given = _read(await read_text(request))
    order, rules = _order(given)
    settings = _settings(program, given)
    account = settings.to_account(None)
    now_ms = program.clock.now_ms()
    expires_at_ms = None if order.ttl_s is None else now_ms + round(order.ttl_s * 1000)
    made = ApiUser(account, now_ms, expires_at_ms)
    if program.accounts.is_taken(account.api_user) or not await program.orders.add_api_user(made):
        name = problems.shown(account.api_user)
        raise problems.ProblemError(problems.TAKEN, f"there is an API_USER {name}")
    for url in settings.webhook_url:
        await program.orders.add_webhook(Webhook(0, account.api_user, url))
    if rules is not None:
        await program.orders.put_rules(account.api_user, rules)
    return _item(program, account, made, is_told=True)


@router.get("", summary="List API_USERs")
async def list_api_users(request: Request) -> ApiUserPage:
    """Lists those of the settings, then those that were made, without their keys."""
    program = parts(request)
    items = [_item(program, account) for account in program.accounts.configured]
    items += [_item(program, made.account, made) for made in program.orders.api_users().values()]
    return ApiUserPage(items=items)


@router.delete(
    "/{api_user}",
    summary="Remove an API_USER and all that is its",
    responses=problems.describe(problems.UNKNOWN_API_USER),
)
async def delete_api_user(request: Request, api_user: Name) -> Removed:
    """Drops its mail, events, webhooks and their calls, rules and suppressions.

    Nobody can log in as it or send from that moment; the name is free when all of it is gone.
    One of the settings loses all of that too, and can still log in.
    """
    program = parts(request)
    is_known = program.accounts.find(api_user) is not None
    was_made = await program.orders.retire_api_user(api_user)
    if not (is_known or was_made):
        raise problems.unknown_api_user(api_user, remedy=_LOOK)
    messages = await program.eraser.erase_api_user(api_user)
    return Removed(messages=messages, is_configured=not was_made)


def _read(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise bad_body(f"it is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise bad_body("it is no JSON object")
    return given


def _order(given: dict[str, Any]) -> tuple[_Order, RuleSet | None]:
    """Take out what is no setting of an account."""
    ordered = {name: given.pop(name) for name in _Order.model_fields if name in given}
    try:
        order = _Order(**ordered)
        if order.rules is None and order.seed is None:
            return order, None
        seed = {} if order.seed is None else {"seed": order.seed}
        return order, read_rules(json.dumps({"rules": [], **seed, **(order.rules or {})}))
    except ValidationError as error:
        raise _wrong(error, _Order) from error
    except ValueError as error:
        raise bad_body(f"rules: {error}") from error


def _settings(program: Parts, given: dict[str, Any]) -> AccountSettings:
    made_up = {
        "api_user": f"u_{program.random_octets(8).hex()}",
        "api_key": program.random_octets(16).hex(),
        "app_key": program.random_octets(16).hex(),
    }
    try:
        return AccountSettings(**made_up | given)
    except ValidationError as error:
        raise _wrong(error, AccountSettings) from error


def _wrong(error: ValidationError, model: type[BaseModel]) -> problems.ProblemError:
    """Return the problem of the first mistake, in the words that the settings have for it."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "extra_forbidden":
        known = [*AccountSettings.model_fields, *_Order.model_fields]
        return problems.unknown_key(str(first["loc"][-1]), known)
    return bad_body(complaints.explain(error, model.model_fields, {}).partition("\n")[0])


def _item(
    program: Parts, account: Account, made: ApiUser | None = None, *, is_told: bool = False
) -> ApiUserItem:
    expires_at_ms = None if made is None else made.expires_at_ms
    if made is not None and made.is_going:
        expires_at_ms = program.clock.now_ms()
    own = (each for each in program.orders.all_webhooks() if each.api_user == account.api_user)
    return ApiUserItem(
        api_user=account.api_user,
        api_key=account.api_key if is_told else None,
        app_key=account.app_key if is_told else None,
        user_id=account.user_id,
        is_configured=made is None,
        expires_at=None if expires_at_ms is None else to_iso(expires_at_ms),
        webhooks=[each.key for each in own],
    )
