"""addresslist/list, add, update, delete (SENDCLOUD.md 7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.http.apiv2.listing import listing
from sendcloud_inbound.ports import Written
from sendcloud_inbound.rules.api import lists, selection
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.books import AddressList


async def list_lists(asked: Asked) -> Response:
    """Lists address lists, all or those of some addresses."""
    addresses, bounds = lists.read_addresses(asked.given), selection.window(asked.given)
    found = await asked.program.lists.lists(asked.account.api_user, addresses, *bounds)
    return asked.success(listing(found, _shown))


async def add_list(asked: Asked) -> Response:
    """Makes an address list, without members."""
    new = lists.read_new(asked.given, asked.program.clock.now_ms())
    with failing(lists.NOT_CREATED):
        made = await asked.program.lists.add_list(asked.account.api_user, new)
    if made is None:
        raise _taken(new.address)
    return asked.success({"data": _shown(made)})


async def update_list(asked: Asked) -> Response:
    """Changes what is given of an address list; the members stay."""
    was = await the_list(asked)
    after = lists.changed(was, asked.given, asked.program.clock.now_ms())
    written = await asked.program.lists.put_list(asked.account.api_user, after)
    if written is Written.TAKEN:
        raise _taken(after.address)
    if written is Written.ABSENT:
        raise no_list(was.address)
    return asked.success({"count": 1})


async def delete_list(asked: Asked) -> Response:
    """Forgets an address list with its members."""
    address = (await the_list(asked)).address
    if not await asked.program.lists.remove_list(asked.account.api_user, address):
        raise no_list(address)
    return asked.success({"count": 1})


async def the_list(asked: Asked) -> AddressList:
    """Return the list that a call names; `Refused` when the API_USER has none of that address."""
    address = lists.read_address(asked.given)
    found = await asked.program.lists.list_of(asked.account.api_user, address)
    if found is not None:
        return found
    if await asked.program.lists.is_elsewhere(address):
        raise Refused(lists.NOT_YOURS, f"the address list {address} is another API_USER's")
    raise no_list(address)


def no_list(address: str) -> Refused:
    """Return what becomes of a call that names a list that is not there."""
    return Refused(lists.NO_LIST, f"there is no address list {address}")


def _taken(address: str) -> Refused:
    return Refused(lists.TAKEN, f"there is an address list {address} already")


def _shown(address_list: AddressList) -> dict[str, Any]:
    return {
        "gmtCreated": time_text(address_list.created_at_ms),
        "gmtUpdated": time_text(address_list.updated_at_ms),
        "address": address_list.address,
        "description": address_list.description,
        "listType": address_list.list_type,
        "memberCount": address_list.member_count,
        "name": address_list.name,
    }


ADDRESS = {"address": f"The address of the list: xxx@{lists.DOMAIN}."}
_SOME = {"address": f"Those of these addresses, with `;` between them: xxx@{lists.DOMAIN}."}
_NAME = {
    "name": "Its name, 1 to 48 characters.",
    "desc": "What it is for, 250 characters at most.",
    "description": "As `desc`.",
}
_TYPE = {"listType": "0; it has no effect."}
_NEW_ADDRESS = {"newAddress": "Another address for it."}

CALLS = (
    Call("addresslist/list", "List address lists", list_lists, _SOME | selection.WINDOW),
    Call("addresslist/add", "Make an address list", add_list, ADDRESS | _NAME | _TYPE),
    Call(
        "addresslist/update",
        "Change an address list",
        update_list,
        ADDRESS | _NEW_ADDRESS | _NAME,
    ),
    Call("addresslist/delete", "Delete an address list", delete_list, ADDRESS),
)
