"""What nearly was what somebody waited for, told when that did not come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.http import problems
from sendcloud_inbound.http.times import to_iso
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import MessageStatus
from sendcloud_inbound.rules.near_misses import Miss, Seen, near_misses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.http.sandbox.wait_queries import WaitQuery
    from sendcloud_inbound.ports import StoredEmail, StoredMessage

_LOOKED_AT = 200
"""Of the newest, when it is to be told why none was it."""
_EVERYTHING = MessageFilter()


async def not_come(program: Parts, query: WaitQuery, count: int) -> problems.ProblemError:
    """Return the problem, with what nearly was it."""
    misses = near_misses(query.given(), await _seen(program, query))
    came = f"{count} of {query.count} came" if count else f"no {query.kind} came"
    detail = f"{came} within {query.timeout_s:g} s"
    if misses:
        detail += f"; nearest: {misses[0].name}, but {misses[0].why}"
    detail += await _evicted(program, query)
    return problems.ProblemError(problems.NOT_COME, detail, near_misses=list(map(_told, misses)))


async def _evicted(program: Parts, query: WaitQuery) -> str:
    """Return a word about what went to keep the mail within bounds, if it can have been that."""
    gone = await program.retention.evicted()
    youngest_ms = gone.newest_received_at_ms
    if youngest_ms is None or youngest_ms < (query.since or 0):
        return ""
    how_many = "1 message was" if gone.count == 1 else f"{gone.count} messages were"
    last = f"the last one received at {to_iso(youngest_ms)}"
    return f"; {how_many} evicted ([retention]), {last}"


def _told(miss: Miss) -> problems.NearMiss:
    return problems.NearMiss(what=miss.name, why=miss.why)


async def _seen(program: Parts, query: WaitQuery) -> Sequence[Seen]:
    """Return the newest emails, and before them the messages that have none."""
    messages = (await program.catalogue.messages(_EVERYTHING, _LOOKED_AT)).items
    emails = (await program.catalogue.emails(_EVERYTHING, _LOOKED_AT)).items
    times = [each.received_at_ms for each in messages]
    times += [each.received_at_ms for each in emails]
    passing = await _passing(program, query, min(times, default=0))
    alone = {MessageStatus.QUEUED, MessageStatus.REFUSED}
    return [
        *(_message(each, passing) for each in messages if each.status in alone),
        *(_email(each, passing) for each in emails),
    ]


async def _passing(
    program: Parts, query: WaitQuery, since_ms: int
) -> set[tuple[str, str, int | None]]:
    """Return what passes the filters that a row does not show: filter, messageId, position.

    Only the store can tell; it is asked for as far back as is looked.
    """
    passing: set[tuple[str, str, int | None]] = set()
    asked = query.mail()
    of_messages = {
        "header": MessageFilter(header=asked.header, since_ms=since_ms) if asked.header else None,
        "q": MessageFilter(q=asked.q, since_ms=since_ms) if asked.q else None,
    }
    for name, wanted in of_messages.items():
        if wanted is not None:
            messages = await program.catalogue.messages(wanted, _LOOKED_AT)
            passing |= {(name, each.message_id, None) for each in messages.items}
    if query.event:
        wanted = MessageFilter(event=query.event, since_ms=since_ms)
        emails = await program.catalogue.emails(wanted, _LOOKED_AT)
        passing |= {("event", each.message_id, each.position) for each in emails.items}
    return passing


def _message(message: StoredMessage, passing: set[tuple[str, str, int | None]]) -> Seen:
    return Seen(
        message.message_id,
        message.api_user,
        message.rcpt_to,
        message.subject,
        message.status,
        message.label_id,
        message.received_at_ms,
        message.status,
        message.reason,
        passes=_of(passing, message.message_id, None),
    )


def _email(email: StoredEmail, passing: set[tuple[str, str, int | None]]) -> Seen:
    return Seen(
        email_id(email.message_id, email.position, email.recipient),
        email.api_user,
        (email.recipient,),
        email.subject,
        email.status,
        email.label_id,
        email.received_at_ms,
        MessageStatus.EXPANDED,
        passes=_of(passing, email.message_id, email.position),
    )


def _of(
    passing: set[tuple[str, str, int | None]], message_id: str, position: int | None
) -> frozenset[str]:
    places = (
        ("header", message_id, None),
        ("q", message_id, None),
        ("event", message_id, position),
    )
    return frozenset(place[0] for place in places if place in passing)
