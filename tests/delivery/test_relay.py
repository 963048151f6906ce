"""The relay and a server that takes, refuses, defers, and breaks off."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from sendcloud_inbound.delivery import Relay, RelaySettings
from sendcloud_inbound.rules.model import EmailStatus
from sendcloud_inbound.rules.relaying import with_crlf
from tests.builders import outgoing
from tests.delivery.upstream import CUT, HANG, cut, reciting, relay, until, upstream

if TYPE_CHECKING:
    from sendcloud_inbound.rules.model import Outgoing, SendResult

TO = "recipient@example.com"
FROM = outgoing().mail_from
DELIVERED, INVALID, SOFT_BOUNCE = (
    EmailStatus.DELIVERED,
    EmailStatus.INVALID,
    EmailStatus.SOFT_BOUNCE,
)
LINES = st.sampled_from(
    [
        *(b"%d %s\r\n" % (code, words) for code in (220, 250, 354, 550) for words in (b"x", b"")),
        b"250-x\r\n",
        b"250 SMTPUTF8\r\n",
        b"450 4.1.1 \xff\r\n",
        b"421 x\r\n",
        b"999 x\r\n",
        b"-12 x\r\n",
        b"2\n",
        b"\r\n",
        b"x" * 9000 + b"\r\n",
        b"550-" + b"x" * 2000 + b"\r\n",
    ]
)
GOOD = [b"220 x\r\n", b"250 x\r\n", b"250 x\r\n", b"250 x\r\n", b"354 x\r\n"]
RESULTS: set[tuple[EmailStatus | None, int | None]] = {(DELIVERED, None)}
RESULTS |= {(INVALID, number) for number in range(403, 410)}
RESULTS |= {(status, 500 + n) for n in (3, 5, 6, 7, 8, 9) for status in (SOFT_BOUNCE, None)}


def copies(count: int) -> list[Outgoing]:
    """Return the copies of one message to so many recipients."""
    number = outgoing().message_id
    return [
        outgoing(message_id=number, position=position, recipient=f"r{position}@example.com")
        for position in range(count)
    ]


def outcome(result: SendResult) -> tuple[EmailStatus | None, int | None]:
    """Return status and sub-status alone."""
    return result.status, result.sub_status


async def test_a_copy_arrives_octet_for_octet() -> None:
    """With the envelope that it has; dots, long lines, 8 bits and blank ends survive."""
    contents = [
        b"S: dots\r\n\r\n.\r\n..\r\n.x\r\n\r\n.",
        b"S: long\r\n\r\n" + b"x" * 100_000 + b"\r\n",
        b"S: \xc3\xa4\r\n\r\n\xff\x00 \t\r\n\r\n\r\n",
        b"S: lone\n\n.\nQUIT\r\n.\r",
    ]
    async with upstream(decode_data=False) as server:
        async with relay(server.port) as target:
            for content in contents:
                result = await target.send(outgoing(content=content))
                assert result == (
                    DELIVERED,
                    None,
                    f"127.0.0.1:{server.port} said 250 OK (in reply to end of DATA)",
                    "250 OK",
                )
        assert [mail.content for mail in server.taken] == [with_crlf(each) for each in contents]
        assert {(mail.mail_from, mail.recipient) for mail in server.taken} == {(FROM, TO)}
        announced = ["BODY=8BITMIME" in mail.parameters for mail in server.taken]
        assert announced == [False, False, True, False]
        assert server.connections == 1


@pytest.mark.parametrize(
    ("command", "address", "reply", "expected", "resets"),
    [
        ("MAIL", FROM, "550 5.7.1 Client host blocked using x", (INVALID, 405), 1),
        ("RCPT", TO, "550 5.1.1 User unknown", (INVALID, 406), 1),
        ("RCPT", TO, "552 5.2.2 Mailbox full", (SOFT_BOUNCE, 509), 1),
        ("RCPT", TO, "450 4.2.0 Greylisted", (None, 509), 1),
        ("DATA", TO, "554 5.7.1 looks like spam", (INVALID, 407), 0),
        ("DATA", TO, "451 4.3.0 later", (None, 509), 0),
    ],
)
async def test_a_refusal_is_told_and_the_connection_goes_on(
    command: str, address: str, reply: str, expected: tuple[EmailStatus | None, int], resets: int
) -> None:
    """5xx is final, 4xx is not; the server's words are the reply, and the next copy goes out."""
    async with upstream({(command, address): [reply, "250 OK"]}) as server:
        async with relay(server.port) as target:
            result = await target.send(outgoing())
            assert outcome(result) == expected
            assert result.reply == reply
            stage = "end of DATA" if command == "DATA" else command
            assert result.reason.endswith(f"said {reply} (in reply to {stage})")
            assert outcome(await target.send(outgoing())) == (DELIVERED, None)
        assert server.recipients() == [TO]
        assert (server.connections, server.said.count("RSET")) == (1, resets)


async def test_a_hundred_recipients_each_get_their_own_outcome() -> None:
    """Some refused, some deferred, one cut off after the dot: none lost, and that one told so."""
    mails = copies(100)
    script = {("RCPT", mail.recipient): ["550 5.1.1 User unknown"] for mail in mails[10:20]}
    script |= {("RCPT", mail.recipient): ["450 4.2.1 later", "250 OK"] for mail in mails[30:40]}
    script |= {("DATA", mail.recipient): ["554 5.7.1 spam"] for mail in mails[50:60]}
    script |= {("DATA", mails[70].recipient): [CUT, "250 OK"]}
    expected: dict[str, tuple[EmailStatus | None, int | None]]
    expected = {mail.recipient: (DELIVERED, None) for mail in mails}
    expected |= {mail.recipient: (INVALID, 406) for mail in mails[10:20]}
    expected |= {mail.recipient: (None, 508) for mail in mails[30:40]}
    expected |= {mail.recipient: (INVALID, 407) for mail in mails[50:60]}
    expected |= {mails[70].recipient: (None, 503)}
    async with upstream(script) as server:
        async with relay(server.port, concurrency=5) as target:
            results = await asyncio.gather(*map(target.send, mails))
            assert [outcome(result) for result in results] == list(expected.values())
            assert "the mail may have been taken" in results[70].reason
            assert results[70].reply is None
            later = [
                mail for mail, result in zip(mails, results, strict=True) if result.status is None
            ]
            again = await asyncio.gather(*map(target.send, later))
            assert {outcome(result) for result in again} == {(DELIVERED, None)}
        gone = {mail.recipient for mail in mails[10:20] + mails[50:60]}
        arrived = [mail.recipient for mail in mails if mail.recipient not in gone]
        # The one that SMTP itself cannot avoid: taken, and its 250 never heard.
        assert server.recipients() == sorted([*arrived, mails[70].recipient])
        assert server.most <= 5


async def test_a_stale_connection_is_replaced_once() -> None:
    """One that breaks before the mail is out costs nothing, on whichever command it shows."""
    for command, address in (("MAIL", FROM), ("RCPT", TO)):
        for words in (CUT, "421 4.3.2 too many mails on this connection"):
            async with upstream({(command, address): ["250 OK", words, "250 OK"]}) as server:
                async with relay(server.port) as target:
                    assert outcome(await target.send(outgoing())) == (DELIVERED, None)
                    assert outcome(await target.send(outgoing())) == (DELIVERED, None)
                assert server.connections == 2
                assert len(server.taken) == 2


async def test_a_fresh_connection_that_breaks_is_the_end_of_the_attempt() -> None:
    """The queue decides when to try again; an idle connection is replaced once and no more."""
    async with upstream({("RCPT", TO): ["250 OK", CUT]}) as server:
        async with relay(server.port) as target:
            await target.send(outgoing())
            result = await target.send(outgoing())
            assert outcome(result) == (None, 503)
            assert result.reply is None
            assert result.reason.startswith(f"the connection to 127.0.0.1:{server.port} broke (")
        assert server.connections == 2


async def test_a_copy_is_never_sent_twice_by_itself_after_the_dot() -> None:
    """Not even on a connection used before: it was taken, or it was not."""
    async with upstream({("DATA", TO): ["250 OK", CUT, "250 OK"]}) as server:
        async with relay(server.port) as target:
            await target.send(outgoing())
            assert outcome(await target.send(outgoing())) == (None, 503)
        assert len(server.taken) == 2


async def test_a_server_that_went_and_came_back_is_found_again() -> None:
    """All idle connections are dead then, and the copies go out all the same."""
    async with upstream() as server, relay(server.port, concurrency=3) as target:
        await asyncio.gather(*map(target.send, copies(3)))
        for session in list(server.open):
            cut(session)
        await until(lambda: not server.open)
        results = await asyncio.gather(*map(target.send, copies(3)))
        assert {outcome(result) for result in results} == {(DELIVERED, None)}


@pytest.mark.parametrize(
    ("session", "expected", "reason"),
    [
        (b"554 5.7.1 no SMTP service here\r\n", (INVALID, 405), "said 554 5.7.1 no SMTP service"),
        (b"421 too many connections\r\n", (None, 503), "said 421 too many connections"),
        (b"", (None, 503), "no connection to 127.0.0.1:"),
        (b"HTTP/1.0 400 Bad Request\r\n", (None, 503), "HTTP/1.0 400 Bad Request"),
        (b"220 x\r\n250 x\r\n250 x\r\n250 x\r\n250 x\r\n", (None, 503), "answered DATA with 250"),
        (b"220 x\r\n250 x\r\n354 x\r\n", (None, 503), "answered MAIL with 354"),
        (b"220 x\r\n250 x\r\n999 x\r\n", (None, 503), "answered MAIL with 999"),
        (b"220 x\r\n550 not you\r\n550 nor you\r\n", (None, 503), "the server said 550 nor you"),
        (b"220 x\r\n250 x\r\n550 5.1.8\r\n", (INVALID, 408), "said 550 5.1.8"),
    ],
)
async def test_a_server_that_is_none_is_told_so(
    session: bytes, expected: tuple[EmailStatus | None, int], reason: str
) -> None:
    """No word that is out of place delivers a mail, or condemns one but a refusing greeting."""
    async with reciting(session) as (port, _), relay(port) as target:
        result = await target.send(outgoing())
        assert outcome(result) == expected
        assert reason in result.reason


async def test_a_server_without_ehlo_gets_mail_by_helo() -> None:
    """And nothing that only EHLO could have offered."""
    lines = b"220 x\r\n500 what?\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n"
    async with reciting(lines) as (port, heard), relay(port, helo="me.example") as target:
        await target.send(outgoing(content=b"\xff\r\n"))
    assert heard[:3] == [
        b"EHLO me.example\r\n",
        b"HELO me.example\r\n",
        b"MAIL FROM:<%s>\r\n" % FROM.encode(),
    ]


async def test_nobody_there_and_nobody_who_answers_are_tried_again() -> None:
    """The reason names the server and what is wrong, and no wait goes on for ever."""
    async with reciting() as (port, _):
        pass
    async with relay(port) as target:
        result = await target.send(outgoing())
        assert result.reason.lower() == f"no connection to 127.0.0.1:{port}: connection refused"
    async with reciting(None) as (port, _), relay(port, timeout_s=0.1) as target:
        result = await target.send(outgoing())
        assert result.reason == f"no connection to 127.0.0.1:{port}: no answer within 0.1 s"
    assert outcome(result) == (None, 503)
    async with relay(25, host="no..host") as target:
        assert outcome(await target.send(outgoing())) == (None, 503)


@pytest.mark.parametrize(("command", "address"), [("MAIL", FROM), ("RCPT", TO), ("DATA", TO)])
async def test_a_server_that_falls_silent_holds_a_copy_no_longer_than_set(
    command: str, address: str
) -> None:
    """The wait for the last word has a setting of its own: giving up there risks a second copy."""
    async with (
        upstream({(command, address): [HANG]}) as server,
        relay(server.port, timeout_s=0.2, final_timeout_s=0.3) as target,
    ):
        result = await target.send(outgoing())
    assert outcome(result) == (None, 503)
    limit = "0.3" if command == "DATA" else "0.2"
    assert f"(no answer within {limit} s)" in result.reason
    assert ("after the end of DATA" in result.reason) == (command == "DATA")


async def test_nothing_leaves_to_whom_it_may_not() -> None:
    """The copy counts as delivered, by being kept; the server is never even connected to."""
    async with upstream() as server:
        lists = [((), ()), (("example.org",), ()), (("*",), ("*@example.com",))]
        for allow, block in lists:
            async with relay(server.port, allow=allow, block=block) as target:
                result = await target.send(outgoing())
            assert outcome(result) == (DELIVERED, None)
            word = "block" if block else "allow"
            assert result.reason.startswith("kept in the sandbox: ")
            assert result.reason.endswith(f"in delivery.{word}")
            assert result.reply is None
        assert server.connections == 0
    assert RelaySettings("localhost").allow == ()


async def test_addresses_in_utf8_go_out_where_they_can() -> None:
    """A server without SMTPUTF8 is not asked; the email is invalid, and the next one goes out."""
    mail = outgoing(recipient="用户@example.com")
    async with upstream(enable_SMTPUTF8=True) as server:
        async with relay(server.port) as target:
            assert outcome(await target.send(mail)) == (DELIVERED, None)
        assert server.recipients() == [mail.recipient]
    async with upstream() as server:
        async with relay(server.port) as target:
            result = await target.send(mail)
            assert (*outcome(result), result.reply) == (INVALID, 404, None)
            assert "no SMTPUTF8" in result.reason
            assert outcome(await target.send(outgoing())) == (DELIVERED, None)
        assert server.connections == 1


async def test_an_idle_connection_is_closed_in_time_and_in_peace() -> None:
    """After its idle time, and at the end; QUIT is said both times."""
    async with upstream() as server:
        async with relay(server.port, idle_s=0.01) as target:
            await target.send(outgoing())
            await until(lambda: "QUIT" in server.said and not server.open)
            await target.send(outgoing())
        async with relay(server.port) as target:
            await target.send(outgoing())
            assert server.open
        await until(lambda: server.said.count("QUIT") == 3 and not server.open)
        assert server.connections == 3


async def test_a_copy_given_up_leaves_no_connection_amid_a_mail() -> None:
    """Whoever stops waiting frees the place, and the next copy begins anew."""
    async with upstream({("RCPT", TO): [HANG, "250 OK"]}) as server:
        async with relay(server.port, concurrency=1) as target:
            sending = asyncio.create_task(target.send(outgoing()))
            await until(lambda: "RCPT" in server.said)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            assert outcome(await target.send(outgoing())) == (DELIVERED, None)
        assert server.connections == 2


async def test_a_relay_closed_amid_a_copy_ends_it_and_closes_then() -> None:
    """The copy goes out; its connection is not kept."""
    async with upstream() as server:
        target = Relay(RelaySettings("127.0.0.1", server.port, allow=("*",)))
        sending = asyncio.create_task(target.send(outgoing()))
        await until(lambda: server.open)
        await target.close()
        assert outcome(await sending) == (DELIVERED, None)
        await until(lambda: not server.open)
        await target.close()


@settings(max_examples=150)
@given(st.integers(0, len(GOOD)), st.lists(LINES, max_size=8))
async def test_whatever_a_server_says_the_relay_has_a_result(well: int, odd: list[bytes]) -> None:
    """No octets make it fail or wait for ever, and only a last word of 2xx delivers."""
    session = b"".join(GOOD[:well] + odd)
    async with reciting(session) as (port, _), relay(port) as target:
        result = await target.send(outgoing())
    assert (result.status, result.sub_status) in RESULTS
    assert len(result.reason.splitlines()) == 1
    assert len(result.reason) <= 500
    if result.status is DELIVERED:
        assert re.search(rb"354 .*\r\n(?:...-.*\r\n)*2\d\d", session)
