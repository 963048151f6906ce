"""What X-SMTPAPI asks for in vain, or fails at recipient by recipient (SENDCLOUD.md 3.1 to 3.3)."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.lint.nearest import hint
from sendcloud_inbound.rules.lint.table import MAX_TOLD, finding
from sendcloud_inbound.rules.xsmtpapi import HEADER
from sendcloud_inbound.rules.xsmtpapi.model import (
    MAX_RECIPIENTS,
    Filters,
    Number,
    has_known_keys,
    unknown_keys,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sendcloud_inbound.rules.model import Finding
    from sendcloud_inbound.rules.xsmtpapi.model import XSmtpApi

_SHORTEST_VARIABLE = len("%x%")


def effect(api: XSmtpApi, rcpt_to: Sequence[str]) -> Iterator[Finding]:
    """Yield what is wrong with the keys; without recipients their number is not judged."""
    if not has_known_keys(api):
        yield finding("xsmtpapi-empty-object", HEADER)
    yield from islice(_unknown(api), MAX_TOLD)
    recipients = len(rcpt_to if api.to is None else api.to)
    yield from _variables(api, recipients)
    yield from islice(_illegal(api.to or ()), MAX_TOLD)
    yield from repeated("xsmtpapi-duplicate-recipient", f"{HEADER} to", api.to or ())
    yield from _switches(api.filters)
    yield from _page_ids(api, recipients)


def repeated(code: str, where: str, addresses: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each address that was given several times (S11)."""
    if len(set(addresses)) < len(addresses):
        twice = ((address, times) for address, times in Counter(addresses).items() if times > 1)
        for address, times in islice(twice, MAX_TOLD):
            yield finding(code, where, address=address, count=times)


def _unknown(api: XSmtpApi) -> Iterator[Finding]:
    for path, key, known in unknown_keys(api):
        yield finding(
            "xsmtpapi-unknown-key",
            f"{HEADER} {path}",
            key=key,
            hint=hint(key, known),
            known=", ".join(known),
        )


def _variables(api: XSmtpApi, recipients: int) -> Iterator[Finding]:
    if api.pubsub is not None:
        if api.sub is not None:
            yield finding("xsmtpapi-sub-ignored", f"{HEADER} sub")
        yield from islice(_without_percent("pubsub", api.pubsub), MAX_TOLD)
    elif api.sub is not None:
        yield from islice(_without_percent("sub", api.sub), MAX_TOLD)
        if recipients:
            yield from _lengths(api.sub, recipients)


def _without_percent(name: str, variables: Iterable[str]) -> Iterator[Finding]:
    for key in variables:
        if not _is_variable(key):
            yield finding("xsmtpapi-key-without-percent", f"{HEADER} {name}.{key}", key=key)


def _is_variable(key: str) -> bool:
    return len(key) >= _SHORTEST_VARIABLE and key[0] == key[-1] == "%"


def _lengths(sub: Mapping[str, Sequence[object] | None], recipients: int) -> Iterator[Finding]:
    """Yield a finding for each variable that has too few or too many values (S7)."""
    lengths = {key: len(values) for key, values in sub.items() if values is not None}
    short = (key for key, values in lengths.items() if values < recipients)
    long = (key for key, values in lengths.items() if values > recipients)
    for code, keys in (("xsmtpapi-sub-short", short), ("xsmtpapi-sub-long", long)):
        for key in islice(filter(_is_variable, keys), MAX_TOLD):
            yield finding(
                code, f"{HEADER} sub.{key}", key=key, values=lengths[key], recipients=recipients
            )


def _illegal(to: Sequence[str]) -> Iterator[Finding]:
    for position, address in enumerate(to[:MAX_RECIPIENTS]):
        if not is_recipient(address):
            yield finding(
                "xsmtpapi-bad-recipient", f"{HEADER} to[{position}]", address=address or '""'
            )


def _switches(filters: Filters | None) -> Iterator[Finding]:
    for name in Filters.model_fields:
        switch = getattr(filters, name, None)
        enable = switch.settings.enable if switch and switch.settings else None
        value = enable.spelling if isinstance(enable, Number) else enable
        if value not in {None, "0", "1"}:
            where = f"{HEADER} filters.{name}.settings.enable"
            yield finding("xsmtpapi-enable", where, value=repr(value))


def _page_ids(api: XSmtpApi, recipients: int) -> Iterator[Finding]:
    page_id = api.settings and api.settings.unsubscribe and api.settings.unsubscribe.page_id
    if recipients and isinstance(page_id, list) and len(page_id) != recipients:
        where = f"{HEADER} settings.unsubscribe.page_id"
        yield finding("xsmtpapi-page-ids", where, numbers=len(page_id), recipients=recipients)
