"""The addresses that mail is not sent to (SENDCLOUD.md 5.4): look, add, lift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.bodies import bad_body
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.times import to_iso, to_ms
from sendcloud_inbound.rules.history import Suppression, SuppressionKind
from sendcloud_inbound.rules.suppression import until_ms

if TYPE_CHECKING:
    from sendcloud_inbound.ports import Suppressions

_LONGEST = 320
"""An address has no more (RFC 5321 4.5.3.1)."""

_KIND = "`unsubscribe` (the next mail is invalid 402), `spam` or `blacklist` (401)."
_UNTIL = "When it ends, ISO 8601 or milliseconds; null: never. Left out: a spam report ends after "
_UNTIL += "180 days, the others never."


def _address(text: str) -> str:
    if "@" not in text:
        raise ValueError("an address is such as ben@example.com")
    return text


Address = Annotated[
    str,
    Field(max_length=_LONGEST, json_schema_extra={"pattern": "@"}),
    AfterValidator(_address),
]


def _to_ms(given: object) -> object:
    return None if given is None else to_ms(str(given))


class SuppressionRow(BaseModel):
    """One address that an API_USER's mail is not sent to."""

    api_user: Text = Field(description="Whose mail.")
    address: Text = Field(description="To whom; compared without case.")
    kind: SuppressionKind = Field(description=_KIND)
    since: Time
    until: Time | None = Field(description="When it ends; null: never.")


class SuppressionPage(BaseModel):
    """All of them that are in force, oldest first."""

    items: list[SuppressionRow]
    next_cursor: None = Field(default=None, description="Always null: they are all there.")


class NewSuppression(BaseModel):
    """What is to be suppressed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_user: Annotated[str, Field(min_length=1)] = Field(description="Whose mail.")
    address: Address = Field(description="To whom.")
    kind: SuppressionKind = Field(description=_KIND)
    until: Annotated[
        int | None,
        BeforeValidator(_to_ms),
        WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}),
    ] = Field(default=None, description=_UNTIL)

    def at(self, now_ms: int) -> Suppression:
        """Return it as of now."""
        ends = self.until if "until" in self.model_fields_set else until_ms(self.kind, now_ms)
        return Suppression(self.api_user, self.address, self.kind, now_ms, ends)


class Lifted(BaseModel):
    """How many suppressions were lifted."""

    lifted: int = Field(description="0 when there was none.")


class SuppressionQuery(BaseModel):
    """Which to list."""

    model_config = ConfigDict(frozen=True)

    api_user: str | SkipJsonSchema[None] = Field(default=None, description="Whose mail.")


class LiftQuery(BaseModel):
    """Which to lift."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(description="Whose mail.")
    address: str = Field(description="To whom; compared without case.")
    kind: SuppressionKind | SkipJsonSchema[None] = Field(
        default=None, description="One kind; without it all kinds are lifted."
    )


router = APIRouter(
    prefix="/suppressions",
    responses=problems.describe(
        problems.BAD_PARAMETER,
        problems.UNKNOWN_PARAMETER,
        problems.BAD_BODY,
        problems.STORE_UNAVAILABLE,
    ),
)


@router.get(
    "",
    summary="List the addresses not sent to, oldest first",
    dependencies=[takes(SuppressionQuery)],
)
async def list_suppressions(
    request: Request, query: Annotated[SuppressionQuery, Query()]
) -> SuppressionPage:
    """Gives those in force, whether an event or a call made them."""
    found = await _suppressions(request).suppressions(query.api_user)
    return SuppressionPage(items=[_row(each) for each in found])


@router.post(
    "",
    summary="Have mail to an address not sent",
    dependencies=[takes()],
    responses=problems.describe(
        problems.UNKNOWN_PARAMETER, problems.BAD_BODY, problems.UNKNOWN_API_USER
    ),
)
async def add_suppression(request: Request, body: NewSuppression) -> SuppressionRow:
    """Adds one, or renews it: from the next mail on the address is invalid for this API_USER."""
    program = parts(request)
    if program.accounts.find(body.api_user) is None:
        raise problems.unknown_api_user(body.api_user)
    now_ms = program.clock.now_ms()
    suppression = body.at(now_ms)
    if suppression.until_ms is not None and suppression.until_ms <= now_ms:
        raise bad_body("until: it is over already; give a time to come, or null for ever")
    await program.suppressions.suppress(suppression)
    return _row(suppression)


@router.delete("", summary="Have mail to an address sent again", dependencies=[takes(LiftQuery)])
async def lift_suppressions(request: Request, query: Annotated[LiftQuery, Query()]) -> Lifted:
    """Lifts those of an address; the next mail is tried again."""
    lifted = await _suppressions(request).lift(query.api_user, query.address, query.kind)
    return Lifted(lifted=lifted)


def _suppressions(request: Request) -> Suppressions:
    return parts(request).suppressions


def _row(suppression: Suppression) -> SuppressionRow:
    until = suppression.until_ms
    return SuppressionRow(
        api_user=suppression.api_user,
        address=suppression.address,
        kind=suppression.kind,
        since=to_iso(suppression.since_ms),
        until=None if until is None else to_iso(until),
    )
