"""The settings for people to look at: every value with its origin, secrets masked."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from sendcloud_inbound.config.settings import FIELDS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.config.loading import Loaded

MASK = "****"
_USER_AND_PASSWORD = re.compile(r"(://[^:/?#@]*):[^/?#]*@")
_PASSWORD_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&#]*")


def masked(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Return (dotted name, value as text, origin) of every setting, in the order of the file."""
    rows = []
    for setting in SETTINGS:
        values = _accounts(loaded) if setting == "accounts" else _one(loaded, setting)
        rows += [(name, text, loaded.origins[setting]) for name, text in values]
    return rows


def mask_url(url: str) -> str:
    """Return a store's URL without its passwords."""
    url = _USER_AND_PASSWORD.sub(rf"\1:{MASK}@", url)
    return _PASSWORD_PARAMETER.sub(rf"\1{MASK}", url)


def _one(loaded: Loaded, setting: str) -> Iterator[tuple[str, str]]:
    if setting == "store.url":
        yield setting, mask_url(loaded.settings.store.location())
    else:
        text = _text(attrgetter(setting)(loaded.settings))
        yield setting, text if FIELDS[setting].repr or not text else MASK


def _accounts(loaded: Loaded) -> Iterator[tuple[str, str]]:
    for place, account in enumerate(loaded.settings.accounts):
        for name, value in account:
            secret = not FIELDS[f"accounts.{name}"].repr
            yield f"accounts[{place}].{name}", MASK if secret else _text(value)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(map(_text, value))
        case _:
            return str(value)
