"""What nodes tell each other: it comes out as it went in, and always fits."""

from __future__ import annotations

import json

from hypothesis import given, strategies as st

from sendcloud_inbound.ports import Notice, What
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.store.bulletin import Bulletin, Topic, read_bulletin

_MAX_OCTETS = 8_000

notices = st.builds(
    Notice,
    what=st.sampled_from(What),
    api_user=st.none() | st.text(max_size=300),
    events=st.frozensets(st.sampled_from(EventKind)),
    recipients=st.none() | st.just(("ben@ifaxin.com",)),
)


@given(st.lists(st.sampled_from(Topic)), st.lists(notices, max_size=40))
def test_what_is_told_is_heard(topics: list[Topic], told: list[Notice]) -> None:
    """Each topic and each news, if not of whom, and in fewer octets than PostgreSQL sends."""
    bulletin = Bulletin()
    bulletin.topics.update(topics)
    bulletin.note(told)
    text = bulletin.text()
    assert len(text.encode()) < _MAX_OCTETS
    heard = read_bulletin(text)
    assert heard.topics == set(topics)
    for notice in told:
        assert any(covers(one, notice) for one in heard.notices())


def covers(heard: Notice, told: Notice) -> bool:
    """Tell whether whoever waits for what was told looks up."""
    whose = heard.api_user in {None, told.api_user}
    return heard.what is told.what and whose and heard.events >= told.events


def test_the_news_of_many_is_anybodys() -> None:
    """What would be too long is told without their names, and stays small in memory."""
    bulletin = Bulletin()
    bulletin.note(Notice(What.NEW, f"user_{number}") for number in range(10_000))
    assert [notice.api_user for notice in bulletin.notices()] == [None]


def test_nothing_is_nothing() -> None:
    """Without topics and news there is nothing to tell; one of either is enough."""
    assert not Bulletin()
    first, second = Bulletin(), Bulletin()
    first.topics.add(Topic.WORK)
    second.note([Notice(What.NEW, "a")])
    assert first
    assert second
    first.add(second)
    assert [*first.notices()] == [*second.notices()]


def test_words_of_a_newer_node_are_passed_over() -> None:
    """During an upgrade, nodes tell what older ones do not know."""
    text = json.dumps(
        {
            "topics": ["work", "weather"],
            "news": [["new", "a", ["deliver", "yawn"]], ["odd", "a", []]],
            "more": 1,
        }
    )
    heard = read_bulletin(text)
    assert heard.topics == {Topic.WORK}
    assert [*heard.notices()] == [Notice(What.NEW, "a", frozenset({EventKind.DELIVER}))]
