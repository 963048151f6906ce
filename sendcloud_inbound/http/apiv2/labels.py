"""label/list, get, add, update, delete (SENDCLOUD.md 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.http.apiv2.call import Call, failing
from sendcloud_inbound.http.apiv2.listing import listing
from sendcloud_inbound.ports import Written
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Refused
from sendcloud_inbound.rules.api.labels import (
    no_label,
    read_label_id,
    read_label_name,
    read_label_of_mail,
    read_query,
)
from sendcloud_inbound.rules.spans import time_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.books import Label

_NOT_ADDED, _NOT_DELETED, _NOT_UPDATED, _TAKEN = 40101, 40108, 40110, 40113
_ID = {"labelId": "The number of the label."}
_NAME = {"labelName": "Its name, 1 to 255 characters."}


async def list_labels(asked: Asked) -> Response:
    """Lists the labels whose names hold `query`, or all."""
    query, bounds = read_query(asked.given), selection.window(asked.given)
    found = await asked.program.labels.labels(asked.account.api_user, query, *bounds)
    return asked.success(listing(found, _shown))


async def get_label(asked: Asked) -> Response:
    """Shows one label."""
    label_id = read_label_id(asked.given)
    label = await asked.program.labels.label(asked.account.api_user, label_id)
    if label is None:
        raise no_label(label_id)
    return asked.success({"data": _shown(label)})


async def add_label(asked: Asked) -> Response:
    """Makes a label, under a name that no other has."""
    name = read_label_name(asked.given)
    with failing(_NOT_ADDED):
        label = await asked.program.labels.add_label(asked.account.api_user, name)
    if label is None:
        raise _taken(name)
    return asked.success({"data": _shown(label)})


async def update_label(asked: Asked) -> Response:
    """Gives a label another name; mail that carries it is told under that from now on."""
    label_id, name = read_label_id(asked.given), read_label_name(asked.given)
    with failing(_NOT_UPDATED):
        written = await asked.program.labels.rename_label(asked.account.api_user, label_id, name)
    if written is Written.ABSENT:
        raise no_label(label_id)
    if written is Written.TAKEN:
        raise _taken(name)
    return asked.success({"count": 1})


async def delete_label(asked: Asked) -> Response:
    """Forgets a label; mail that carries its number keeps that."""
    label_id = read_label_id(asked.given)
    with failing(_NOT_DELETED):
        is_gone = await asked.program.labels.remove_label(asked.account.api_user, label_id)
    if not is_gone:
        raise no_label(label_id)
    return asked.success({"count": 1})


async def label_of_mail(asked: Asked) -> str | None:
    """Return the number of the label that a mail is to have: one that there is (D38).

    A `labelName` is made when there is none of that name; `labelId` goes before it.
    """
    labels, api_user = asked.program.labels, asked.account.api_user
    label_id, name = read_label_of_mail(asked.given)
    if label_id and await labels.label(api_user, label_id) is None:
        raise no_label(label_id)
    if not label_id and name:
        label_id = (await labels.label_named(api_user, name)).label_id
    return str(label_id) if label_id else None


def _taken(name: str) -> Refused:
    return Refused(_TAKEN, f"there is a label {name!r} already")  # D32


def _shown(label: Label) -> dict[str, Any]:
    return {
        "gmtCreated": time_text(label.created_at_ms),
        "gmtUpdated": time_text(label.updated_at_ms),
        "labelId": label.label_id,
        "labelName": label.name,
    }


_QUERY = {"query": "A part of the name, in any case."}

CALLS = (
    Call("label/list", "List labels", list_labels, _QUERY | selection.WINDOW),
    Call("label/get", "Show a label", get_label, _ID),
    Call("label/add", "Make a label", add_label, _NAME),
    Call("label/update", "Rename a label", update_label, _ID | _NAME),
    Call("label/delete", "Delete a label", delete_label, _ID),
)
