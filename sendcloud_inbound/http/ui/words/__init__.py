"""Every word of the pages, in Chinese and English: a module for each page, `common` for all.

A module's `WORDS` maps a key to both: `"inbox.title": ("收件箱", "Inbox")`. Keys begin with the
name of their page; `{name}` stands for a value. Templates say `t("inbox.title")`, or
`t("inbox.status." ~ status)`; a test sees to it that they know every key, and leave none over.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sendcloud_inbound.http.languages import Language
from sendcloud_inbound.http.ui.words import (
    common,
    fidelity,
    help,  # noqa: A004 - a page
    inbox,
    lists,
    message,
    refused,
    rules,
    settings,
    statistics,
    suppressions,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODULES = (
    common,
    fidelity,
    help,
    inbox,
    lists,
    message,
    refused,
    rules,
    settings,
    statistics,
    suppressions,
    webhooks,
)

CATALOGUE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {key: both for module in _MODULES for key, both in module.WORDS.items()}
)
"""Chinese and English by key."""


class Words:
    """The words of one language: called with a key, and the values that stand in the text."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._place = 0 if language is Language.CHINESE else 1

    def __call__(self, key: str, **values: object) -> str:
        """Return the text; `KeyError` for a key that is not there."""
        text = CATALOGUE[key][self._place]
        return text.format(**values) if values else text
