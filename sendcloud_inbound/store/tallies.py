"""Counting mail by day, hour, API_USER, label and the recipients' domain (SENDCLOUD.md 7.11).

Two questions to the database: how many emails stand how, and to how many what happened. The
database puts together what is alike, so what comes back is small however much mail there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Integer, Text, cast, func, null, select

from sendcloud_inbound.rules import spans
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.tally import OF_EVENT, Group, nothing
from sendcloud_inbound.store.rows import folded_address
from sendcloud_inbound.store.scopes import HAPPENED_TO, labelled, texts, within
from sendcloud_inbound.store.tables import emails, events, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from sendcloud_inbound.ports import Cut
    from sendcloud_inbound.rules.tally import Tally

_ADDRESS = emails.c.recipient_folded
_UP_TO_AT = func.rtrim(_ADDRESS, func.replace(_ADDRESS, "@", ""))
"""An address up to its last `@`: all other characters it has are taken off its end."""
_DOMAIN = func.substr(_ADDRESS, func.length(_UP_TO_AT) + 1)
_LOCAL_MS = messages.c.received_at_ms + spans.AHEAD_MS
_DAY = (_LOCAL_MS // spans.DAY_MS).label("day")
_HOUR = (_LOCAL_MS % spans.DAY_MS // spans.HOUR_MS).label("hour")
_GROUP: Final = Group._fields
_KINDS = [kind.value for kind in OF_EVENT]


def count(conn: Connection, cut: Cut) -> dict[Group, Tally]:
    """Count mail by group, in the groups' order."""
    found: dict[Group, Tally] = {}
    for row in conn.execute(_emails(cut)):
        tally = found.setdefault(_group(row), nothing())
        tally.add_emails(EmailStatus(row.status), row.sub_status, row.emails)
    for row in conn.execute(_events(cut)):
        tally = found.setdefault(_group(row), nothing())
        # PostgreSQL's sums are Decimals.
        tally.add_events(EventKind(row.kind), int(row.events), row.emails)
    return {group: found[group] for group in sorted(found, key=_place)}


def _emails(cut: Cut) -> Select[Any]:
    """Return the statement for how many emails of a group stand how."""
    each = (
        _parted(cut)
        .add_columns(emails.c.status, emails.c.sub_status)
        .join(emails, emails.c.message_key == messages.c.key)
        .subquery()
    )
    return select(*each.c, func.count().label("emails")).group_by(*each.c)


def _events(cut: Cut) -> Select[Any]:
    """Return the statement for how often something happened, and to how many emails."""
    each = (
        _parted(cut)
        .add_columns(events.c.kind, emails.c.message_key, emails.c.position)
        .join(events, events.c.message_key == messages.c.key)
        .join(emails, HAPPENED_TO)
        .where(events.c.kind.in_(_KINDS))
        .subquery()
    )
    by_email = select(*each.c, func.count().label("times")).group_by(*each.c).subquery()
    parts = [by_email.c[name] for name in (*_GROUP, "kind")]
    return select(
        *parts, func.sum(by_email.c.times).label("events"), func.count().label("emails")
    ).group_by(*parts)


def _parted(cut: Cut) -> Select[Any]:
    """Return the statement for mail with the columns of its group."""
    return (
        select(
            _DAY,
            _HOUR if cut.by_hour else cast(null(), Integer).label("hour"),
            messages.c.api_user,
            messages.c.label_id,
            (_DOMAIN if cut.by_domain else cast(null(), Text)).label("domain"),
        )
        .select_from(messages)
        .where(*_conditions(cut))
    )


def _conditions(cut: Cut) -> Iterator[ColumnElement[bool]]:
    scope = cut.scope
    yield messages.c.api_user.in_(texts(scope.api_users))
    if scope.span is not None:
        yield within(messages.c.received_at_ms, scope.span)
    if scope.label_ids is not None:
        yield labelled(messages.c.label_id, scope.label_ids)
    if cut.domains is not None:
        yield _DOMAIN.in_(map(folded_address, cut.domains))


def _group(row: Row[Any]) -> Group:
    return Group(*(getattr(row, name) for name in _GROUP))


def _place(group: Group) -> tuple[Any, ...]:
    """Return what groups are put in order by: what they have none of goes first."""
    return tuple((part is not None, part) for part in group)
