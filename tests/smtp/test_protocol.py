"""The protocol on real sockets: what only a connection can show."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import struct
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import AuthResult

from sendcloud_inbound.app.clock import SandboxClock
from sendcloud_inbound.rules import replies
from sendcloud_inbound.smtp.listener import Listener
from sendcloud_inbound.sockets import listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiosmtpd.smtp import SMTP, Envelope, LoginPassword, Session

LOGIN = (
    b"EHLO x\r\nAUTH LOGIN "
    + base64.b64encode(b"somebody")
    + b"\r\n"
    + base64.b64encode(b"key")
    + b"\r\n"
)
MAIL = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n"


class Recorder:
    """A handler as one would write it for aiosmtpd; what it takes waits in `taken`."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle_AUTH(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        login: LoginPassword,
    ) -> AuthResult:
        """Let everybody in who has the key."""
        return AuthResult(success=login.password == b"key", auth_data=login.login)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take all senders but one."""
        return "550 not you" if address.startswith("bad") else "250 welcome"

    def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str | None:
        """Take all recipients but one, and those with the server's own words."""
        return "452 later" if address.startswith("later") else None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message once the gate is open."""
        await self.gate.wait()
        self.taken.append(envelope)
        return "250 taken"


class Client:
    """A client that says what it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, octets: bytes, until: bytes = b"") -> bytes:
        """Send, then read up to a text."""
        self.writer.write(octets)
        return await self.reader.readuntil(until) if until else b""


async def until(holds: Callable[[], bool]) -> None:
    """Return once a condition holds."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.001)


@asynccontextmanager
async def listening(handler: object, **options: Any) -> AsyncIterator[Listener]:
    """Run a listener on a free port."""
    sock = listen("SMTP", "127.0.0.1", 0)
    listener = Listener(handler, SandboxClock(), **options)
    await listener.start(sock)
    try:
        yield listener
    finally:
        await listener.stop(1)


@asynccontextmanager
async def connected(listener: Listener) -> AsyncIterator[Client]:
    """Connect, and read the banner."""
    host, port = listener.addresses[0]
    reader, writer = await asyncio.open_connection(host, port, limit=2**24)
    client = Client(reader, writer)
    try:
        await reader.readuntil(b"ready\r\n")
        yield client
    finally:
        writer.close()


async def test_a_handler_in_aiosmtpds_style_decides() -> None:
    """Its answers, text or None, are what the client hears, and its envelope is complete."""
    recorder = Recorder()
    async with listening(recorder) as listener, connected(listener) as client:
        await client.say(LOGIN, b"235 Authentication successful\r\n")
        assert await client.say(b"MAIL FROM:<bad@x.y>\r\n", b"\n") == b"550 not you\r\n"
        assert await client.say(b"RCPT TO:<a@x.y>\r\n", b"\n") == b"503 Use MAIL before RCPT\r\n"
        assert await client.say(b"MAIL FROM:<a@b.c>\r\n", b"\n") == b"250 welcome\r\n"
        assert await client.say(b"RCPT TO:<later@x.y>\r\n", b"\n") == b"452 later\r\n"
        said = await client.say(b"RCPT TO:<d@e.f>\r\nDATA\r\nS: x\r\n\r\ny\r\n.\r\n", b"taken\r\n")
        assert said.startswith(b"250 recipient <d@e.f> OK\r\n354 ")
    (envelope,) = recorder.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("a@b.c", ["d@e.f"])
    assert envelope.content == b"S: x\r\n\r\ny\r\n"


@pytest.mark.parametrize("password", [b"key", b"other"])
async def test_a_plain_function_may_decide_about_a_login(password: bytes) -> None:
    """One that answers at once is no coroutine; a refusal is held back all the same."""

    class Plain:
        def handle_AUTH(self, *given: Any) -> AuthResult:  # noqa: N802
            return AuthResult(success=given[-1].password == b"key")

    async with listening(Plain(), auth_failure_delay_s=0.2) as slow, connected(slow) as client:
        began = asyncio.get_running_loop().time()
        login = LOGIN.replace(base64.b64encode(b"key"), base64.b64encode(password))
        said = await client.say(login + b"NOOP\r\n", b"\r\n250 OK\r\n")
        took_s = asyncio.get_running_loop().time() - began
    is_taken = password == b"key"
    assert (b"235 " in said, b"535 " in said) == (is_taken, not is_taken)
    assert is_taken or took_s > 0.199  # the loop counts whole milliseconds, in binary fractions


async def test_a_fault_at_a_login_ends_the_session_alone() -> None:
    """Whoever wrote the handler finds the fault in the log; the client hears that it is ours."""

    class Faulty:
        def handle_AUTH(self, *_: object) -> AuthResult:  # noqa: N802
            raise RuntimeError("secret path /etc/x")

    async with listening(Faulty()) as listener:
        async with connected(listener) as client:
            await client.say(LOGIN)
            said = await client.reader.read()
            assert said.endswith(replies.INTERNAL_ERROR.wire)
            assert b"/etc" not in said
        async with connected(listener):
            pass


async def test_a_crowd_can_come_while_the_program_is_busy() -> None:
    """The kernel holds their connections; none has to ask again after a second."""
    uvloop = pytest.importorskip("uvloop")

    async def let_them_come() -> None:
        async with listening(Recorder()) as listener:
            with ExitStack() as stack:
                for _ in range(300):  # nothing else runs between two of them
                    connection = socket.create_connection(listener.addresses[0], timeout=0.9)
                    stack.enter_context(connection)

    await asyncio.to_thread(asyncio.run, let_them_come())
    await asyncio.to_thread(uvloop.run, let_them_come())


async def test_a_fault_in_a_hook_stays_inside() -> None:
    """The client hears a reply of the table and never what went wrong."""

    class Faulty(Recorder):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            raise RuntimeError("secret path /etc/x")

        def handle_RCPT(self, *_: object) -> str:  # noqa: N802
            return "nonsense"

    async with listening(Faulty()) as listener, connected(listener) as client:
        await client.say(LOGIN, b"235 Authentication successful\r\n")
        said = await client.say(MAIL, b"Error\r\n")
        assert said.endswith(replies.INTERNAL_ERROR.wire)
    Faulty.handle_RCPT = Recorder.handle_RCPT  # type: ignore[method-assign, assignment]
    async with listening(Faulty()) as listener, connected(listener) as client:
        await client.say(LOGIN + MAIL + b"DATA\r\n", b"354 go ahead, make my day\r\n")
        assert await client.say(b"x\r\n.\r\n", b"\n") == replies.TRY_LATER.wire
        assert await client.say(b"NOOP\r\n", b"\n") == replies.OK.wire


async def test_what_comes_while_a_message_waits_is_answered_after_it() -> None:
    """Commands sent during the commit get their replies in order, however many there are."""
    recorder = Recorder()
    recorder.gate.clear()
    async with listening(recorder) as listener, connected(listener) as client:
        await client.say(LOGIN + MAIL + b"DATA\r\n", b"make my day\r\n")
        client.writer.write(b"x\r\n.\r\n" + b"NOOP\r\n" * 100_000)  # 600 kB: reading must pause
        recorder.gate.set()
        said = await client.say(b"QUIT\r\n", b"jolly good day\r\n")
    assert said == b"250 taken\r\n" + replies.OK.wire * 100_000 + replies.CLOSING.wire


async def test_a_client_that_never_reads_is_not_read_either() -> None:
    """Replies to a client that does not take them stop at what the socket holds."""
    async with listening(Recorder()) as listener, connected(listener) as client:
        client.reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(200):
            client.writer.write(b"HELP\r\n" * 10_000)
        (session,) = listener.sessions
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.writer.drain(), 0.5)
        assert session.transport.get_write_buffer_size() < 4_000_000


async def test_a_client_that_left_takes_nobody_elses_reply() -> None:
    """The replies of a turn go out together; one whose connection is gone is passed over."""
    surprises: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: surprises.append(told))
    recorder = Recorder()
    recorder.gate.clear()
    mail = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nS: x\r\n\r\ny\r\n.\r\n"
    async with listening(recorder) as listener, connected(listener) as stays:
        async with connected(listener) as leaves:
            for client in (leaves, stays):
                await client.say(LOGIN, b"235 Authentication successful\r\n")
                await client.say(mail, b"354 go ahead, make my day\r\n")
            await until(lambda: all(session.busy for session in listener.sessions))
            resets = struct.pack("ii", 1, 0)
            leaves.writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, resets
            )
            leaves.writer.transport.abort()
            await until(lambda: len(listener.sessions) == 1)
        recorder.gate.set()
        assert await stays.say(b"", b"250 taken\r\n")
    assert len(recorder.taken) == 2
    assert not surprises


async def test_a_half_closed_client_gets_its_answers() -> None:
    """After the client's end of input, what it sent is answered, the message included."""
    recorder = Recorder()
    async with listening(recorder) as listener, connected(listener) as client:
        client.writer.write(LOGIN + MAIL + b"DATA\r\nx\r\n.\r\nNOOP\r\n")
        client.writer.write_eof()
        said = await client.reader.read()
    assert said.endswith(b"250 taken\r\n250 OK\r\n")
    assert len(recorder.taken) == 1


async def test_silence_ends_a_session_and_octets_of_data_put_it_off() -> None:
    """421 comes after the idle time; a slow message of many parts outlives it."""
    recorder = Recorder()
    async with listening(recorder, idle_timeout_s=0.4) as listener, connected(listener) as client:
        await client.say(LOGIN + MAIL + b"DATA\r\n", b"make my day\r\n")
        began = listener.clock.now_ms()
        while listener.clock.now_ms() < began + 800:
            await client.say(b"x")
            await asyncio.sleep(0.05)
        assert await client.say(b"\r\n.\r\n", b"\n") == b"250 taken\r\n"
        assert await client.reader.read() == replies.TIMEOUT.wire
        assert listener.attempts.newest() == []  # nothing was under way


async def test_a_transaction_has_its_longest_time() -> None:
    """A client that keeps talking is ended when its transaction takes too long."""
    async with (
        listening(Recorder(), max_transaction_s=0.3) as listener,
        connected(listener) as client,
    ):
        await client.say(LOGIN + MAIL, b"<d@e.f> OK\r\n")
        said = b""
        while not said.endswith(replies.TIMEOUT.wire):
            said = await client.say(b"NOOP\r\n", b"\n")
        assert await client.reader.read() == b""
        assert listener.attempts.newest()[0].refusal.reply == replies.TIMEOUT


async def test_a_wrong_key_waits_longer_each_time() -> None:
    """535 is held back 1, 2, 4 ... times the unit (HARAKA.md 3), up to the cap."""
    wrong = b"AUTH LOGIN eA==\r\neA==\r\n"
    options = {"auth_failure_delay_s": 0.1, "auth_failure_delay_max_s": 0.3}
    async with listening(Recorder(), **options) as listener, connected(listener) as client:
        await client.say(b"EHLO x\r\n", b"AUTH LOGIN\r\n")
        waits = []
        for _ in range(4):
            began = listener.clock.now_ms()
            await client.say(wrong, b"535 Authentication failed\r\n")
            waits.append(listener.clock.now_ms() - began)
    assert waits[0] >= 99
    assert waits[1] >= 199
    assert all(300 - 1 <= wait < 3000 for wait in waits[2:])


async def test_a_stop_lets_the_message_under_way_end() -> None:
    """Idle sessions hear 421 at once; one in DATA or in its commit gets its reply first."""
    recorder = Recorder()
    recorder.gate.clear()
    async with (
        listening(recorder) as listener,
        connected(listener) as idle,
        connected(listener) as busy,
    ):
        await busy.say(LOGIN + MAIL + b"DATA\r\n", b"make my day\r\n")
        stopping = asyncio.create_task(listener.stop(5))
        assert await idle.reader.read() == replies.COME_BACK_LATER.wire
        await busy.say(b"x\r\n.\r\n")
        recorder.gate.set()
        assert await busy.reader.read() == b"250 taken\r\n" + replies.COME_BACK_LATER.wire
        assert listener.attempts.newest() == []
        await stopping
    assert len(recorder.taken) == 1


async def test_a_stop_does_not_wait_for_ever() -> None:
    """A message that does not end is cut off after the bound; its client keeps it."""
    recorder = Recorder()
    async with listening(recorder) as listener, connected(listener) as client:
        await client.say(LOGIN + MAIL + b"DATA\r\n", b"make my day\r\n")
        await listener.stop(0.1)
        with suppress(ConnectionError):
            assert await client.reader.read() == b""
    assert recorder.taken == []


async def test_the_last_word_reaches_a_client_that_is_still_sending() -> None:
    """After 521 the client may go on for a moment, so that no reset takes the reply away."""
    async with listening(Recorder()) as listener, connected(listener) as client:
        client.writer.write(b"x" * 1_000_000)
        assert await client.reader.read() == replies.LINE_TOO_LONG.wire


async def test_tls_that_fails_is_the_end_of_that_session_alone() -> None:
    """A handshake that is none closes its connection; the next one is served."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    from sendcloud_inbound.rules.dialogue import Terms  # noqa: PLC0415

    options = {"tls_context": context, "terms": Terms(starttls=True)}
    async with listening(Recorder(), **options) as listener:
        async with connected(listener) as client:
            await client.say(b"EHLO x\r\nSTARTTLS\r\n", b"220 Go ahead.\r\n")
            client.writer.write(b"EHLO again\r\n" * 100)
            assert b"250" not in await client.reader.read()
        async with connected(listener) as client:
            assert await client.say(b"NOOP\r\n", b"\n") == replies.OK.wire
