"""messageIds and emailIds (SENDCLOUD.md 2): the grammar, all known samples, and their source."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.ids import (
    EmailId,
    MessageId,
    MessageIds,
    email_id,
    message_id,
    parse_email_id,
    parse_message_id,
    parse_reference,
    seeded,
)

SAMPLES = (Path(__file__).parents[1] / "documents/message_ids.txt").read_text().split()
NOW_MS = 1_426_390_015_358

numbers = st.integers(min_value=0, max_value=10**9)
parts = st.builds(
    MessageId,
    epoch_ms=st.integers(min_value=0, max_value=10**13 - 1),
    user_id=numbers,
    process=numbers,
    counter=st.integers(min_value=0, max_value=9999),
    region=st.sampled_from(["sc", "sg"]),
    ip=st.sampled_from(["10_10_127_51", "10-9-185-168", "0_0_0_0"]),
)


def source(counter: int = 0) -> MessageIds:
    """Return a source of ids that follows the clock."""
    return MessageIds(region="sc", ip="10.10.127.51", process=6484, counter=counter)


def made(ids: MessageIds, count: int, now_ms: int = NOW_MS) -> list[str]:
    """Return so many ids of one moment."""
    return [ids.make(15, now_ms) for _ in range(count)]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_known_sample_is_read_and_written_back(sample: str) -> None:
    """All messageIds of SENDCLOUD.md 2.4, the one with hyphens too, come out as they went in."""
    assert message_id(*parse_message_id(sample)) == sample


def test_parts_of_the_guides_sample() -> None:
    """The parts of the guide's messageId are time, user id, process, counter, region and ip."""
    assert parse_message_id("1426390015358_15_6484_8661.sc-10_10_127_51-inbound") == (
        MessageId(1426390015358, 15, 6484, 8661, "sc", "10_10_127_51")
    )


@given(parts)
def test_parts_survive_the_way_through_text(wanted: MessageId) -> None:
    """Whatever the parts are, the id made of them gives them back."""
    assert parse_message_id(message_id(*wanted)) == wanted


@given(parts, st.integers(0, 999), st.text(st.characters(exclude_characters="\n"), min_size=1))
def test_email_ids_survive_the_way_through_text(
    wanted: MessageId, position: int, recipient: str
) -> None:
    """Whatever the recipient is, an emailId gives back what it was made of."""
    text = message_id(*wanted)
    assert parse_email_id(email_id(text, position, recipient)) == (text, position, recipient)


@pytest.mark.parametrize("recipient", ["1$x@y", "$", "a-inbound5$b@example.com", "joe+1$2@x.y"])
def test_a_recipient_may_look_like_the_end_of_an_id(recipient: str) -> None:
    """Dollar signs and digits of the recipient are not taken for the id's own."""
    text = email_id(SAMPLES[0], 0, recipient)
    assert parse_email_id(text) == EmailId(SAMPLES[0], 0, recipient)


def test_a_reference_of_any_length_is_read_or_passed_over() -> None:
    """Whoever answers a mail may write what he likes into its Message-ID."""
    assert parse_reference(f"<{SAMPLES[0]}7@ifaxin.com>") == (SAMPLES[0], 7)
    assert parse_reference(f"<{SAMPLES[0]}{'9' * 20}@ifaxin.com>") == (SAMPLES[0], 10**20 - 1)
    assert parse_reference(f"<{SAMPLES[0]}{'9' * 10_000}@ifaxin.com>") is None
    assert parse_reference("<own@ifaxin.com>") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1426390015358_15_6484_8661.sc-10_10_127_51",
        "1426390015358_15_6484_8661.sc-10_10_127_51-inbound\n",
        "1426390015358_15_6484_12345.sc-10_10_127_51-inbound",
        "142639001535_15_6484_8661.sc-10_10_127_51-inbound",
        "1426390015358_15_6484_8661.xx-10_10_127_51-inbound",
        "1426390015358_15_6484_8661.sc-inbound",
        "\u0661426390015358_15_6484_8661.sc-10_10_127_51-inbound",
    ],
)
def test_other_text_is_no_message_id(text: str) -> None:
    """What the grammar does not allow is a ValueError."""
    with pytest.raises(ValueError, match="not a messageId"):
        parse_message_id(text)


@pytest.mark.parametrize("text", ["", SAMPLES[0], f"{SAMPLES[0]}0", f"{SAMPLES[0]}0$", "0$a@b"])
def test_other_text_is_no_email_id(text: str) -> None:
    """Without messageId, position, dollar sign and recipient it is no emailId."""
    with pytest.raises(ValueError, match="not an emailId"):
        parse_email_id(text)


@given(st.text())
def test_any_text_is_an_id_or_a_value_error(text: str) -> None:
    """Reading any text gives parts or a ValueError, nothing else."""
    for parse in (parse_message_id, parse_email_id):
        with suppress(ValueError):
            parse(text)


def test_an_id_holds_time_user_and_process() -> None:
    """A new id carries the clock's time, the account's number, process, region and ip."""
    assert parse_message_id(source(counter=8661).make(15, NOW_MS)) == (
        MessageId(NOW_MS, 15, 6484, 8661, "sc", "10_10_127_51")
    )


def test_the_counter_wraps_unpadded() -> None:
    """Part 4 runs from 0 to 9999 and is not padded."""
    counters = [parse_message_id(text).counter for text in made(source(counter=9998), 4)]
    assert counters == [9998, 9999, 0, 1]


def test_ids_are_unique_while_the_clock_stands_still() -> None:
    """More than 10,000 ids of one millisecond are still all different."""
    ids = made(source(), 25_000)
    assert len(set(ids)) == 25_000
    assert {parse_message_id(text).epoch_ms for text in ids} == {NOW_MS, NOW_MS + 1, NOW_MS + 2}


@given(st.lists(st.integers(NOW_MS - 3, NOW_MS + 3), max_size=50))
def test_ids_are_unique_and_ordered_whatever_the_clock_does(times: list[int]) -> None:
    """When the clock goes back, part 1 does not, and no id comes twice."""
    ids = source()
    got = [parse_message_id(ids.make(15, now_ms)) for now_ms in times]
    assert len(set(got)) == len(got)
    assert [each.epoch_ms for each in got] == sorted(each.epoch_ms for each in got)


def test_the_time_goes_back_with_a_clock_that_was_set() -> None:
    """It was put forward by a year, and told the real time again; or an account's is ahead."""
    ids = source()
    times = [NOW_MS, NOW_MS + 31_536_000_000, NOW_MS + 1]
    got = [parse_message_id(ids.make(15, now_ms)) for now_ms in times]
    assert [each.epoch_ms for each in got] == times
    assert len({each.counter for each in got}) == 3


def test_the_same_seed_gives_the_same_ids_whatever_the_clock_says() -> None:
    """Two runs with one seed number their messages alike; another seed differs."""
    first = made(seeded(7, region="sg", ip="10.1.253.1"), 100)
    again = made(seeded(7, region="sg", ip="10.1.253.1"), 100, now_ms=NOW_MS + 86_400_000)
    assert first == again
    assert len(set(first)) == 100
    assert first[0] != seeded(8, region="sg", ip="10.1.253.1").make(15, NOW_MS)


@pytest.mark.parametrize("held", [0, 1, 2, 3, 1000, 20_000])
def test_a_seeded_source_soon_leaves_behind_what_a_store_holds(held: int) -> None:
    """A restart on a store with N seeded ids finds a free one in about log2(N) attempts."""
    taken = set(made(seeded(7, region="sc", ip="127.0.0.1"), held))
    ids = seeded(7, region="sc", ip="127.0.0.1")
    attempts = 0
    while (text := ids.make(15, NOW_MS, attempts)) in taken:
        attempts += 1
    assert attempts <= held.bit_length()
    parse_message_id(text)


def test_many_collisions_stay_within_the_grammar() -> None:
    """However often a source is told of collisions, what it makes is a messageId."""
    ids = seeded(7, region="sc", ip="127.0.0.1")
    for attempt in range(60):
        parse_message_id(ids.make(15, NOW_MS, attempt))


@pytest.mark.parametrize(("region", "ip"), [("eu", "10.0.0.1"), ("sc", "::1"), ("sc", "1.2.3")])
def test_an_impossible_host_is_refused(region: str, ip: str) -> None:
    """A region or ip that would break the grammar is refused when the source is made."""
    with pytest.raises(ValueError, match="region must be sc or sg and ip four numbers"):
        MessageIds(region=region, ip=ip, process=1)
