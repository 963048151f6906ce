"""Which mail a call is about: that of its API_USER, or of others of the same user (7.9, 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.ports import Scope, Window
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.model import Account
    from sendcloud_inbound.rules.spans import Span

_NOT_THEIRS = 40016
_MOST_LABELS = 1_000
"""That a part of a name can mean."""


def window(asked: Asked) -> Window:
    """Return which rows are asked for."""
    return Window(*selection.window(asked.given))


def api_users(asked: Asked) -> tuple[str, ...]:
    """Return whose mail: that of the caller, or of those named, who are of the same user."""
    named = selection.api_users(asked.given)
    for name in named:
        if not is_of_user(asked, name):
            raise Refused(_NOT_THEIRS, f"apiUserList: {shown(name)} is no API_USER of this user")
    return tuple(dict.fromkeys(named)) or (asked.account.api_user,)


def is_of_user(asked: Asked, api_user: str) -> bool:
    """Tell whether an API_USER is there, and is of the caller's user."""
    account = asked.program.accounts.find(api_user)
    return account is not None and account.user_id == asked.account.user_id


def accounts(asked: Asked) -> list[Account]:
    """Return the accounts of the caller's user: those of the settings, then those made since."""
    program = asked.program
    made = (each.account for each in program.orders.api_users().values() if not each.is_going)
    everybody = (*program.accounts.configured, *made)
    return [each for each in everybody if each.user_id == asked.account.user_id]


def mine(asked: Asked) -> Scope:
    """Return the caller's mail of a span, or to one address: then the span is ignored (7.11)."""
    address = selection.email(asked.given)
    mine = (asked.account.api_user,)
    if address is not None:
        return Scope(mine, recipient=address)
    return Scope(mine, span=span(asked))


def span(asked: Asked, most_days: int = selection.LIST_DAYS) -> Span:
    """Return the span that is asked for."""
    return selection.span(asked.given, asked.program.clock.now_ms(), most_days)


async def label_ids(asked: Asked, users: Sequence[str]) -> tuple[str, ...] | None:
    """Return the labels asked for: by number, else those that have a text in their names (7.9).

    None means any.
    """
    by_number, name = selection.label(asked.given), asked.given.text("labelName").strip()
    if by_number is not None or not name:
        return by_number
    book = asked.program.labels
    found = [await book.labels(user, name, 0, _MOST_LABELS) for user in users]
    return tuple(str(label.label_id) for listed in found for label in listed.items)


async def label_names(
    asked: Asked, labelled: Iterable[tuple[str, str | None]]
) -> Mapping[tuple[str, str | None], str]:
    """Return the names of labels, by API_USER and number, as far as they have any."""
    by_user: dict[str, set[str]] = {}
    for user, label_id in labelled:
        if label_id is not None:
            by_user.setdefault(user, set()).add(label_id)
    return {
        (user, label_id): name
        for user, ids in by_user.items()
        for label_id, name in (await asked.program.labels.names(user, ids)).items()
    }
