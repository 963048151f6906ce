"""The player of transcripts, against a small server that answers by a table."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import trustme

from tests.dialogues.player import Player
from tests.dialogues.transcript import read_transcript
from tests.dialogues.wire import DialogueError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Play = Callable[[str], Awaitable[tuple[str, ...]]]

ANSWERS = {
    b"EHLO": b"250-one\r\n250-two\r\n250 three\r\n",
    b"MIXED": b"250-one\r\n251 two\r\n",
    b"NOOP": b"250 OK\r\n",
    b"TWICE": b"250 OK\r\n250 OK\r\n",
    b"BARE": b"250 OK\n",
    b"MAIL": b"250 #1#Queued\r\n",
    b"MORE": b"250 #2#Queued\r\n",
    b"STARTTLS": b"220 Go ahead.\r\n",
    b"QUIT": b"221 Bye\r\n",
}


@dataclass
class TableServer:
    """Greets, answers each line by the table, and remembers what came in which chunks."""

    tls: ssl.SSLContext
    smtp: tuple[str, int] = ("127.0.0.1", 0)
    implicit_tls: tuple[str, int] | None = None
    chunks: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk on one connection until it ends."""
        writer.write(b"220 Hello\r\n")
        while not writer.is_closing() and (chunk := await reader.read(100_000)):
            self.chunks.append(chunk)
            for line in chunk.splitlines():
                writer.write(ANSWERS.get(line, b""))
            if b"STARTTLS" in chunk:
                await writer.start_tls(self.tls)
            if b"QUIT" in chunk:
                break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[TableServer]:
    """Run a table server, on a plain port and on one where TLS comes first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    table = TableServer(context)
    plain = await asyncio.start_server(table.serve, "127.0.0.1", 0)
    secure = await asyncio.start_server(table.serve, "127.0.0.1", 0, ssl=context)
    table.smtp = plain.sockets[0].getsockname()
    table.implicit_tls = secure.sockets[0].getsockname()
    async with plain, secure:
        yield table


@pytest.fixture
def play(server: TableServer, tmp_path: Path) -> Play:
    """Play a transcript that is given as text."""

    async def play_text(text: str) -> tuple[str, ...]:
        path = tmp_path / "some.smtp"
        path.write_text(text, encoding="utf-8")
        return await Player(server).play(read_transcript(path))

    return play_text


async def test_exact_lines(play: Play) -> None:
    """A line must be the very line of the transcript."""
    await play("S: 220 Hello\nC: NOOP\nS: 250 OK\n")
    with pytest.raises(DialogueError, match=r"some\.smtp:1: the server says '220 Hello', not"):
        await play("S: 220 Hell\n")


async def test_patterns(play: Play) -> None:
    """A pattern must match the whole line."""
    await play("S~ 220 H.*\n")
    with pytest.raises(DialogueError, match="not '220 H'"):
        await play("S~ 220 H\n")


async def test_whole_replies(play: Play) -> None:
    """A reply is read to its last line, which must begin as written."""
    await play("S* 220 \nC: EHLO\nS* 250 thr\n")
    with pytest.raises(DialogueError, match="'250 three', not '250 two"):
        await play("S* 220 \nC: EHLO\nS* 250 two\n")


async def test_reply_of_two_codes_fails(play: Play) -> None:
    """All lines of a reply have one code."""
    with pytest.raises(DialogueError, match="began with 250 and goes on as '251 two'"):
        await play("S* 220 \nC: MIXED\nS* 250 two\n")


async def test_bare_lf_from_the_server_fails(play: Play) -> None:
    """A line that ends with a bare LF is none."""
    with pytest.raises(DialogueError, match="ends no line"):
        await play("S: 220 Hello\nC: BARE\nS: 250 OK\n")


async def test_failure_shows_the_dialogue(play: Play) -> None:
    """A failure tells where it came, and what was said so far."""
    with pytest.raises(DialogueError) as failure:
        await play("# a comment\n\nS: 220 Hello\nC: NOOP\nS: 500 No\n")
    text = str(failure.value)
    assert "some.smtp:5: the server says '250 OK', not '500 No'" in text
    assert text.endswith("S: 220 Hello\n  C: NOOP\n  S: 250 OK")


async def test_lines_that_stand_together_are_one_write(play: Play, server: TableServer) -> None:
    """`C:` lines go out together, comments between them or not; `C|` and `C*` go out alone."""
    await play(
        'S: 220 Hello\nC: a\n# comment\n\nC:\nC: é\nC| "b\\r\\n"\nC| "\\xff"\n'
        'C* 3 "c\\r\\n"\nC: NOOP\nS: 250 OK\n'
    )
    wanted = [b"a\r\n\r\n\xc3\xa9\r\n", b"b\r\n", b"\xff", b"c\r\nc\r\nc\r\n", b"NOOP\r\n"]
    assert server.chunks == wanted


async def test_repeat_counts_its_rounds(play: Play, server: TableServer) -> None:
    """A repeated block is written out, `$n` being the round."""
    await play("S: 220 Hello\n[repeat 2]\nC: round $n\nC: NOOP\nS: 250 OK\n[end]\n")
    assert server.chunks == [b"round 0\r\nNOOP\r\n", b"round 1\r\nNOOP\r\n"]


async def test_macros(play: Play, server: TableServer) -> None:
    """Macros are replaced from the inside."""
    await play("S: 220 Hello\nC: $base64(a$repeat(2, b)) [$recipients(2)]\nC: NOOP\nS: 250 OK\n")
    assert server.chunks[0].startswith(b'YWJi ["rcpt0@ifaxin.com", "rcpt1@ifaxin.com"]\r\n')


async def test_message_ids_are_collected(play: Play) -> None:
    """What the server told as messageIds comes back in order."""
    assert await play("S* 220 \nC: MAIL\nC: MORE\nS~ .*\nS~ .*\n") == ("1", "2")


async def test_unexpected_octets_at_the_end_fail(play: Play) -> None:
    """A line that nobody read fails the transcript."""
    with pytest.raises(DialogueError, match=r"end: before it closes, the server says b'250 OK"):
        await play("S: 220 Hello\nC: TWICE\nS: 250 OK\n")


async def test_silence(play: Play) -> None:
    """Silence can be asked for in the middle, and fails when something came."""
    await play("S: 220 Hello\n[silence]\nC: NOOP\nS: 250 OK\n[silence]\n")
    with pytest.raises(DialogueError, match="'220 Hello', though nothing was asked"):
        await play("[silence]\n")


async def test_closed(play: Play) -> None:
    """The server must have closed, in silence."""
    await play("S: 220 Hello\nC: QUIT\nS: 221 Bye\n[closed]\n")
    with pytest.raises(DialogueError, match="before it closes, the server says b'221 Bye"):
        await play("S: 220 Hello\nC: QUIT\n[closed]\n")
    with pytest.raises(DialogueError, match="the server closes"):
        await play("S: 220 Hello\nC: QUIT\nS: 221 Bye\nS: 250 OK\n")


async def test_half_close(play: Play) -> None:
    """What was sent before the half-close is answered."""
    await play("S: 220 Hello\nC: NOOP\n[eof]\nS: 250 OK\n[closed]\n")


async def test_several_connections(play: Play) -> None:
    """Connections have names; a closed one can be opened again."""
    await play(
        "S: 220 Hello\n[connection second]\nS: 220 Hello\nC: QUIT\nS: 221 Bye\n[closed]\n"
        "[connection first]\nC: NOOP\nS: 250 OK\n[close]\n[reconnect]\nS: 220 Hello\n"
    )


async def test_starttls(play: Play) -> None:
    """The client's side of the handshake is done where the transcript says so."""
    await play("S: 220 Hello\nC: STARTTLS\nS: 220 Go ahead.\n[tls]\nC: NOOP\nS: 250 OK\n")


async def test_implicit_tls(play: Play) -> None:
    """The other port is one where TLS comes first."""
    await play("[connect implicit-tls]\nS: 220 Hello\nC: QUIT\nS: 221 Bye\n[closed]\n")


async def test_unexpected_octets_within_tls_fail(play: Play) -> None:
    """Silence at the end is asked for within TLS too."""
    with pytest.raises(DialogueError, match="end: the server says '250-one', though"):
        await play("[connect implicit-tls]\nC: EHLO\nS* 220 \n")


async def test_trickle_wants_silence(play: Play, server: TableServer) -> None:
    """Octets trickle for the time that is given; an answer meanwhile fails."""
    await play('S: 220 Hello\n[trickle 0.25 "x"]\nC:\nC: NOOP\nS: 250 OK\n')
    assert b"".join(server.chunks[:2]) == b"xx"
    with pytest.raises(DialogueError, match="the server says b'250 OK"):
        await play('S: 220 Hello\n[trickle 5 "NOOP\\r\\n"]\n')


async def test_took_is_a_lower_bound(play: Play) -> None:
    """An answer that comes too soon fails."""
    await play("S: 220 Hello\nC: NOOP\nS: 250 OK\n[took 0]\n")
    with pytest.raises(DialogueError, match="less than 30"):
        await play("S: 220 Hello\nC: NOOP\nS: 250 OK\n[took 30]\n")
