"""How two copies differ."""

from __future__ import annotations

import time

from hypothesis import given, strategies as st

from sendcloud_inbound.rules.differences import MAX_LENGTH, MAX_LINES, Line, Mark, of_html, of_text


def test_the_words_that_differ_are_marked() -> None:
    """In lines that stand for each other, with the lines around them."""
    found = of_text("Dear Ben,\nyou owe 288.\nBye", "Dear Joe,\nyou owe 288.\nBye")
    assert found.lines == [
        Line(Mark.FIRST, "Dear ", "Ben", ",", (1, None)),
        Line(Mark.SECOND, "Dear ", "Joe", ",", (None, 1)),
        Line(Mark.SAME, "you owe 288.", numbers=(2, 2)),
        Line(Mark.SAME, "Bye", numbers=(3, 3)),
    ]
    assert not found.is_cut


def test_tags_begin_lines() -> None:
    """HTML on one line is compared all the same."""
    lines = of_html("<p>a</p><b>1</b>", "<p>a</p><b>2</b>").lines
    assert [(line.mark, line.before + line.changed + line.after) for line in lines] == [
        (Mark.SAME, "<p>a</p>"),
        (Mark.FIRST, "<b>1</b>"),
        (Mark.SECOND, "<b>2</b>"),
    ]


def test_what_is_far_from_a_difference_is_left_out() -> None:
    """A gap says so."""
    same = "".join(f"{n}\n" for n in range(100))
    lines = of_text(same + "a", same + "b").lines
    assert [line.mark for line in lines] == [Mark.GAP, *[Mark.SAME] * 3, Mark.FIRST, Mark.SECOND]
    assert of_text(same, same).lines == []


def test_long_sides_are_cut() -> None:
    """And it is told."""
    assert of_text("x\n" * (MAX_LINES + 1), "").is_cut
    assert of_text("x" * (MAX_LENGTH + 1), "").is_cut
    assert not of_text("x\n" * MAX_LINES, "x" * MAX_LENGTH).is_cut


def test_strangers_texts_are_compared_in_bounded_time() -> None:
    """Also those made to be slow."""
    began = time.process_time()
    of_text("a\nb\nc\n" * 700, "c\na\nb\nb\n" * 500)
    of_text("".join(f"{n}\n{n}\n" for n in range(1000)), "".join(f"{n}\n" for n in range(2000)))
    assert time.process_time() - began < 20


@given(st.text("ab\n"), st.text("ab\n"))
def test_both_sides_can_be_told_from_it(first: str, second: str) -> None:
    """Short texts stand there whole, unless they are the same."""
    lines = of_text(first, second).lines
    for mark, text in ((Mark.FIRST, first), (Mark.SECOND, second)):
        side = [each for each in lines if each.mark in {mark, Mark.SAME}]
        told = [each.before + each.changed + each.after for each in side]
        near = text.splitlines()
        assert not lines or len(near) > 3 or told == near
