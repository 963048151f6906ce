"""The address lists of an API_USER and their members (SENDCLOUD.md 7.8): look, remove.

They are made by SendCloud's own calls, `/apiv2/addresslist/...`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox.answers import Text, Time
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.sandbox.windows import OfOne, next_cursor
from sendcloud_inbound.http.times import to_iso

if TYPE_CHECKING:
    from sendcloud_inbound.rules.books import AddressList, Member


class ListOwner(BaseModel):
    """Whose list."""

    model_config = ConfigDict(frozen=True)

    api_user: str = Field(min_length=1, description="The API_USER whose list it is.")


class AddressListRow(BaseModel):
    """One list."""

    api_user: Text = Field(description="Whose it is.")
    address: Text = Field(description="What mail is sent to.")
    name: Text
    description: Text
    member_count: int
    created_at: Time
    updated_at: Time


class AddressListPage(BaseModel):
    """A part of the lists, in the order in which they were made."""

    items: list[AddressListRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


class MemberRow(BaseModel):
    """One member of a list."""

    address: Text
    name: Text = Field(description="What `%name%` becomes; may be empty.")
    vars: Text = Field(description="A JSON object of further variables; empty: none.")
    created_at: Time
    updated_at: Time


class MemberPage(BaseModel):
    """A part of the members, in the order in which they were added."""

    items: list[MemberRow]
    next_cursor: str | None = Field(description="Where the next part begins; null after the last.")


router = APIRouter(
    prefix="/address-lists",
    responses=problems.describe(
        problems.BAD_PARAMETER, problems.UNKNOWN_PARAMETER, problems.STORE_UNAVAILABLE
    ),
)
_ONE = problems.describe(problems.UNKNOWN_LIST)

Address = Annotated[str, Path(description="The list's address; compared without case.")]


@router.get("", summary="List the address lists of an API_USER", dependencies=[takes(OfOne)])
async def list_address_lists(request: Request, query: Annotated[OfOne, Query()]) -> AddressListPage:
    """Gives them with how many members each has."""
    window = query.window()
    found = await parts(request).lists.lists(query.api_user, None, *window)
    return AddressListPage(
        items=[_row(query.api_user, each) for each in found.items],
        next_cursor=next_cursor(window, found),
    )


@router.delete(
    "/{address}",
    summary="Remove an address list",
    status_code=204,
    dependencies=[takes(ListOwner)],
    responses=_ONE | problems.describe(problems.CROSS_SITE),
)
async def remove_address_list(
    request: Request, address: Address, query: Annotated[ListOwner, Query()]
) -> Response:
    """Removes it with its members; mail to it that is under way goes on to none of them."""
    if not await parts(request).lists.remove_list(query.api_user, address):
        raise _unknown(query.api_user, address)
    return Response(status_code=204)


@router.get(
    "/{address}/members",
    summary="List the members of an address list",
    dependencies=[takes(OfOne)],
    responses=_ONE,
)
async def list_members(
    request: Request, address: Address, query: Annotated[OfOne, Query()]
) -> MemberPage:
    """Gives each with the variables that are its own."""
    lists, window = parts(request).lists, query.window()
    one = await lists.list_of(query.api_user, address)
    if one is None:
        raise _unknown(query.api_user, address)
    found = await lists.members(one.key, *window)
    return MemberPage(
        items=[_member(each) for each in found.items], next_cursor=next_cursor(window, found)
    )


def _row(api_user: str, one: AddressList) -> AddressListRow:
    return AddressListRow(
        api_user=api_user,
        address=one.address,
        name=one.name,
        description=one.description,
        member_count=one.member_count,
        created_at=to_iso(one.created_at_ms),
        updated_at=to_iso(one.updated_at_ms),
    )


def _member(member: Member) -> MemberRow:
    return MemberRow(
        address=member.address,
        name=member.name,
        vars=member.vars,
        created_at=to_iso(member.created_at_ms),
        updated_at=to_iso(member.updated_at_ms),
    )


def _unknown(api_user: str, address: str) -> problems.ProblemError:
    return problems.ProblemError(
        problems.UNKNOWN_LIST,
        f"{problems.shown(api_user)} has no list {problems.shown(address)}",
    )
