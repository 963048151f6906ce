"""Whether the program lives, and whether it is ready: for containers, balancers and `ready`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from sendcloud_inbound.errors import InboundError
from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts

Check = Callable[[], Awaitable[None]]

CHECK_TIMEOUT_S = 3.0

_log = structlog.get_logger()

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The program answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """All parts of the program are ready."""

    status: Literal["ready"] = "ready"
    checks: dict[str, Literal["ok"]] = Field(description="Each part that was asked.")


async def _checks(request: Request) -> Mapping[str, Check]:
    return parts(request).checks


@router.head("/livez", include_in_schema=False)  # what `wget --spider` asks
@router.get("/livez", summary="Whether the program lives")
async def get_livez() -> Alive:
    """Answers as long as the event loop runs, whatever the store does."""
    return Alive()


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    summary="Whether mail can be taken and looked at",
    responses=problems.describe(problems.NOT_READY),
)
async def get_readyz(checks: Annotated[Mapping[str, Check], Depends(_checks)]) -> Ready:
    """Asks all listeners and the store, each for 3 s at most; names those that are not ready."""
    names, asked = list(checks), [_ask(name, check) for name, check in checks.items()]
    results = dict(zip(names, await asyncio.gather(*asked), strict=True))
    missing = [f"{name}: {lack}" for name, lack in results.items() if lack is not None]
    if missing:
        raise problems.ProblemError(
            problems.NOT_READY,
            "; ".join(missing),
            checks={name: lack or "ok" for name, lack in results.items()},
        )
    return Ready(checks=dict.fromkeys(names, "ok"))


async def _ask(name: str, check: Check) -> str | None:
    """Return what a part lacks, or None when it is ready."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check()
    except InboundError as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {CHECK_TIMEOUT_S:g} s"
    except Exception:  # noqa: BLE001 - one check must not take the others' answer with it
        _log.exception("check_failed", check=name)
        return "the check failed; the program's log says why"
    return None
