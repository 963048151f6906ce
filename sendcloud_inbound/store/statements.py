"""Every statement, named as the operation it serves; one text for SQLite and PostgreSQL.

Two things differ between the engines and are written out here: SQLite has no FOR UPDATE and needs
none, since its transactions write one after the other; and each has its own name for the search
of a text within a text. How new keys are taken stands in `sqlite.py` and `postgres.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.store.book_tables import LABEL_ID, labels
from sendcloud_inbound.store.rows import finding_item, folded_address, folded_item, storable
from sendcloud_inbound.store.tables import (
    IS_FRESH,
    IS_RETRIED,
    IS_WAITING,
    OUTCOME,
    QUEUED,
    contents,
    emails,
    events,
    messages,
    outbox,
    versions,
    webhook_posts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine

    from sendcloud_inbound.ports import MessageFilter

_OF_NEARLY_ALL = frozenset({EventKind.REQUEST, EventKind.DELIVER})
Place = tuple[int, ...]
"""Where a row stands in a listing: its message's key, and an email's position."""

_THESE = messages.c.key.in_(bindparam("keys", expanding=True))

# The worker's side

_CLAIMABLE: Select[Any] = (
    select(
        messages.c.key,
        messages.c.message_id,
        messages.c.api_user,
        messages.c.label_id,
        messages.c.mail_from,
        messages.c.rcpt_to,
        messages.c.findings,
        messages.c.attempts,
        messages.c.size,
        messages.c.list_task_id,
    )
    .order_by(messages.c.due_at_ms, messages.c.key)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
# A fresh message is due from the year 1970 on unless it is lent (`handover.py`), so that a clock
# that was set back does not hold up what came before.
CLAIM_FRESH = _CLAIMABLE.where(IS_FRESH, messages.c.due_at_ms <= bindparam("now_ms"))
CLAIM_RETRIED = _CLAIMABLE.where(IS_RETRIED, messages.c.due_at_ms <= bindparam("now_ms"))
LEND = (
    update(messages)
    .where(_THESE)
    .values(due_at_ms=bindparam("until_ms"), attempts=messages.c.attempts + 1)
)
RENEW = (
    update(messages)
    .where(_THESE, messages.c.status == QUEUED)
    .values(due_at_ms=bindparam("until_ms"))
)
_OUTCOME = (
    values(*(column(c.name, c.type) for c in OUTCOME), name="outcome")
    .data([tuple(bindparam(c.name, type_=c.type) for c in OUTCOME)])
    .cte("outcome")
)
FINISH = (
    update(messages)
    .where(messages.c.key == _OUTCOME.c.key, messages.c.status == QUEUED)
    .values({c.name: _OUTCOME.c[c.name] for c in OUTCOME[1:]})
    .returning(messages.c.key)
)
"""For any number of rows (`bulk.write_rows`): each as `rows.outcome_row` makes it."""
POSTPONE = (
    update(messages)
    .where(messages.c.key == bindparam("postponed_key"), messages.c.status == QUEUED)
    # One that was lent at its birth was not counted then (see `handover.py`).
    .values(
        due_at_ms=bindparam("due_at_ms"), attempts=case((IS_FRESH, 1), else_=messages.c.attempts)
    )
)
END_LEASES = tuple(
    update(messages)
    .where(lent, messages.c.due_at_ms > bindparam("now_ms"))
    .values(due_at_ms=bindparam("now_ms"))
    for lent in (IS_FRESH, IS_RETRIED)  # each has its own index
) + tuple(
    update(table).where(table.c.is_lent).values(due_at_ms=bindparam("now_ms"), is_lent=False)
    for table in (outbox, webhook_posts)
)
"""What was lent to a process that is no more is due now."""

BACKLOG = {
    "messages": select(func.count()).where(messages.c.status == QUEUED),
    "emails": select(func.count()).select_from(outbox),
    "webhook_calls": select(func.count()).where(IS_WAITING),
}
"""What waits, by what it is."""

# Health, start and collisions

PROBE = update(versions).values(version_num=versions.c.version_num)
"""Writes for real, and changes nothing."""
READ = select(versions.c.version_num)
FIND_ID = select(messages.c.key).where(messages.c.message_id == bindparam("message_id"))
WHICH_ARE_STORED = select(messages.c.message_id).where(
    messages.c.message_id.in_(bindparam("message_ids", expanding=True))
)

# The reader's side

LABEL_NAME = (
    select(labels.c.name)
    .where(labels.c.api_user == messages.c.api_user, messages.c.label_id == LABEL_ID)
    .scalar_subquery()
    .label("label_name")
)
"""Of a message, as its label is called now; NULL where it has none."""

CONTENTS: Select[Any] = (
    select(contents.c.key, messages.c.message_id, contents.c.content)
    .join(messages, messages.c.key == contents.c.key)
    .where(contents.c.key.in_(bindparam("keys", expanding=True)))
)
CONTENT: Select[Any] = (
    select(messages.c.message_id, contents.c.content)
    .join(contents, contents.c.key == messages.c.key)
    .where(messages.c.message_id == bindparam("message_id"))
)
TRANSCRIPT = (
    select(contents.c.transcript)
    .join(messages, messages.c.key == contents.c.key)
    .where(messages.c.message_id == bindparam("message_id"))
)
MESSAGES: Select[Any] = select(
    messages.c.key,
    messages.c.message_id,
    messages.c.api_user,
    messages.c.label_id,
    messages.c.source,
    messages.c.peer,
    messages.c.helo,
    messages.c.tls,
    messages.c.received_at_ms,
    messages.c.size,
    messages.c.mail_from,
    messages.c.rcpt_to,
    messages.c.subject,
    messages.c.status,
    messages.c.reason,
    messages.c.findings,
)
MESSAGE = MESSAGES.where(messages.c.message_id == bindparam("message_id"))
EMAILS: Select[Any] = select(
    emails.c.message_key.label("key"),
    emails.c.position,
    emails.c.recipient,
    emails.c.status,
    emails.c.sub_status,
    emails.c.reason,
    emails.c.deferrals,
    messages.c.message_id,
    messages.c.api_user,
    messages.c.label_id,
    messages.c.subject,
    messages.c.received_at_ms,
    messages.c.user_headers,
    messages.c.list_task_id,
    LABEL_NAME,
).join(messages, messages.c.key == emails.c.message_key)


EMAIL = EMAILS.where(
    messages.c.message_id == bindparam("message_id"), emails.c.position == bindparam("position")
)


class Holds(FunctionElement[bool]):
    """Whether the first text holds the second, as it is, with no sign of special meaning."""

    name = "holds"
    type: TypeEngine[bool] = Boolean()
    inherit_cache: bool | None = True


@compiles(Holds, "sqlite")
def _instr(element: Holds, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"instr({compiler.process(element.clauses, **kw)}) > 0"


@compiles(Holds, "postgresql")
def _strpos(element: Holds, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"strpos({compiler.process(element.clauses, **kw)}) > 0"


def list_messages(wanted: MessageFilter, after: Place | None, limit: int) -> Select[Any]:
    """Return the statement for a page of messages, newest first, that follow key `after`."""
    page = _matching(MESSAGES, wanted)
    if after is not None:
        page = page.where(messages.c.key < after[0])
    return page.order_by(messages.c.key.desc()).limit(limit)


def count_messages(wanted: MessageFilter, most: int) -> Select[Any]:
    """Return the statement for how many messages match, `most` at most."""
    found = _matching(select(messages.c.key), wanted).limit(most)
    return select(func.count()).select_from(found.subquery())


def _matching(page: Select[Any], wanted: MessageFilter) -> Select[Any]:
    """Return a statement about messages for those that match."""
    page = page.where(*_of_message(wanted))
    if wanted.status is not None:
        page = page.where(messages.c.status == storable(wanted.status))
    if wanted.recipient is not None:
        page = page.where(_has_recipient(wanted.recipient))
    if wanted.event is not None:
        page = page.where(_has_any_event(wanted.event))
    if wanted.finding is not None:
        page = page.where(Holds(messages.c.findings, literal(finding_item(wanted.finding), Text)))
    return page


def next_message(message_id: str, api_user: str | None, *, is_newer: bool) -> Select[Any]:
    """Return the statement for the messageId right after or before that of a message."""
    this = select(messages.c.key).where(messages.c.message_id == storable(message_id))
    key = this.correlate(None).scalar_subquery()
    found = select(messages.c.message_id).where(
        messages.c.key > key if is_newer else messages.c.key < key
    )
    if api_user is not None:
        found = found.where(messages.c.api_user == storable(api_user))
    return found.order_by(messages.c.key if is_newer else messages.c.key.desc()).limit(1)


def list_settled_messages(wanted: MessageFilter, after: Place | None, limit: int) -> Select[Any]:
    """Return the same, without those that the worker has not seen yet."""
    return list_messages(wanted, after, limit).where(messages.c.status != QUEUED)


def list_emails(wanted: MessageFilter, after: Place | None, limit: int) -> Select[Any]:
    """Return the statement for a page of emails that follow key and position `after`."""
    page = EMAILS.where(*_of_message(wanted))
    if wanted.status is not None:
        page = page.where(emails.c.status == storable(wanted.status))
    if wanted.recipient is not None:
        page = page.where(emails.c.recipient_folded == folded_address(wanted.recipient))
    if wanted.event is not None:
        page = page.where(_has_event(wanted.event))
    if after is not None:
        key, position = after
        # The first condition says nothing new, but is one that an index can use.
        page = page.where(
            emails.c.message_key <= key,
            or_(emails.c.message_key < key, emails.c.position > literal(position, BigInteger)),
        )
    return page.order_by(emails.c.message_key.desc(), emails.c.position).limit(limit)


def _of_message(wanted: MessageFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that mean the same for a message and for its emails."""
    for attribute, value in (
        (messages.c.api_user, wanted.api_user),
        (messages.c.message_id, wanted.message_id),
        (messages.c.label_id, wanted.label_id),
    ):
        if value is not None:
            yield attribute == storable(value)
    if wanted.since_ms is not None:
        yield messages.c.received_at_ms >= wanted.since_ms
    if wanted.subject:
        yield Holds(messages.c.subject_folded, literal(storable(wanted.subject.casefold()), Text))


def _has_event(kind: EventKind) -> ColumnElement[bool]:
    """Return the condition: it happened to the email, or to its message as a whole."""
    return exists().where(
        _is_of_message(kind, emails.c.message_key),
        or_(
            events.c.count == 0,
            and_(
                events.c.position <= emails.c.position,
                emails.c.position < events.c.position + events.c.count,
            ),
        ),
    )


def _has_any_event(kind: EventKind) -> ColumnElement[bool]:
    """Return the condition: it happened to the message, or to one of its emails.

    What happens to nearly all is looked up message by message, until the page is full; what is
    rare is looked up first, or all messages would be looked through for it.
    """
    if kind in _OF_NEARLY_ALL:
        return exists().where(_is_of_message(kind, messages.c.key))
    return messages.c.key.in_(select(events.c.message_key).where(events.c.kind == kind.value))


def _is_of_message(kind: EventKind, key: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition on an event: it happened to a message or to an email of it."""
    return and_(events.c.message_key == key, events.c.kind == kind.value)


def _has_recipient(address: str) -> ColumnElement[bool]:
    """Return the condition: in the envelope, or (X-SMTPAPI's `to`) one of the emails."""
    envelope = func.coalesce(messages.c.rcpt_to_folded, messages.c.rcpt_to)
    keys = select(emails.c.message_key).where(emails.c.recipient_folded == folded_address(address))
    return or_(Holds(envelope, literal(folded_item(address), Text)), messages.c.key.in_(keys))
