"""The mbox format: any octets come out as they went in, in lines that end in CRLF."""

from __future__ import annotations

import io
import mailbox
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.cli.mbox import split

if TYPE_CHECKING:
    from pathlib import Path

MARK = b"From a@b.org Sun Nov 22 02:54:01 2026\n"
PIECES = [b"From ", b">", b"\n", b"\r", b"x", b".", b"\xff", b"A: b\n", b"\n\n", b"y" * 70_000]


def read(content: bytes, largest: int = 1_000_000) -> list[bytes | None]:
    """Return the messages of an mbox."""
    return list(split(io.BytesIO(content), largest))


def written(messages: list[bytes]) -> bytes:
    """Return messages in an mbox, quoted as most programs do it (mboxrd)."""
    quoted = (
        b"".join(
            b">" + line if line.lstrip(b">").startswith(b"From ") else line
            for line in message.splitlines(keepends=True)
        )
        for message in messages
    )
    return b"".join(MARK + message + b"\n" for message in quoted)


def test_messages_are_told_apart() -> None:
    """The empty line before a postmark is no part of a message; the one of the header is."""
    box = MARK + b"A: 1\n\nfirst\n\n" + MARK + b"A: 2\n\n\n" + MARK + b"A: 3\n\nlast\n"
    assert read(box) == [b"A: 1\r\n\r\nfirst\r\n", b"A: 2\r\n\r\n", b"A: 3\r\n\r\nlast\r\n"]


def test_crlf_is_left_as_it_is() -> None:
    """An mbox of a Windows program reads the same."""
    box = MARK + b"A: 1\n\n.\n>From me\n\n" + MARK + b"A: 2\n\n"
    assert read(box.replace(b"\n", b"\r\n")) == read(box)


def test_quotes_are_taken_off() -> None:
    """One `>` of each, and only where `From ` follows."""
    (message,) = read(MARK + b"\n>From me\n>>From you\n> From\nx >From\n>From\n")
    assert message == b"\r\nFrom me\r\n>From you\r\n> From\r\nx >From\r\n>From\r\n"


def test_from_within_a_paragraph_is_text() -> None:
    """A postmark has an empty line before it."""
    assert read(MARK + b"A: 1\n\nDear\nFrom here\n") == [b"A: 1\r\n\r\nDear\r\nFrom here\r\n"]


@pytest.mark.parametrize("box", [b"", b"A: b\n\nno postmark\n", b"\n\n"])
def test_without_a_postmark_there_is_no_message(box: bytes) -> None:
    """What stands before the first one is nobody's."""
    assert read(box) == []


def test_one_that_is_too_large_is_left_out() -> None:
    """It is told, is not kept in memory, and the next one is read."""
    box = written([b"x" * 2000 + b"\n", b"small\n"])
    assert read(box, largest=1000) == [None, b"small\r\n"]


@given(st.lists(st.lists(st.sampled_from(PIECES)).map(b"".join)))
def test_any_octets_come_out_as_they_went_in(messages: list[bytes]) -> None:
    """Lone LFs become CRLF; the rest is the same, however long the lines are."""
    whole = [message.replace(b"\r\n", b"\n").replace(b"\r", b"") + b"\n" for message in messages]
    assert read(written(whole)) == [message.replace(b"\n", b"\r\n") for message in whole]


@given(st.lists(st.sampled_from([*PIECES, MARK, b"\r\n"])).map(b"".join))
def test_any_octets_are_an_mbox(content: bytes) -> None:
    """Nothing raises."""
    assert all(message is not None for message in read(content, len(content) * 2))


def test_what_the_standard_library_writes(tmp_path: Path) -> None:
    """It quotes in its own way, and puts its own line ends."""
    box = mailbox.mbox(tmp_path / "box")
    messages = [b"A: 1\n\nFrom me\n\nend\n", b"A: 2\n\n\xe4\n"]
    for message in messages:
        box.add(message)
    box.close()
    found = read((tmp_path / "box").read_bytes())
    assert found == [message.replace(b"\n", b"\r\n") for message in messages]
