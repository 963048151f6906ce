"""Mail of today for the calls that read, and those calls as clients ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.model import Email, EmailStatus
from tests import builders
from tests.http.apiv2.asking import ask
from tests.http.serving import take

if TYPE_CHECKING:
    from collections.abc import Iterable

    import httpx

    from sendcloud_inbound.store import Store

NOW_MS = 2 * builders.NOW_MS
"""By the application's clock."""
NOW = "2060-05-30 19:30:26"
TODAY = "2060-05-30"
DAY_MS = 86_400_000
LOG = "550 Mailbox not found"
BOUNCED = {"message": LOG, "subStat": 406}


def event(kind: EventKind, position: int = 0, **fields: Any) -> Event:
    """Return something that happened to an email today."""
    values: dict[str, Any] = {"api_user": "", "occurred_at_ms": NOW_MS, "position": position}
    return Event(kind=kind, **values | fields)


async def sent(
    store: Store,
    *mails: tuple[str, EmailStatus, int | None],
    events: Iterable[Event] = (),
    **fields: Any,
) -> str:
    """Store a message of today whose emails stand so; return its messageId."""
    api_user = fields.get("api_user", "sandbox_user")
    emails = tuple(
        Email(n, to, status, sub_status, None if sub_status is None else LOG)
        for n, (to, status, sub_status) in enumerate(mails)
    )
    happened = tuple(each._replace(api_user=api_user) for each in events)
    outcome = builders.expansion(emails=emails, events=happened)
    record = await take(store, outcome, **{"received_at_ms": NOW_MS} | fields)
    return record.message_id


async def delivered(store: Store, *addresses: str, **fields: Any) -> str:
    """Store a message of today that was delivered to some addresses."""
    mails = [(address, EmailStatus.DELIVERED, None) for address in addresses]
    events = [event(EventKind.DELIVER, emails=len(mails)), *fields.pop("events", ())]
    return await sent(store, *mails, events=events, **fields)


async def bounced(store: Store, address: str, **fields: Any) -> str:
    """Store a message of today to one address that does not exist."""
    bounce = event(EventKind.INVALID, details=BOUNCED)
    return await sent(store, (address, EmailStatus.INVALID, 406), events=[bounce], **fields)


async def info(client: httpx.AsyncClient, path: str, **form: Any) -> dict[str, Any]:
    """Return what a call gives that must succeed."""
    answer = await ask(client, path, form)
    assert answer["result"], answer
    found: dict[str, Any] = answer["info"]
    return found


async def code(client: httpx.AsyncClient, path: str, **form: Any) -> int:
    """Return the code of a call that must be refused."""
    answer = await ask(client, path, form)
    assert not answer["result"]
    assert answer["info"] == {}
    number: int = answer["statusCode"]
    return number
