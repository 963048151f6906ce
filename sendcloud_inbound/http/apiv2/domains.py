"""domain/*: the domains of a user (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.http.apiv2 import scopes
from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.rules.api import domains
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.orders import AddedDomain

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.api.domains import Domain

_TOO_MANY, _UNKNOWN, _NOT_ADDED, _NOT_CHANGED = 41012, 41014, 41015, 41016


async def list_domains(asked: Asked) -> Response:
    """Lists the domains of the user's API_USERs, and those that were added."""
    wanted = domains.wanted(asked.given)
    rows = [domains.row(each, asked.language) for each in await of_user(asked) if wanted.fits(each)]
    return asked.success({"count": len(rows), "dataList": rows})


async def add_domain(asked: Asked) -> Response:
    """Adds a domain, which stays unverified: nothing is looked up."""
    name = domains.added(asked.given)
    now_ms = asked.program.clock.now_ms()
    with failing(_NOT_ADDED):
        theirs = await of_user(asked)
    if any(each.name == name for each in theirs):
        raise Refused(_NOT_ADDED, f"the user has {shown(name)} already")
    if len(theirs) >= domains.MOST_DOMAINS:
        raise Refused(_TOO_MANY, f"this user has {len(theirs)} domains, and may have 5")
    with failing(_NOT_ADDED):
        await asked.program.domains.add(AddedDomain(asked.account.api_user, name, now_ms, now_ms))
    row = domains.row(domains.Domain(name, 0, now_ms, now_ms), asked.language)
    return asked.success({"data": row})


async def update_domain(asked: Asked) -> Response:
    """Gives a domain that was added another name; not once a record of it has been verified."""
    name, new_name = domains.renamed(asked.given)
    with failing(_NOT_CHANGED):
        theirs = {each.name: each for each in await of_user(asked)}
    if name not in theirs:
        raise Refused(_UNKNOWN, f"the user has no domain {shown(name)}")
    if new_name in theirs:
        raise Refused(_NOT_CHANGED, f"the user has {shown(new_name)} already")
    if not theirs[name].created_at_ms:
        raise Refused(_NOT_CHANGED, f"{shown(name)} is of the settings: change it there")
    if any(each.sending_domain == name for each in scopes.accounts(asked)):
        raise Refused(_NOT_CHANGED, f"an API_USER sends from {shown(name)}")
    now_ms = asked.program.clock.now_ms()
    with failing(_NOT_CHANGED):
        await asked.program.domains.rename(_names(asked), name, new_name, now_ms)
    changed = theirs[name]._replace(name=new_name, updated_at_ms=now_ms)
    return asked.success({"data": domains.row(changed, asked.language)})


async def of_user(asked: Asked) -> list[Domain]:
    """Return all domains of the caller's user."""
    more = await asked.program.domains.domains(_names(asked))
    return domains.of_user(scopes.accounts(asked), more)


def _names(asked: Asked) -> list[str]:
    return [each.api_user for each in scopes.accounts(asked)]


CALLS = (
    Call("domain/list", "List the user's domains", list_domains, domains.LISTED),
    Call("domain/add", "Add a domain", add_domain, domains.ADDED),
    Call("domain/update", "Rename a domain", update_domain, domains.RENAMED),
)
