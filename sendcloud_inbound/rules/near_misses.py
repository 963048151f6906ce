"""Why what there is was not what somebody waited for."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.model import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST = 5
_ALIKE = 0.6
_MOST_COMPARED = 200
_MOST_REASONS = 2


class Seen(NamedTuple):
    """A message or an email, as far as filters look at it."""

    name: str
    """Its messageId or emailId."""
    api_user: str
    recipients: Sequence[str]
    subject: str
    status: str
    label_id: str | None
    received_at_ms: int
    message_status: MessageStatus
    reason: str | None = None
    passes: frozenset[str] = frozenset()
    """Those of the filters `event`, `header` and `q` that it passes: nothing else here tells."""


class Miss(NamedTuple):
    """Something that nearly was it, and why it was not."""

    name: str
    why: str


def near_misses(wanted: Mapping[str, object], seen: Sequence[Seen]) -> list[Miss]:
    """Return the nearest ones; `wanted` has the filters that are set.

    First those that differ least, among them those whose difference is small, then the newest.
    """
    found = []
    for age, one in enumerate(seen):
        reasons = [*_reasons(wanted, one)]
        if reasons and len(reasons) <= _MOST_REASONS and _is_near(wanted, one, reasons):
            is_far = not any(_is_alike(wanted, name, one) for name, _ in reasons)
            miss = Miss(one.name, "; ".join(why for _, why in reasons))
            found.append((len(reasons), is_far, age, miss))
    return [miss for *_, miss in sorted(found)[:MOST]]


def _reasons(wanted: Mapping[str, object], one: Seen) -> Iterator[tuple[str, str]]:
    """Yield each filter that it does not pass, and why."""
    if one.message_status is MessageStatus.QUEUED:
        yield "queued", "it is still queued: the worker has not expanded it yet"
    elif one.message_status is MessageStatus.REFUSED and wanted.get("status") != "refused":
        yield "refused", f"it was refused at the end of DATA: {one.reason}"
    for name, value in wanted.items():
        why = _why(name, value, one)
        if why is not None:
            yield name, why


def _why(name: str, value: object, one: Seen) -> str | None:
    """Return why it does not pass one filter; None when it does."""
    text = str(value)
    if name == "recipient":
        folded = {each.casefold() for each in one.recipients}
        return None if text.casefold() in folded else f"its recipient is {_some(one.recipients)}"
    if name == "subject":
        is_in = text.casefold() in one.subject.casefold()
        return None if is_in else f"its subject is {one.subject!r}"
    if name == "since_ms":
        return None if one.received_at_ms >= int(text) else "it came before since"
    return _other(name, text, one)


def _other(name: str, text: str, one: Seen) -> str | None:
    has: dict[str, tuple[str | None, str]] = {
        "api_user": (one.api_user, f"it is of another API_USER, {one.api_user}"),
        "status": (one.status, f"its status is {one.status}"),
        "label_id": (one.label_id, f"its label is {one.label_id or '(none)'}"),
        "message_id": (one.name[: len(text)], "it is another message"),
        "event": (None, f"{text} has not happened to it"),
        "header": (None, "it has no header field of that value"),
        "q": (None, f"{text!r} does not stand in it"),
    }
    if name in one.passes:
        return None
    value, why = has[name]
    return None if value == text else why


def _is_near(wanted: Mapping[str, object], one: Seen, reasons: Sequence[tuple[str, str]]) -> bool:
    """Tell whether it is worth a word: something else fits, or what differs is alike."""
    differ = {name for name, _ in reasons}
    if {"queued", "refused"} & differ and len(differ) == 1:
        return True
    fits = wanted.keys() - differ - {"since_ms", "api_user", "status"}
    return bool(fits) or any(_is_alike(wanted, name, one) for name in differ)


def _is_alike(wanted: Mapping[str, object], name: str, one: Seen) -> bool:
    text = str(wanted.get(name, ""))[:_MOST_COMPARED].casefold()
    has = {"recipient": one.recipients, "subject": (one.subject,)}.get(name, ())
    return any(
        SequenceMatcher(None, text, each[:_MOST_COMPARED].casefold()).ratio() >= _ALIKE
        for each in has[:MOST]
    )


def _some(addresses: Sequence[str]) -> str:
    shown = ", ".join(addresses[:MOST])
    return f"{shown} and {len(addresses) - MOST} more" if len(addresses) > MOST else shown
