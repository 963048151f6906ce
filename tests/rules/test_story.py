"""What happens to an email, step by step."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, strategies as st

from sendcloud_inbound.rules import story
from sendcloud_inbound.rules.history import Event, EventKind, Step, SuppressionKind
from sendcloud_inbound.rules.model import Email, EmailStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

EMAIL = Email(3, "ben@ifaxin.com", EmailStatus.REQUESTED)
KINDS = st.sampled_from([None, *(set(EventKind) - {EventKind.ROUTE, EventKind.REQUEST})])
STEPS = st.lists(st.builds(Step, st.sampled_from([0.0, 0.0, 1.5]), KINDS), min_size=1, max_size=8)


def test_steps_at_once_are_taken_together() -> None:
    """Up to the first that has a wait before it."""
    steps = (Step(5, EventKind.DELIVER), Step(0, EventKind.OPEN), Step(2, EventKind.CLICK))
    chapter = story.take("u", EMAIL, steps, 1000)
    assert chapter.email.status is EmailStatus.DELIVERED
    assert [(each.kind, each.position, each.occurred_at_ms) for each in chapter.events] == [
        (EventKind.DELIVER, 3, 1000),
        (EventKind.OPEN, 3, 1000),
    ]
    assert chapter.rest == steps[2:]


def test_a_put_off_attempt_tells_nobody() -> None:
    """It is counted, and the email stays requested."""
    chapter = story.take("u", EMAIL, (Step(0, None), Step(1, EventKind.DELIVER)), 1000)
    assert (chapter.email, chapter.events, chapter.deferrals) == (EMAIL, (), 1)


@given(STEPS)
def test_all_steps_are_taken_once_and_in_order(steps: list[Step]) -> None:
    """However the waits lie, chapter after chapter takes every step, and ends."""
    email, left, kinds, deferrals = EMAIL, tuple(steps), [], 0
    while left:
        chapter = story.take("u", email, left, 0)
        assert len(chapter.rest) < len(left)
        kinds += [each.kind for each in chapter.events]
        email, left, deferrals = chapter.email, chapter.rest, deferrals + chapter.deferrals
    assert kinds == [each.kind for each in steps if each.kind is not None]
    assert deferrals == sum(each.kind is None for each in steps)
    states = [story.STATUS[kind] for kind in kinds if kind in story.STATUS]
    assert email.status is (states[-1] if states else EmailStatus.REQUESTED)


def test_a_failure_leaves_its_reason_with_the_email() -> None:
    """Sub-status and text of the event are the email's."""
    details = {"subStat": 404, "message": "no such"}
    after = story.after(EMAIL, Event(EventKind.INVALID, "u", 0, 3, 1, details))
    assert after == Email(3, "ben@ifaxin.com", EmailStatus.INVALID, 404, "no such")
    assert story.after(EMAIL, Event(EventKind.OPEN, "u", 0, 3)) is EMAIL


def test_unsubscribing_and_reporting_suppress() -> None:
    """The one for good, the other for 180 days; nothing else does (SENDCLOUD.md 5.4)."""
    found = {kind: [*story.suppressed_by(Event(kind, "u", 1000, 3), "a@b.c")] for kind in EventKind}
    (gone,), (spam,) = found.pop(EventKind.UNSUBSCRIBE), found.pop(EventKind.REPORT_SPAM)
    assert (gone.kind, gone.until_ms) == (SuppressionKind.UNSUBSCRIBE, None)
    assert (spam.kind, spam.until_ms) == (SuppressionKind.SPAM, 1000 + 180 * 24 * 3600 * 1000)
    assert not any(found.values())


def in_runs(events: Iterable[Event]) -> list[Event]:
    """Add events one after the other."""
    runs: list[Event] = []
    for event in events:
        story.add(runs, event)
    return runs


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([0, 1])), max_size=12))
def test_merged_events_are_the_same_events(runs: list[tuple[str, int]]) -> None:
    """Taken apart again, they are what they were: each kind, time and position once."""
    events = [
        Event(EventKind.DELIVER if kind == "a" else EventKind.OPEN, "u", at, position)
        for position, (kind, at) in enumerate(runs)
    ]
    merged = in_runs(events)
    apart = [
        run._replace(position=position, emails=1)
        for run in merged
        for position in range(run.position, run.position + run.emails)
    ]
    assert apart == events
    assert all(one[:3] != two[:3] for one, two in pairwise(merged))


def test_the_request_is_no_part_of_a_run() -> None:
    """It is about the message, though its position is that of the first email."""
    request = Event(EventKind.REQUEST, "u", 0, 0, 0)
    deliver = Event(EventKind.DELIVER, "u", 0, 0)
    assert in_runs([request, deliver]) == [request, deliver]
