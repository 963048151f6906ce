"""apiuser/* and userinfo/get: the API_USERs of a user, and the user (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sendcloud_inbound.http.apiv2 import domains, scopes
from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.rules.api import profile
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.orders import ApiUser

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.api.profile import New
    from sendcloud_inbound.rules.model import Account

_NO_SUCH_DOMAIN, _TOO_MANY, _NOT_MADE = 41108, 41112, 41119
_KEY_OCTETS = 16


async def list_api_users(asked: Asked) -> Response:
    """Lists the API_USERs of the caller's user, without their keys."""
    wanted = profile.wanted(asked.given)
    found = [each for each in scopes.accounts(asked) if wanted.fits(each)]
    rows = [profile.listed_row(each, asked.language) for each in found]
    return asked.success({"count": len(rows), "dataList": rows})


async def add_api_user(asked: Asked) -> Response:
    """Makes one with a key of its own; what is not said, its APP_KEY too, is as the caller's."""
    new = profile.new(asked.given)
    theirs = scopes.accounts(asked)
    with failing(_NOT_MADE):
        known = {each.name for each in await domains.of_user(asked)}
    if new.domain not in known:
        raise Refused(_NO_SUCH_DOMAIN, f"{shown(new.domain)} is no domain of this user")
    if len(theirs) >= profile.MOST_API_USERS:
        raise Refused(_TOO_MANY, f"this user has {len(theirs)} API_USERs, and may have 10")
    account = _account(asked, new)
    made = ApiUser(account, asked.program.clock.now_ms())
    with failing(_NOT_MADE):
        if asked.program.accounts.is_taken(new.name) or not await _add(asked, made):
            raise Refused(_NOT_MADE, f"there is an API_USER {shown(new.name)}")
    row = profile.added_row(account, asked.language)
    return asked.success({"total": len(theirs) + 1, "data": row})


async def get_user(asked: Asked) -> Response:
    """Tells about the user: the quota is the API_USER's, most of the rest is not known here."""
    program = asked.program
    sent_today = program.usage.sent_today(asked.account, program.clock.now_ms())
    return asked.success(profile.user_info(asked.account, sent_today, asked.language))


async def _add(asked: Asked, made: ApiUser) -> bool:
    return await asked.program.orders.add_api_user(made)


def _account(asked: Asked, new: New) -> Account:
    return replace(
        asked.account,
        api_user=new.name,
        api_key=asked.program.random_octets(_KEY_OCTETS).hex(),
        type=new.type,
        sending_domain=new.domain,
        open_tracking=new.open,
        click_tracking=new.click,
        subscription_tracking=new.unsubscribe,
    )


CALLS = (
    Call("apiuser/list", "List the user's API_USERs", list_api_users, profile.LISTED),
    Call("apiuser/add", "Make an API_USER by SendCloud's API", add_api_user, profile.ADDED),
    Call("userinfo/get", "Tell about the user", get_user, {}),
)
