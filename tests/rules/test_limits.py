"""The sliding minute and the day of an API_USER (S18, S19)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, strategies as st

from sendcloud_inbound.rules.limits import Questions, Usage
from sendcloud_inbound.rules.model import Account

ACCOUNT = Account("sandbox_user", "key", "app", 15, rate_limit_per_minute=3, daily_quota=0)
NOW = 1_426_390_015_358


@given(st.lists(st.integers(0, 30_000), max_size=60))
def test_no_minute_has_more_than_the_limit(waits: list[int]) -> None:
    """However messages come, no 60 s hold more than the limit, and a free one is never refused."""
    usage, now = Usage(), NOW
    taken: list[int] = []
    for wait in waits:
        now += wait
        refused = usage.too_frequent(ACCOUNT, now)
        assert refused == (sum(at // 100 > (now - 60_000) // 100 for at in taken) >= 3)
        if not refused:
            usage.add(ACCOUNT, now)
            taken.append(now)


def test_a_quota_is_for_a_day_in_utc() -> None:
    """It is used up by so many messages and begins anew at midnight."""
    account, usage = replace(ACCOUNT, daily_quota=2), Usage()
    usage.add(account, NOW)
    assert not usage.over_quota(account, NOW)
    usage.add(account, NOW)
    assert usage.over_quota(account, NOW)
    assert not usage.over_quota(account, NOW + 86_400_000)


def test_what_was_not_stored_does_not_count() -> None:
    """A message that was counted and then not taken is taken back."""
    account, usage = replace(ACCOUNT, daily_quota=1, rate_limit_per_minute=1), Usage()
    usage.add(account, NOW)
    usage.take_back(account, NOW)
    assert not usage.over_quota(account, NOW)
    assert not usage.too_frequent(account, NOW)


def test_zero_is_no_limit_and_accounts_are_apart() -> None:
    """A limit of 0 never refuses; one API_USER's messages are not another's."""
    unlimited, usage = replace(ACCOUNT, rate_limit_per_minute=0), Usage()
    for _ in range(10):
        usage.add(unlimited, NOW)
    assert not usage.too_frequent(unlimited, NOW)
    assert usage.too_frequent(ACCOUNT, NOW)
    assert not usage.too_frequent(replace(ACCOUNT, api_user="another"), NOW)


def test_what_was_sent_today_is_told() -> None:
    """It begins anew at midnight; another API_USER has sent nothing."""
    usage = Usage()
    usage.add(ACCOUNT, NOW)
    assert usage.sent_today(ACCOUNT, NOW) == 1
    assert usage.sent_today(ACCOUNT, NOW + 86_400_000) == 0
    assert usage.sent_today(replace(ACCOUNT, api_user="another"), NOW) == 0


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30_000)), max_size=60))
def test_nodes_that_tell_each_other_count_as_one(taken: list[tuple[int, int]]) -> None:
    """However messages come to three nodes, each that has heard the others knows of all of them."""
    nodes, now = [Usage() for _ in range(3)], NOW
    times: list[int] = []
    for number, wait in taken:
        now += wait
        times.append(now)
        nodes[number].add(ACCOUNT, now)
        for share in nodes[number].shares(now):
            for other in nodes:
                if other is not nodes[number]:
                    other.hear(number, share)
    today = now // 86_400_000
    assert {node.sent_today(ACCOUNT, now) for node in nodes} == {
        sum(at // 86_400_000 == today for at in times)
    }
    assert {node.sent_today(ACCOUNT, now + 86_400_000) for node in nodes} == {0}
    # The seconds in which a minute begins and ends are told as a whole.
    at_least = sum(at > now - 59_000 for at in times)
    at_most = sum(at > now - 61_000 for at in times)
    for limit in range(1, len(taken) + 2):
        account = replace(ACCOUNT, rate_limit_per_minute=limit)
        for node in nodes:
            assert (at_least >= limit) <= node.too_frequent(account, now) <= (at_most >= limit)


def test_a_share_is_told_until_it_was_heard() -> None:
    """Only what has changed is told, and again when it could not be written."""
    usage = Usage()
    assert usage.shares(NOW) == []
    usage.add(ACCOUNT, NOW)
    (share,) = shares = usage.shares(NOW)
    assert share == ("sandbox_user", ((NOW // 1000, 1),), NOW // 86_400_000, 1)
    assert usage.shares(NOW) == []
    usage.tell_again(shares)
    usage.take_back(ACCOUNT, NOW)
    (share,) = usage.shares(NOW)
    assert share.day_count == 0


def test_questions_are_counted_by_user() -> None:
    """So many in any minute; one that was refused does not count."""
    questions = Questions(2)
    assert [questions.too_frequent(15, NOW) for _ in range(4)] == [False, False, True, True]
    assert not questions.too_frequent(16, NOW)
    assert not questions.too_frequent(15, NOW + 60_100)
    documented = Questions()
    assert [documented.too_frequent(15, NOW) for _ in range(3001)] == [*[False] * 3000, True]
