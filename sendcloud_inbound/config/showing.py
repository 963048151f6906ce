"""The settings for people to look at: every value with its origin, secrets masked."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from sendcloud_inbound.config.settings import FIELDS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sendcloud_inbound.config.loading import Loaded
    from sendcloud_inbound.config.settings import Settings

MASK = "****"
_USER_AND_PASSWORD = re.compile(r"(://[^:/?#@]*):[^/?#]*@")
_PASSWORD_PARAMETER = re.compile(r"([?&](?:ssl)?password=)[^&#]*")


def masked(loaded: Loaded) -> list[tuple[str, str, str]]:
    """Return (dotted name, value as text, origin) of every setting, in the order of the file."""
    return [
        (name, text, loaded.origins[setting])
        for setting in SETTINGS
        for name, text in _shown(loaded.settings, setting)
    ]


def in_force(settings: Settings, origins: Mapping[str, str]) -> list[tuple[str, str, str | None]]:
    """Return what `masked` does; the origin is None where nobody has told it."""
    return [
        (name, text, origins.get(setting))
        for setting in SETTINGS
        for name, text in _shown(settings, setting)
    ]


def mask_url(url: str) -> str:
    """Return a store's URL without its passwords."""
    url = _USER_AND_PASSWORD.sub(rf"\1:{MASK}@", url)
    return _PASSWORD_PARAMETER.sub(rf"\1{MASK}", url)


def _shown(settings: Settings, setting: str) -> Iterator[tuple[str, str]]:
    if setting == "accounts":
        yield from _accounts(settings)
    elif setting == "store.url":
        yield setting, mask_url(settings.store.location())
    else:
        text = _text(attrgetter(setting)(settings))
        yield setting, text if FIELDS[setting].repr or not text else MASK


def _accounts(settings: Settings) -> Iterator[tuple[str, str]]:
    for place, account in enumerate(settings.accounts):
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
