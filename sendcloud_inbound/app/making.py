"""Makes the parts of the program as the settings ask for them.

The only place that makes ids and random numbers.
"""

from __future__ import annotations

import hashlib
import os
import random
import ssl
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.delivery import Maildir, Relay, RelaySettings
from sendcloud_inbound.errors import StartupError
from sendcloud_inbound.ports import Bounds
from sendcloud_inbound.rules.dialogue import Terms
from sendcloud_inbound.rules.ids import MessageIds, seeded
from sendcloud_inbound.rules.simulation import Simulation
from sendcloud_inbound.rules.tracking import Host
from sendcloud_inbound.smtp.handler import SandboxHandler
from sendcloud_inbound.smtp.listener import Listener
from sendcloud_inbound.webhooks import Manner, Teller
from sendcloud_inbound.worker import (
    ListSender,
    Outcomes,
    Patience,
    Persistence,
    Sender,
    Sweeper,
    Worker,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sendcloud_inbound.app.core import Core
    from sendcloud_inbound.config import Delivery, Http, Settings, Smtp
    from sendcloud_inbound.ports import Target
    from sendcloud_inbound.rules.orders import ApiUser
    from sendcloud_inbound.webhooks.poster import HttpPoster

_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - what is listened on elsewhere, not here
_KEY_OCTETS = 32
_MOST = 2**62
"""Databases count no further than a little above."""


def random_octets(count: int) -> bytes:
    """Return octets that nobody can guess."""
    return os.urandom(count)


def public_url(http: Http, addresses: Mapping[str, tuple[str, int]]) -> str | None:
    """Return the URL that leads to the HTTP side; None when this process cannot know its port.

    `addresses` are those that are bound. One that stands for all of them is no place to go to:
    this machine is.
    """
    if http.public_url:
        return http.public_url
    host, port = addresses.get("http", (http.host, http.port))
    if host in _ANY_ADDRESS:
        host = "localhost"
    host = host.partition("%")[0]  # a zone (RFC 4007) has no place in a URL that others follow
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}" if port else None


def tracking_host(
    settings: Settings, addresses: Mapping[str, tuple[str, int]], key: bytes
) -> Host | None:
    """Make what writes tracking URLs and knows them again; None when it is not configured (D45)."""
    url = public_url(settings.http, addresses)
    base = None if url is None else settings.tracking.base(url)
    return None if base is None else Host(base, key, settings.tracking.generation)


async def tracking_key(settings: Settings, keep: Callable[[str, str], Awaitable[str]]) -> bytes:
    """Return the key that signs tracking URLs; `keep` is the store's `fact`.

    Made once for a store, so that all processes know each other's links and those of yesterday;
    with a seed it is the same in every store, so that mail repeats from run to run.
    """
    if settings.ids.seed is not None:
        return hashlib.sha256(f"tracking key of {settings.ids.seed}".encode()).digest()
    fresh = random.SystemRandom().randbytes(_KEY_OCTETS).hex()
    return bytes.fromhex(await keep("tracking_key", fresh))


def accounts(
    settings: Settings,
    tracking: Host | None,
    made: Callable[[], Mapping[str, ApiUser]] = dict,
) -> Accounts:
    """Make the accounts: one book for sessions and worker, so that both know who was made."""
    tracking_domain = None if tracking is None else urlsplit(tracking.url).hostname
    return Accounts(
        (account.to_account(tracking_domain) for account in settings.accounts),
        accept_any=settings.accounts_accept_any,
        tracking_domain=tracking_domain,
        made=made,
    )


def ids(settings: Settings, node: int | None = None) -> MessageIds:
    """Make the id source: part 3 is this process, part 4 begins anywhere (SENDCLOUD.md 2.2).

    Where several machines share a store it is the number of the `node`: in each container, this
    process is the first.
    """
    region, ip = settings.ids.region, settings.ids.ip
    if settings.ids.seed is not None:
        return seeded(settings.ids.seed, region=region, ip=ip)
    counter = random.SystemRandom().randrange(10_000)
    return MessageIds(region=region, ip=ip, process=node or os.getpid(), counter=counter)


def simulation(settings: Settings) -> Simulation:
    """Make the reader of rules and magic addresses."""
    return Simulation(
        settings.simulation.reserved(),
        delay_s=settings.events.delay_s,
        retry_delay_s=settings.worker.retry_delay_s,
    )


def listener(core: Core, tls: ssl.SSLContext | None) -> Listener:
    """Make the SMTP listener and all that its sessions need."""
    clock, smtp = core.clock, core.settings.smtp
    handler = SandboxHandler(
        core.accounts,
        core.usage,
        core.intake,
        clock,
        orders=core.store.orders,
        simulation=core.simulation,
    )
    return Listener(
        handler,
        clock,
        Terms(
            max_message_bytes=smtp.max_message_bytes,
            max_recipients=smtp.max_recipients,
            max_messages=smtp.max_messages_per_connection,
            max_unrecognized=smtp.max_unrecognized_commands,
            starttls=tls is not None,
            asks_sender=True,
            # Without a domain no address ends so.
            asks_recipient_at=f"@{core.simulation.domain}",
        ),
        tls_context=tls,
        idle_timeout_s=smtp.idle_timeout_s,
        max_transaction_s=smtp.max_transaction_s,
        auth_failure_delay_s=smtp.auth_failure_delay_s,
        auth_failure_delay_max_s=smtp.auth_failure_delay_max_s,
        max_connections=smtp.max_connections,
        proxies=tuple(map(ip_network, smtp.proxy_trusted)),
        attempts=core.attempts,
    )


def tls_context(smtp: Smtp) -> ssl.SSLContext | None:
    """Read the certificate, if there is one; `StartupError` when it cannot be used."""
    if smtp.tls_cert is None or smtp.tls_key is None:
        return None
    for name, path in (("smtp.tls_cert", smtp.tls_cert), ("smtp.tls_key", smtp.tls_key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise StartupError(f"{name}: cannot read {path}: {error.strerror}") from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(smtp.tls_cert, smtp.tls_key)
    except ssl.SSLError as error:
        raise StartupError(
            f"smtp.tls_cert and smtp.tls_key: {smtp.tls_cert} and {smtp.tls_key} are not a PEM "
            f"certificate and its key ({error.reason or error})"
        ) from error
    return context


def sweeper(core: Core) -> Sweeper | None:
    """Make what keeps the mail within bounds; None when there are none."""
    kept = core.settings.retention
    wanted = (kept.max_messages, round(kept.max_age_s * 1000), kept.max_bytes)
    bounds = Bounds(*(min(most, _MOST) for most in wanted))
    return Sweeper(core.store.retention, bounds, part_of=core.part_of) if bounds else None


def worker(core: Core, *, is_sent_on: bool) -> Worker:
    """Make the worker; `is_sent_on` tells whether emails go to a target."""
    settings, store = core.settings, core.store
    outcomes = Outcomes(
        core.events,
        store.orders,
        store.suppressions,
        core.simulation,
        core.clock,
        labels=store.labels,
        is_sent_on=is_sent_on,
        delay_s=settings.events.delay_s,
    )
    patience = Patience(
        batch_size=settings.worker.batch_size,
        lease_s=settings.store.lease_s,
        max_attempts=settings.worker.max_attempts,
        retry_delay_s=settings.worker.retry_delay_s,
    )
    return Worker(store, outcomes, core.accounts, patience)


def list_sender(core: Core) -> ListSender:
    """Make what sends mail to address lists."""
    return ListSender(core.store.list_tasks, core.accounts, core.intake)


def sender(core: Core, target: Target | None) -> Sender:
    """Make the sender."""
    delivery = core.settings.delivery
    return Sender(
        core.store.outbox,
        core.store,
        copier=core.copier,
        events=core.events,
        suppressions=core.store.suppressions,
        clock=core.clock,
        target=target,
        part_of=core.part_of,
        persistence=Persistence(
            concurrency=delivery.concurrency,
            max_attempts=delivery.max_attempts,
            retry_delay_s=delivery.retry_delay_s,
        ),
    )


def teller(core: Core) -> Teller:
    """Make what tells webhooks of events."""
    settings = core.settings.webhooks
    manner = Manner(
        schedule=settings.schedule,
        time_scale=settings.time_scale,
        concurrency=settings.concurrency,
        # What is in memory waits for one call before it is its turn.
        lease_s=core.settings.store.lease_s + 2 * settings.timeout_s,
    )
    return Teller(
        core.store.posts,
        core.accounts,
        partial(open_poster, settings.timeout_s),
        clock=core.clock,
        random_octets=random_octets,
        part_of=core.part_of,
        manner=manner,
    )


def open_poster(timeout_s: float) -> HttpPoster:
    """Make what calls webhooks."""
    # A quarter of a second to import, which a process that makes no call saves.
    from sendcloud_inbound.webhooks.poster import HttpPoster  # noqa: PLC0415

    return HttpPoster(timeout_s)


def target(core: Core) -> Target | None:
    """Return where emails are sent on to; None when they stay in the sandbox."""
    delivery = core.settings.delivery
    if delivery.target == "maildir" and delivery.maildir is not None:
        return Maildir(delivery.maildir, core.clock)
    return core.relay if delivery.target == "relay" else None


def relay(delivery: Delivery) -> Relay | None:
    """Make the way to the server upstream; None when there is none."""
    if delivery.host is None:
        return None
    return Relay(
        RelaySettings(
            host=delivery.host,
            port=delivery.port,
            tls=delivery.tls,
            username=delivery.username,
            password=delivery.password,
            helo=delivery.helo,
            ca_file=None if delivery.ca_file is None else str(delivery.ca_file),
            verify=delivery.verify,
            timeout_s=delivery.timeout_s,
            concurrency=delivery.concurrency,
            allow=delivery.allow,
            block=delivery.block,
        )
    )
