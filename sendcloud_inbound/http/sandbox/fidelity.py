"""The matrix of SendCloud's behaviours, for people and programs that ask whether one is here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.sandbox import queries
from sendcloud_inbound.rules.fidelity import MATRIX, Fidelity


class FidelityQuery(queries.Query):
    """Which of the rows."""

    status: Fidelity | None = Field(default=None, description="Only those of this status.")


class FidelityRow(BaseModel, from_attributes=True):
    """One behaviour of SendCloud."""

    name: str = Field(description="Short and unique.")
    behaviour: str = Field(description="What SendCloud does; of `unknown`, what nobody tells.")
    status: Fidelity = Field(
        description="`implemented` as documented; `differs` from the documents; `unknown` where "
        "they are silent or contradict one another."
    )
    sandbox: str | None = Field(description="What the sandbox does, if not as documented.")
    source: str = Field(
        description="Section of the documents; G an example of the guide, D where they disagree, "
        "S where they are silent."
    )
    tests: list[str] = Field(description="The tests that keep the row true, together.")


class FidelityPage(BaseModel):
    """All rows, in the order of a mail's life."""

    items: list[FidelityRow]
    next_cursor: None = Field(default=None, description="Always null: they are all there.")


router = APIRouter()


@router.get(
    "/fidelity",
    summary="Compare with SendCloud, behaviour by behaviour",
    dependencies=[queries.takes(FidelityQuery)],
    responses=problems.describe(problems.BAD_PARAMETER),
)
async def list_fidelity(query: Annotated[FidelityQuery, Query()]) -> FidelityPage:
    """What is as SendCloud documents it, what differs, and what nobody knows of SendCloud."""
    wanted = query.status
    return FidelityPage(
        items=[FidelityRow.model_validate(row) for row in MATRIX if wanted in {None, row.status}]
    )
