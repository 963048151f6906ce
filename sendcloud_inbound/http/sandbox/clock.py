"""The clock of the sandbox: set, stopped, moved on, so that nobody waits for what comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Time
from sendcloud_inbound.http.sandbox.bodies import bad_body
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.times import to_iso, to_ms

if TYPE_CHECKING:
    from sendcloud_inbound.ports import AdjustableClock

_FIRST_MS, _LAST_MS = 1_262_304_000_000, 7_258_118_400_000
"""2010 to 2200: the time in a messageId has 13 digits (SENDCLOUD.md 2.2)."""
_LONGEST_S = 1_000_000_000


def _set_ms(value: object) -> int:
    return to_ms(str(value))


class ClockOrder(BaseModel):
    """What becomes of the clock; at least one, and in this order."""

    model_config = ConfigDict(extra="forbid")

    set: Annotated[
        int | None,
        BeforeValidator(_set_ms),
        WithJsonSchema({"type": "string", "format": "date-time"}),
    ] = Field(default=None, description="The time it is from now on.")
    advance_s: float = Field(
        default=0,
        ge=0,
        le=_LONGEST_S,
        allow_inf_nan=False,
        description="Moves it on, in seconds: what is due by then happens.",
    )
    freeze: bool | None = Field(
        default=None, description="true: it stands from now on. false: it goes on from where it is."
    )

    @model_validator(mode="after")
    def _orders_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("it orders nothing; give set, advance_s or freeze")
        return self

    def carry_out(self, clock: AdjustableClock) -> None:
        """Change the clock; `ValueError` when that would be no time."""
        at_ms = clock.now_ms() if self.set is None else self.set
        at_ms += round(self.advance_s * 1000)
        if not _FIRST_MS <= at_ms <= _LAST_MS:
            raise ValueError("it would be before the year 2010 or after 2200")
        clock.set(at_ms, is_frozen=clock.is_frozen if self.freeze is None else self.freeze)


class ClockFace(BaseModel):
    """What the clock shows."""

    now: Time
    is_frozen: bool = Field(description="Whether it stands.")


router = APIRouter(
    prefix="/clock", dependencies=[takes()], responses=problems.describe(problems.UNKNOWN_PARAMETER)
)
_CHANGING = problems.describe(problems.CROSS_SITE, problems.SHARED_CLOCK)


@router.get("", summary="Tell the time of the sandbox")
async def get_clock(request: Request) -> ClockFace:
    """Gives the time that messages, events and signatures bear."""
    return _face(parts(request).clock)


@router.post(
    "",
    summary="Set, move on or stop the clock",
    responses=_CHANGING | problems.describe(problems.BAD_BODY),
)
async def set_clock(request: Request, body: ClockOrder) -> ClockFace:
    """Changes the time for all of the sandbox: retries, expiry, limits and suppressions follow.

    Mail is taken and expanded while it stands, as ever.
    """
    clock = _changeable(request)
    try:
        body.carry_out(clock)
    except ValueError as error:
        raise bad_body(str(error)) from error
    return _face(clock)


@router.delete("", summary="Let the clock tell the real time again", responses=_CHANGING)
async def reset_clock(request: Request) -> ClockFace:
    """Ends whatever was done to it."""
    clock = _changeable(request)
    clock.reset()
    return _face(clock)


def _changeable(request: Request) -> AdjustableClock:
    program = parts(request)
    if not program.sees_all:
        raise problems.ProblemError(
            problems.SHARED_CLOCK, "other processes work on the same mail, by their own clocks"
        )
    return program.clock


def _face(clock: AdjustableClock) -> ClockFace:
    return ClockFace(now=to_iso(clock.now_ms()), is_frozen=clock.is_frozen)
