"""The calls of webhooks, in every store: lent, told, listed, sent once more."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.ports import Attempt, PostFilter, Told
from sendcloud_inbound.rules.history import Event, EventKind, Post, PostState
from sendcloud_inbound.rules.orders import Webhook
from tests.builders import NOW_MS, expansion, record

if TYPE_CHECKING:
    from sendcloud_inbound.ports import LentPost, StoredPost
    from sendcloud_inbound.store import Store
    from tests.fakes import FakeClock
    from tests.store.conftest import OpenStore

ANY = PostFilter()
TO = ("a@example.com", "B@example.com", "c@example.com")
SIGNED = "token=t&timestamp=1&signature=s"


async def hook(store: Store, name: str = "a", api_user: str | None = None) -> Webhook:
    """Store a webhook."""
    return await store.orders.add_webhook(Webhook(0, api_user, f"http://{name}/"))


def post_to(webhook: Webhook, **fields: object) -> Post:
    """Return a post that is due."""
    values: dict[str, object] = {
        "webhook_key": webhook.key,
        "api_user": "sandbox_user",
        "url": webhook.url,
        "kind": EventKind.DELIVER,
        "position": 0,
        "fields": json.dumps({"event": "deliver"}),
        "due_at_ms": NOW_MS,
        "created_at_ms": NOW_MS,
    }
    return Post(**values | fields)  # type: ignore[arg-type]


async def put(store: Store, *posts: Post) -> str:
    """Store posts, with the message that they are about; return its messageId."""
    stored = record()
    await store.put(stored)
    (claim,) = await store.claim(1, 60)
    event = Event(EventKind.DELIVER, "sandbox_user", NOW_MS, emails=len(TO))
    await store.finish({claim.key: expansion(*TO, events=(event,), posts=posts)})
    return stored.message_id


def attempt(number: int = 1, **fields: object) -> Attempt:
    """Return an attempt that was answered 500."""
    values: dict[str, object] = {
        "started_at_ms": NOW_MS,
        "duration_ms": 5,
        "request": f"event=deliver&{SIGNED}",
        "status": 500,
        "answer": "no",
        "error": "HTTP 500",
    }
    return Attempt(number=number, **values | fields)  # type: ignore[arg-type]


def told(post: LentPost, state: PostState, *attempts: Attempt, wait_s: float = 0) -> Told:
    """Return what became of a post."""
    return Told(post, state, NOW_MS + round(wait_s * 1000), attempts)


async def listed(store: Store, **wanted: object) -> list[StoredPost]:
    """Return the posts that are found, newest first."""
    page = await store.deliveries.posts(PostFilter(**wanted), 100)  # type: ignore[arg-type]
    return list(page.items)


# Lent and told


async def test_due_posts_are_lent_by_webhook(store: Store, clock: FakeClock) -> None:
    """In the order of their times, so many of each webhook as were asked for, and to one only."""
    a, b = await hook(store, "a"), await hook(store, "b")
    times = [NOW_MS - 1000, NOW_MS - 3000, NOW_MS - 2000, NOW_MS + 1000]
    await put(store, *(post_to(a, due_at_ms=at) for at in times), post_to(b, due_at_ms=NOW_MS - 9))
    assert await store.posts.due() == {a.key: NOW_MS - 3000, b.key: NOW_MS - 9}
    lent = await store.posts.claim({a.key: 2, b.key: 5}, 30)
    assert [(each.webhook_key, each.due_at_ms) for each in lent] == [
        (a.key, NOW_MS - 3000),
        (a.key, NOW_MS - 2000),
        (b.key, NOW_MS - 9),
    ]
    assert {each.lease_ms for each in lent} == {NOW_MS + 30_000}
    assert [each.due_at_ms for each in await store.posts.claim({a.key: 9, b.key: 9}, 30)] == [
        NOW_MS - 1000
    ]
    assert await store.posts.due() == {a.key: NOW_MS + 1000, b.key: NOW_MS + 30_000}


async def test_ten_thousand_of_one_webhook_do_not_hold_up_another(store: Store) -> None:
    """Each webhook has its own walk: what is asked of another is lent at once."""
    a, b = await hook(store, "a"), await hook(store, "b")
    await put(store, *(post_to(a, due_at_ms=NOW_MS - 5000) for _ in range(10_000)), post_to(b))
    (lent,) = await store.posts.claim({b.key: 1}, 30)
    assert lent.webhook_key == b.key
    assert len(await store.posts.claim({a.key: 16}, 30)) == 16


async def test_two_who_claim_at_once_share(store: Store, url: str, open_at: OpenStore) -> None:
    """In one process or, where the database serves several, in two: no post is lent twice."""
    other = await open_at(url) if url.startswith("postgres") else store
    a = await hook(store)
    await put(store, *(post_to(a) for _ in range(200)))
    claims = [each.posts.claim({a.key: 10}, 30) for each in (store, other) * 10]
    keys = [post.key for lent in await asyncio.gather(*claims) for post in lent]
    assert len(keys) == len(set(keys))
    while rest := await other.posts.claim({a.key: 50}, 30):
        keys += [post.key for post in rest]
    assert len(keys) == len(set(keys)) == 200


async def test_what_a_post_is_comes_back(store: Store) -> None:
    """Its form, its fault, whose it is and where it goes."""
    a = await hook(store)
    fields = json.dumps({"event": "deliver", "message": "人 \ud800"})
    await put(store, post_to(a, fields=fields, fault="late:5", api_user="ü"))
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    assert (lent.fields, lent.fault, lent.api_user, lent.url) == (fields, "late:5", "ü", a.url)
    assert (lent.signed, lent.attempts, lent.created_at_ms) == (None, 0, NOW_MS)


async def test_a_failed_attempt_is_written_and_the_next_is_due(
    store: Store, clock: FakeClock
) -> None:
    """Attempt, state and time in one transaction; nobody gets it before."""
    a = await hook(store)
    await put(store, post_to(a))
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    assert await store.posts.finish(told(lent, PostState.WAITING, attempt(), wait_s=60))
    assert await store.posts.due() == {a.key: NOW_MS + 60_000}
    assert await store.posts.claim({a.key: 1}, 30) == []
    clock.advance(60)
    (again,) = await store.posts.claim({a.key: 1}, 30)
    assert (again.key, again.attempts) == (lent.key, 1)
    done = attempt(2, status=200, answer=None, error=None)
    assert await store.posts.finish(told(again, PostState.DELIVERED, done))
    assert await store.posts.due() == {}
    (post,) = await listed(store)
    assert (post.state, post.attempts) == (PostState.DELIVERED, (attempt(), done))


async def test_who_lost_a_lease_changes_nothing(store: Store, clock: FakeClock) -> None:
    """But his attempt was made, and is in the log."""
    a = await hook(store)
    await put(store, post_to(a))
    (first,) = await store.posts.claim({a.key: 1}, 30)
    clock.advance(31)
    (second,) = await store.posts.claim({a.key: 1}, 30)
    assert not await store.posts.finish(told(first, PostState.GIVEN_UP, attempt()))
    assert await store.posts.finish(told(second, PostState.DELIVERED, attempt(status=200)))
    (post,) = await listed(store)
    assert post.state is PostState.DELIVERED
    assert [each.status for each in post.attempts] == [500, 200]


async def test_what_several_tell_at_once_is_each_their_own(store: Store) -> None:
    """Many outcomes go into one transaction."""
    a = await hook(store)
    await put(store, *(post_to(a) for _ in range(150)))
    lent = await store.posts.claim({a.key: 150}, 30)
    states = [PostState.DELIVERED, PostState.GIVEN_UP, PostState.DROPPED]
    outcomes = (told(post, states[number % 3], attempt()) for number, post in enumerate(lent))
    assert all(await asyncio.gather(*map(store.posts.finish, outcomes)))
    for state in states:
        assert len(await listed(store, state=state)) == 50


async def test_any_answer_can_be_kept(store: Store) -> None:
    """Whatever a receiver says."""
    a = await hook(store)
    await put(store, post_to(a))
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    odd = attempt(answer="\0 人 \ud800", error="\0")
    assert await store.posts.finish(told(lent, PostState.GIVEN_UP, odd))
    (post,) = await listed(store)
    assert post.attempts[0].answer == "\ufffd 人 \ufffd"


async def test_a_paused_webhook_keeps_its_posts(store: Store) -> None:
    """They wait until it goes on; those of a webhook that is removed are dropped."""
    a = await hook(store)
    await put(store, post_to(a))
    await store.orders.pause_webhook(a.key, is_paused=True)
    assert await store.posts.due() == {}
    await store.orders.pause_webhook(a.key, is_paused=False)
    assert await store.posts.due() == {a.key: NOW_MS}
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    await store.orders.remove_webhook(a.key)
    assert not await store.posts.finish(told(lent, PostState.DELIVERED, attempt(status=200)))
    (post,) = await listed(store)
    assert post.state is PostState.DROPPED


async def test_what_has_no_webhook_is_dropped_at_the_start(store: Store) -> None:
    """A post that was written while its webhook was being removed does not wait for ever."""
    gone, stays = await hook(store, "a"), await hook(store, "b")
    await store.orders.remove_webhook(gone.key)
    await put(store, post_to(gone), post_to(stays))
    await store.orders.configure_webhooks([])
    assert [post.state for post in await listed(store)] == [PostState.WAITING, PostState.DROPPED]


async def test_a_held_post_can_be_hastened(store: Store) -> None:
    """Not one that is lent, nor one whose story is over."""
    a = await hook(store)
    held = post_to(a, due_at_ms=NOW_MS + 5000)
    await put(store, held, post_to(a), post_to(a, state=PostState.DROPPED))
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    await store.posts.hasten([post.key for post in await listed(store)])
    (hastened,) = await store.posts.claim({a.key: 9}, 30)
    assert hastened.key != lent.key
    assert await store.posts.finish(told(lent, PostState.DELIVERED))


async def test_waiting_ends_with_news(store: Store) -> None:
    """Posts that are put, and a webhook that goes on, wake who waits."""
    a = await hook(store)
    await store.posts.due()
    await put(store, post_to(a))
    await store.posts.wait(60)
    await store.posts.due()
    await store.orders.pause_webhook(a.key, is_paused=True)
    await store.posts.wait(60)
    await store.posts.due()
    await store.posts.wait(0.01)


async def test_a_restart_ends_the_leases_of_sqlite(
    tmp_path: object, open_at: OpenStore, clock: FakeClock
) -> None:
    """Nobody else can hold them: what was lent is due at once, what is due later stays so."""
    url = f"sqlite:///{tmp_path}/store.db"
    store = await open_at(url)
    a = await hook(store)
    await put(store, post_to(a), post_to(a, due_at_ms=NOW_MS + 9000))
    assert len(await store.posts.claim({a.key: 2}, 30)) == 1
    await store.close()
    again = await open_at(url)
    assert len(await again.posts.claim({a.key: 2}, 30)) == 1


# Listed


async def test_posts_are_found_by_each_filter(store: Store) -> None:
    """Each filter alone finds what it names and nothing else."""
    a, b = await hook(store, "a"), await hook(store, "b")
    first = await put(
        store,
        post_to(a, kind=EventKind.REQUEST, created_at_ms=NOW_MS - 5),
        post_to(a, position=1, created_at_ms=NOW_MS - 4, state=PostState.DROPPED),
    )
    second = await put(store, post_to(b, api_user="other", kind=EventKind.OPEN))
    opened, delivered, requested = await listed(store)
    assert await listed(store, api_user="other") == [opened]
    assert await listed(store, kind=EventKind.REQUEST) == [requested]
    assert await listed(store, state=PostState.DROPPED) == [delivered]
    assert await listed(store, url="http://b/") == [opened]
    assert await listed(store, webhook_key=a.key) == [delivered, requested]
    assert await listed(store, message_id=first) == [delivered, requested]
    assert await listed(store, message_id=first, position=1) == [delivered]
    assert await listed(store, message_id=second, position=1) == []
    assert await listed(store, recipient="b@EXAMPLE.com") == [delivered]
    assert await listed(store, since_ms=NOW_MS) == [opened]
    assert (delivered.recipient, requested.recipient) == (TO[1], None)
    assert (delivered.message_id, opened.message_id) == (first, second)


async def test_pages_of_posts_follow_one_another(store: Store) -> None:
    """Newest first, each once; one can be asked for alone."""
    a = await hook(store)
    await put(store, *(post_to(a) for _ in range(5)))
    seen: list[StoredPost] = []
    cursor = None
    while True:
        page = await store.deliveries.posts(ANY, 2, cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [post.key for post in seen] == sorted((post.key for post in seen), reverse=True)
    assert len(seen) == 5
    assert await store.deliveries.post(seen[2].key) == seen[2]
    assert await store.deliveries.post(4711) is None
    with pytest.raises(ValueError, match="next_cursor"):
        await store.deliveries.posts(ANY, 2, "bogus")


# Sent once more


async def over(store: Store, post: LentPost, signed: str = SIGNED) -> None:
    """Give a post up after an attempt signed so."""
    gone = attempt(request=f"event=deliver&{signed}")
    assert await store.posts.finish(told(post, PostState.GIVEN_UP, gone))


@pytest.mark.parametrize("is_fresh", [True, False])
async def test_a_post_is_sent_once_more(store: Store, clock: FakeClock, *, is_fresh: bool) -> None:
    """As a new post without a fault, due now; the old one's log stays as it was."""
    a = await hook(store)
    message_id = await put(store, post_to(a, position=1, fault="bad_signature"))
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    await over(store, lent)
    clock.advance(100)
    key = await store.deliveries.replay(lent.key, is_fresh=is_fresh)
    new, old = await listed(store)
    assert (new.key, new.state, new.attempts, new.fault) == (key, PostState.WAITING, (), None)
    assert (new.message_id, new.recipient, new.fields) == (message_id, TO[1], old.fields)
    assert (old.state, len(old.attempts)) == (PostState.GIVEN_UP, 1)
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    assert lent.signed == (None if is_fresh else SIGNED)
    assert lent.due_at_ms == lent.created_at_ms == NOW_MS + 100_000


async def test_all_that_match_are_sent_once_more(store: Store) -> None:
    """Oldest first, each once; what waits is not doubled."""
    a, b = await hook(store, "a"), await hook(store, "b")
    await put(store, *(post_to(a) for _ in range(450)), post_to(b), post_to(b))
    lent = await store.posts.claim({a.key: 450, b.key: 1}, 30)
    for number, post in enumerate(lent):
        await over(store, post, f"token={number}")
    wanted = PostFilter(webhook_key=a.key)
    assert await store.deliveries.replay_all(wanted, is_fresh=False) == 450
    again = await store.posts.claim({a.key: 450}, 30)
    assert [post.signed for post in again] == [f"token={number}" for number in range(450)]
    assert await store.deliveries.replay_all(PostFilter(webhook_key=b.key), is_fresh=True) == 1


async def test_nothing_is_sent_to_a_webhook_that_was_removed(store: Store) -> None:
    """Nor what never was."""
    a = await hook(store)
    await put(store, post_to(a))
    (post,) = await listed(store)
    await store.orders.remove_webhook(a.key)
    assert await store.deliveries.replay(post.key, is_fresh=True) is None
    assert await store.deliveries.replay(4711, is_fresh=True) is None
    assert await store.deliveries.replay_all(ANY, is_fresh=True) == 0


async def test_without_an_attempt_there_is_no_original(store: Store) -> None:
    """What was dropped before it was sent gets a signature of its own."""
    a = await hook(store)
    await put(store, post_to(a, state=PostState.DROPPED))
    assert await store.deliveries.replay_all(ANY, is_fresh=False) == 1
    (lent,) = await store.posts.claim({a.key: 1}, 30)
    assert lent.signed is None
