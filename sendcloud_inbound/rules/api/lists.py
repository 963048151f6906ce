"""The parameters of the calls about address lists and their members (SENDCLOUD.md 7.8).

The address of a list is `xxx@maillist.sendcloud.org`; the alias of the code table is what stands
before the `@`. `names`, `vars` and `newMembers` go with `members` by position.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.books import AddressList, Member, MemberChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.api.given import Given

DOMAIN: Final = "maillist.sendcloud.org"
MAX_NAME: Final = 48
"""Characters of a list's name, of its alias and of a member's address (40502, 40504, 40513)."""
MAX_DESCRIPTION: Final = 250
MAX_MEMBERS_OF_A_CALL: Final = 1000
MAX_VARS: Final = 100_000
"""Characters of one member's variables; no limit is documented, but a mail has one."""
MAX_LISTS: Final = 5
"""That one mail goes to (40864)."""

NO_LIST: Final = 40511
NOT_YOURS: Final = 40517
TAKEN: Final = 40505
"""The code for an address that another list of the API_USER has."""
NOT_CREATED: Final = 40508
NOT_ADDED: Final = 40516

_BLANK = " \t\r\n"
_decoder = json.JSONDecoder()


def read_address(given: Given) -> str:
    """Read the address of a list, in lower case."""
    return _list_address("address", given.needed("address", 40503), 40504)


def read_addresses(given: Given) -> list[str] | None:
    """Read which lists are to be listed; None for all."""
    if given.optional("address", 40503) is None:
        return None
    return [_list_address("address", each, 40504) for each in given.listed("address")]


def read_new(given: Given, now_ms: int) -> AddressList:
    """Read a new list."""
    address, name = read_address(given), _name(given.needed("name", 40501))
    description = _description(_told_of(given) or "")
    list_type = given.number("listType", NOT_CREATED) or 0
    if list_type > 1:
        raise Refused(NOT_CREATED, f"listType is 0 or 1, not {list_type}")
    return AddressList(0, address, name, description, list_type, 0, now_ms, now_ms)


def changed(address_list: AddressList, given: Given, now_ms: int) -> AddressList:
    """Return a list with what is given anew of it."""
    address = given.optional("newAddress", 40509)
    name, description = given.optional("name", 40501), _told_of(given)
    if address is name is description is None:
        raise Refused(40509, "none of newAddress, name and desc is given: nothing would change")
    was = address_list
    return was._replace(
        address=was.address if address is None else _list_address("newAddress", address, 40510),
        name=was.name if name is None else _name(name),
        description=was.description if description is None else _description(description),
        updated_at_ms=now_ms,
    )


def _told_of(given: Given) -> str | None:
    """Return what a list is for: `desc` in the tables, `description` in the prose (D44)."""
    other = "desc" not in given.texts and "description" in given.texts
    return given.optional("description" if other else "desc", 40506)


def read_members(given: Given, name: str = "members") -> list[str]:
    """Read the addresses of members, in any case as they were given."""
    given.needed(name, 40512)
    entries = given.listed(name)
    if not entries:
        raise Refused(40514, f"{name} names nobody")
    if len(entries) > MAX_MEMBERS_OF_A_CALL:
        detail = f"{name} has {len(entries)} addresses, {MAX_MEMBERS_OF_A_CALL} at most"
        raise Refused(40515, detail)
    for entry in entries:
        if len(entry) > MAX_NAME:
            raise Refused(40513, f"{name} holds {shown(entry)}, {MAX_NAME} characters at most")
        if not is_recipient(entry):
            raise Refused(40518, f"{name} holds {shown(entry)}, which is no address")
    return entries


def read_new_members(given: Given, now_ms: int) -> list[Member]:
    """Read members to be added, with what is theirs."""
    addresses = read_members(given)
    names = _names(given, len(addresses)) or [""] * len(addresses)
    variables = _vars(given, len(addresses)) or [""] * len(addresses)
    return [
        Member(address, name, own, now_ms, now_ms)
        for address, name, own in zip(addresses, names, variables, strict=True)
    ]


def read_changes(given: Given) -> list[MemberChange]:
    """Read what members are to become; names and variables that are not given stay."""
    old, new = read_members(given), read_members(given, "newMembers")
    _check_pairs("newMembers", len(new), len(old), NOT_ADDED)
    names: Sequence[str | None] = _names(given, len(old)) or [None] * len(old)
    variables: Sequence[str | None] = _vars(given, len(old)) or [None] * len(old)
    return [MemberChange(*each) for each in zip(old, new, names, variables, strict=True)]


def read_lists(given: Given) -> list[str]:
    """Read the lists that a mail goes to: `to` with `useAddressList` (7.4, rule 1)."""
    entries = list(dict.fromkeys(entry.lower() for entry in given.listed("to")))
    if not entries:
        raise Refused(40872, "to names no address list")
    if len(entries) > MAX_LISTS:
        raise Refused(40864, f"to has {len(entries)} address lists, {MAX_LISTS} at most")
    for entry in entries:
        if not _is_list_address(entry):
            raise Refused(40862, f"to holds {shown(entry)}, which is not xxx@{DOMAIN}")
    return entries


def _list_address(name: str, text: str, code: int) -> str:
    alias = text.rpartition("@")[0]
    if len(alias) > MAX_NAME:
        raise Refused(code, f"{name}: {MAX_NAME} characters at most before the @")
    if not _is_list_address(text):
        raise Refused(NO_LIST, f"{name} is xxx@{DOMAIN}, not {shown(text)}")
    return text.lower()


def _is_list_address(text: str) -> bool:
    return is_recipient(text) and text.lower().endswith(f"@{DOMAIN}")


def _name(text: str) -> str:
    if len(text) > MAX_NAME:
        raise Refused(40502, f"name has {len(text)} characters, {MAX_NAME} at most")
    return text


def _description(text: str) -> str:
    if len(text) > MAX_DESCRIPTION:
        raise Refused(40507, f"desc has {len(text)} characters, {MAX_DESCRIPTION} at most")
    return text


def _names(given: Given, wanted: int) -> list[str] | None:
    """Read the names of members by position, of whom some may have none; None when not given."""
    text = given.text("names")
    if not text:
        return None
    names = [name.strip() for name in text.split(";")]
    if len(names) == wanted + 1 and not names[-1]:  # a `;` behind the last
        names.pop()
    _check_pairs("names", len(names), wanted, NOT_ADDED)
    return names


def _vars(given: Given, wanted: int) -> list[str] | None:
    """Read the variables of members by position, each as it was written; None when not given."""
    text = given.optional("vars", 40520)
    if text is None:
        return None
    entries = _objects(text)
    _check_pairs("vars", len(entries), wanted, 40521)
    return entries


def _objects(text: str) -> list[str]:
    """Take JSON objects with `;` between them apart: one may stand in a string too."""
    entries: list[str] = []
    place = _skip(text, 0)
    while place < len(text):
        begin = place
        try:
            value, place = _decoder.raw_decode(text, begin)
        except (ValueError, RecursionError) as error:
            raise Refused(40522, f"vars: entry {len(entries) + 1} is no JSON: {error}") from error
        if not isinstance(value, dict):
            raise Refused(40522, f"vars: entry {len(entries) + 1} is no JSON object")
        if place - begin > MAX_VARS:
            detail = f"vars: entry {len(entries) + 1} has more than {MAX_VARS} characters"
            raise Refused(40522, detail)
        entries.append(text[begin:place])
        place = _skip(text, place)
        if place < len(text) and text[place] != ";":
            raise Refused(40522, f"vars: ; is missing behind entry {len(entries)}")
        place = _skip(text, place + 1)
    return entries


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _check_pairs(name: str, number: int, wanted: int, code: int) -> None:
    if number != wanted:
        raise Refused(code, f"{name} has {number} entries, and there are {wanted} members")
