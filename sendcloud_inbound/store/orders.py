"""What people have ordered: outcome rules and webhooks, in tables and, to be read, in memory.

Every change counts up one number, the revision. Whoever sees another one than his own reads all
again: a process that made the change at once, other nodes when they hear of it, and all others
within a second (`refresh`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, insert, select, text, update

from sendcloud_inbound.rules.history import EventKind, PostState
from sendcloud_inbound.rules.model import Account, AccountType
from sendcloud_inbound.rules.orders import GOING_MS, ApiUser, Webhook
from sendcloud_inbound.rules.simulation import NO_RULES, RuleSet, read_rules, to_json
from sendcloud_inbound.store.bulletin import Topic
from sendcloud_inbound.store.rows import storable
from sendcloud_inbound.store.tables import (
    IS_WAITING,
    api_users,
    facts,
    outcome_rules,
    webhook_posts,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from sendcloud_inbound.ports import Clock
    from sendcloud_inbound.store.access import Access, Result

_REVISION = "revision"
_KEEP = text("INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
_FACT = select(facts.c.value).where(facts.c.name == text(":name"))
_DROP_LOST = (
    update(webhook_posts)
    .where(IS_WAITING, webhook_posts.c.webhook_key.not_in(select(webhooks.c.key)))
    .values(state=PostState.DROPPED)
)
_REVISE = update(facts).where(facts.c.name == _REVISION)


class _Webhooks:
    """All webhooks; those of an API_USER are found without a look at those of the others."""

    def __init__(self, webhooks: Iterable[Webhook] = ()) -> None:
        self.all = tuple(webhooks)
        self._of_every = tuple(each for each in self.all if each.api_user is None)
        own: dict[str, list[Webhook]] = {}
        for each in self.all:
            if each.api_user is not None:
                own.setdefault(each.api_user, [*self._of_every]).append(each)
        self._by_api_user = {
            name: tuple(sorted(theirs, key=attrgetter("key"))) for name, theirs in own.items()
        }

    def of(self, api_user: str) -> tuple[Webhook, ...]:
        """Return those that events of an API_USER may be told to, in the order of `all`."""
        return self._by_api_user.get(api_user, self._of_every)


class _All(NamedTuple):
    """All orders, as of a revision."""

    revision: str
    rules: dict[str, tuple[int, RuleSet]]
    webhooks: _Webhooks
    api_users: dict[str, ApiUser]

    @property
    def number(self) -> int:
        """The revision as a number."""
        return _number(self.revision)


class StoredOrders:
    """The orders, as `ports.Orders` says."""

    def __init__(
        self,
        access: Access,
        clock: Clock,
        on_change: Callable[[], None],
        ring: Callable[[Topic], None],
    ) -> None:
        self._access = access
        self._clock = clock
        self._on_change = on_change
        self._ring = ring
        self.listeners: list[Callable[[], Awaitable[None]]] = []
        """Who else is to know before a change is done."""
        self._revision = ""
        self._rules: dict[str, tuple[int, RuleSet]] = {}
        """With the time when they were put: rules that nobody has touched stay the same value,
        so that their dice go on."""
        self._webhooks = _Webhooks()
        self._api_users: dict[str, ApiUser] = {}

    async def refresh(self) -> None:
        """Read all again, if anything was changed since the last time."""
        found = await self._access.read(self._changed)
        # Two may read at a time, and the later one end first: what is older does not count.
        if found is not None and found.number > _number(self._revision):
            self._revision, self._rules, self._webhooks, self._api_users = found

    async def fact(self, name: str, value: str) -> str:
        """Return what the store knows under a name; the first time, that is `value`."""

        def keep(conn: Connection) -> str:
            conn.execute(_KEEP, {"name": name, "value": value})
            return _fact(conn, name)

        return await self._access.write(keep)

    def rules(self, api_user: str) -> RuleSet:
        """Return an API_USER's rules; the same value until they are put anew."""
        found = self._rules.get(api_user)
        return NO_RULES if found is None else found[1]

    async def put_rules(self, api_user: str, rules: RuleSet | None) -> None:
        """Replace an API_USER's rules; None removes them."""
        name = storable(api_user)

        def put(conn: Connection) -> None:
            conn.execute(delete(outcome_rules).where(outcome_rules.c.api_user == name))
            if rules is not None:
                known = self._rules.get(name)
                # Later than before, whatever the clock says.
                changed_at_ms = max(self._clock.now_ms(), known[0] + 1 if known else 0)
                row = {"api_user": name, "rules": to_json(rules), "changed_at_ms": changed_at_ms}
                conn.execute(insert(outcome_rules).values(row))

        await self.revise(put)

    def webhooks(self, api_user: str, kind: EventKind) -> Sequence[Webhook]:
        """Return the webhooks that such an event of an API_USER is told to."""
        return [each for each in self._webhooks.of(api_user) if each.wants(kind)]

    def has_webhooks(self, api_user: str) -> bool:
        """Tell whether any event of an API_USER may be told to anybody."""
        return bool(self._webhooks.of(api_user))

    def all_webhooks(self) -> Sequence[Webhook]:
        """Return all of them."""
        return self._webhooks.all

    async def add_webhook(self, webhook: Webhook) -> Webhook:
        """Store one; return it with its key."""
        return await self.revise(lambda conn: self._insert(conn, webhook))

    async def change_webhook(self, webhook: Webhook) -> bool:
        """Give the one of that key another API_USER, URL or events."""
        change = update(webhooks).where(webhooks.c.key == webhook.key).values(_said(webhook))
        return await self.revise(lambda conn: conn.execute(change).rowcount) > 0

    async def pause_webhook(self, key: int, *, is_paused: bool) -> Webhook | None:
        """Stop telling it, or go on."""
        change = update(webhooks).where(webhooks.c.key == key).values(is_paused=is_paused)
        await self.revise(lambda conn: conn.execute(change))
        return next((each for each in self._webhooks.all if each.key == key), None)

    async def remove_webhook(self, key: int) -> bool:
        """Forget one, and drop what waits for it."""
        return await self.revise(lambda conn: _remove(conn, [key])) > 0

    def api_users(self) -> Mapping[str, ApiUser]:
        """Return the API_USERs that were made while the program ran, by name."""
        return self._api_users

    async def add_api_user(self, api_user: ApiUser) -> bool:
        """Store one; False when there is one of that name."""
        row = {
            "api_user": api_user.account.api_user,
            "settings": json.dumps(_settings(api_user.account)),
            "created_at_ms": api_user.created_at_ms,
            "expires_at_ms": api_user.expires_at_ms,
        }

        def add(conn: Connection) -> bool:
            taken = select(api_users.c.api_user).where(api_users.c.api_user == row["api_user"])
            if conn.execute(taken).first() is not None:
                return False
            conn.execute(insert(api_users).values(row))
            return True

        return await self.revise(add)

    async def retire_api_user(self, name: str) -> bool:
        """Let nobody log in as it any more; tell whether there was one."""
        these = api_users.c.api_user == storable(name)
        retired = update(api_users).where(these).values(expires_at_ms=GOING_MS)
        return await self.revise(lambda conn: conn.execute(retired).rowcount) > 0

    async def configure_webhooks(self, configured: Sequence[Webhook]) -> None:
        """Make those of the settings these."""

        def configure(conn: Connection) -> None:
            rows = conn.execute(select(webhooks).where(webhooks.c.is_configured))
            left = {_identity(each): each for each in configured}
            gone = [row.key for row in rows if not left.pop(_identity(_webhook(row)), None)]
            _remove(conn, gone)
            for each in left.values():
                self._insert(conn, each)
            # A call that was written while its webhook was being removed would wait for ever.
            conn.execute(_DROP_LOST)

        await self.revise(configure)

    def _insert(self, conn: Connection, webhook: Webhook) -> Webhook:
        found = conn.execute(
            insert(webhooks)
            .values(
                **_said(webhook),
                is_configured=webhook.is_configured,
                is_paused=webhook.is_paused,
                created_at_ms=self._clock.now_ms(),
            )
            .returning(webhooks)
        )
        return _webhook(found.one())

    async def revise(self, do: Callable[[Connection], Result]) -> Result:
        """Change something, and see to it that everybody reads it."""

        def revise(conn: Connection) -> Result:
            conn.execute(_KEEP, {"name": _REVISION, "value": "0"})
            revision = conn.scalars(
                select(facts.c.value).where(facts.c.name == _REVISION).with_for_update()
            ).one()
            conn.execute(_REVISE.values(value=str(int(revision) + 1)))
            return do(conn)

        result = await self._access.write(revise)
        self._ring(Topic.ORDERS)
        await self.refresh()
        self._on_change()  # a webhook that goes on has posts that wait
        for listener in self.listeners:
            await listener()
        return result

    def _changed(self, conn: Connection) -> _All | None:
        revision = _fact(conn, _REVISION)
        if revision == self._revision:
            return None
        rules = {row.api_user: self._read(row) for row in conn.execute(select(outcome_rules))}
        found = conn.execute(select(webhooks).order_by(webhooks.c.key))
        made = {row.api_user: self._made(row) for row in conn.execute(select(api_users))}
        return _All(revision, rules, _Webhooks(map(_webhook, found)), made)

    def _made(self, row: Row[Any]) -> ApiUser:
        """Return an API_USER; the same value as before, so that others can tell it by."""
        known = self._api_users.get(row.api_user)
        times = (row.created_at_ms, row.expires_at_ms)
        if known is not None and (known.created_at_ms, known.expires_at_ms) == times:
            return known
        return ApiUser(_account(row.settings), row.created_at_ms, row.expires_at_ms)

    def _read(self, row: Row[Any]) -> tuple[int, RuleSet]:
        known = self._rules.get(row.api_user)
        if known is not None and known[0] == row.changed_at_ms:
            return known
        return row.changed_at_ms, read_rules(row.rules)


def _settings(account: Account) -> dict[str, Any]:
    return {**asdict(account), "tracking_domain": None}


def _account(text: str) -> Account:
    values = json.loads(text)
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Account(**{**values, **lists, "type": AccountType(values["type"])})


def _number(revision: str) -> int:
    """Return a revision as a number; 0 where nothing was ordered yet."""
    return int(revision) if revision else 0


def _fact(conn: Connection, name: str) -> str:
    return conn.scalars(_FACT, {"name": name}).one_or_none() or ""


def _said(webhook: Webhook) -> dict[str, Any]:
    """Return the columns for whom, where and what is told."""
    return {
        "api_user": None if webhook.api_user is None else storable(webhook.api_user),
        "url": webhook.url,
        "events": None if webhook.events is None else json.dumps(sorted(webhook.events)),
    }


def _identity(webhook: Webhook) -> tuple[str | None, str, frozenset[EventKind] | None]:
    return webhook.api_user, webhook.url, webhook.events


def _remove(conn: Connection, keys: Sequence[int]) -> int:
    these = webhook_posts.c.webhook_key.in_(keys)
    conn.execute(update(webhook_posts).where(these, IS_WAITING).values(state=PostState.DROPPED))
    return conn.execute(delete(webhooks).where(webhooks.c.key.in_(keys))).rowcount


def _webhook(row: Row[Any]) -> Webhook:
    kinds = None if row.events is None else frozenset(map(EventKind, json.loads(row.events)))
    return Webhook(row.key, row.api_user, row.url, kinds, row.is_configured, row.is_paused)
