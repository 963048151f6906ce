"""What all roles of a program have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sendcloud_inbound.app import making
from sendcloud_inbound.copier import Copier
from sendcloud_inbound.events import Events
from sendcloud_inbound.intake import Intake
from sendcloud_inbound.ports import Notice, What
from sendcloud_inbound.rules.limits import Usage
from sendcloud_inbound.rules.refusals import Attempts

if TYPE_CHECKING:
    from sendcloud_inbound.accounts import Accounts
    from sendcloud_inbound.config import Settings
    from sendcloud_inbound.delivery import Relay
    from sendcloud_inbound.ports import AdjustableClock, Queue
    from sendcloud_inbound.rules.simulation import Simulation
    from sendcloud_inbound.rules.tracking import Host
    from sendcloud_inbound.store import Store


@dataclass(frozen=True, slots=True)
class Core:
    """One of each, so that the roles of one process know of each other's doings at once."""

    settings: Settings
    clock: AdjustableClock
    store: Store
    accounts: Accounts
    simulation: Simulation
    events: Events
    copier: Copier
    usage: Usage
    """What each API_USER has sent, by whichever door."""
    intake: Intake
    """The one way in, for all doors."""
    attempts: Attempts
    """What SMTP refused in this process before there was a message."""
    relay: Relay | None
    """The way to the server upstream; None when none is set."""
    tracking: Host | None
    """Where tracking links lead to; None when tracking is not configured (D45)."""

    def part_of(self, most: int) -> int:
        """Return how many of what all nodes together may do at a time are for this one."""
        return most if self.store.nodes is None else self.store.nodes.part_of(most)

    @property
    def is_alone(self) -> bool:
        """Whether nobody else writes into the store."""
        return not self.store.is_shared and {"smtp", "worker"} <= {*self.settings.roles}

    @classmethod
    def of(
        cls,
        settings: Settings,
        clock: AdjustableClock,
        store: Store,
        tracking: Host | None,
        queue: Queue,
    ) -> Self:
        """Make them over a store; `queue` is its own, or stands before it."""
        accounts = making.accounts(settings, tracking, store.orders.api_users)
        simulation = making.simulation(settings)
        node = None if store.nodes is None else store.nodes.number
        usage, ids = Usage(), making.ids(settings, node)
        return cls(
            settings=settings,
            clock=clock,
            store=store,
            accounts=accounts,
            simulation=simulation,
            events=Events(store.outbox, store.orders, simulation, clock),
            copier=Copier(store, accounts, tracking),
            usage=usage,
            intake=Intake(queue, ids, clock, usage, settings.mode.fidelity),
            attempts=Attempts(
                lambda attempt: store.news.tell([Notice(What.REFUSED, attempt.api_user)])
            ),
            relay=making.relay(settings.delivery),
            tracking=tracking,
        )
