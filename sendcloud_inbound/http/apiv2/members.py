"""addressmember/list, get, add, update, delete (SENDCLOUD.md 7.8)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.http.apiv2.listing import listing
from sendcloud_inbound.http.apiv2.lists import ADDRESS, no_list, the_list
from sendcloud_inbound.ports import Written
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.api.lists import (
    NOT_ADDED,
    read_changes,
    read_members,
    read_new_members,
)
from sendcloud_inbound.rules.books import MAX_MEMBERS
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.ports import Counted
    from sendcloud_inbound.rules.books import AddressList, Member

_NOT_DELETED = 40519


async def list_members(asked: Asked) -> Response:
    """Lists the members of an address list."""
    its, bounds = await the_list(asked), selection.window(asked.given)
    found = await asked.program.lists.members(its.key, *bounds)
    return asked.success(listing(found, lambda member: _shown(member, its)))


async def get_members(asked: Asked) -> Response:
    """Shows those of some addresses that are members."""
    its, addresses = await the_list(asked), read_members(asked.given)
    found = await asked.program.lists.members_of(its.key, addresses)
    items = [_shown(member, its) for member in found]
    return asked.success({"count": len(items), "dataList": items})


async def add_members(asked: Asked) -> Response:
    """Adds members, and counts those that are new; the others stay as they are."""
    now_ms = asked.program.clock.now_ms()
    with failing(NOT_ADDED):
        its = await the_list(asked)
        new = await asyncio.to_thread(read_new_members, asked.given, now_ms)
        counted = await asked.program.lists.add_members(its.key, new, MAX_MEMBERS)
    if counted.written is Written.FULL:
        raise Refused(NOT_ADDED, f"a list has {MAX_MEMBERS} members at most: nobody was added")
    return _counted(asked, counted, its)


async def update_members(asked: Asked) -> Response:
    """Changes members, and counts those that are; others are left out.

    One whose new address is another member's already is left out too.
    """
    now_ms = asked.program.clock.now_ms()
    with failing(NOT_ADDED):
        its = await the_list(asked)
        changes = await asyncio.to_thread(read_changes, asked.given)
        counted = await asked.program.lists.change_members(its.key, changes, now_ms)
    return _counted(asked, counted, its)


async def delete_members(asked: Asked) -> Response:
    """Takes members off a list, and counts those that were."""
    with failing(_NOT_DELETED):
        its, addresses = await the_list(asked), read_members(asked.given)
        counted = await asked.program.lists.remove_members(its.key, addresses)
    return _counted(asked, counted, its)


def _counted(asked: Asked, counted: Counted, its: AddressList) -> Response:
    if counted.written is Written.ABSENT:  # it was deleted just now
        raise no_list(its.address)
    return asked.success({"count": counted.number})


def _shown(member: Member, its: AddressList) -> dict[str, Any]:
    return {
        "gmtCreated": time_text(member.created_at_ms),
        "gmtUpdated": time_text(member.updated_at_ms),
        "address": its.address,
        "member": member.address,
        "name": member.name,
        "vars": member.vars,
    }


_MEMBERS = {"members": "Addresses, with `;` between them, 1,000 at most."}
_THEIRS = {
    "names": "Their names, as many, with `;` between them: `%name%` of a mail to all.",
    "vars": 'Their other variables, as many: `{"money":"1000"};{"money":"500"}`.',
}
_NEW_MEMBERS = {"newMembers": "Their new addresses, as many; the same for those that stay."}

CALLS = (
    Call("addressmember/list", "List members", list_members, ADDRESS | selection.WINDOW),
    Call("addressmember/get", "Show members", get_members, ADDRESS | _MEMBERS),
    Call("addressmember/add", "Add members", add_members, ADDRESS | _MEMBERS | _THEIRS),
    Call(
        "addressmember/update",
        "Change members",
        update_members,
        ADDRESS | _MEMBERS | _NEW_MEMBERS | _THEIRS,
    ),
    Call("addressmember/delete", "Remove members", delete_members, ADDRESS | _MEMBERS),
)
