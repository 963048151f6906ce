"""Load balancers in front: the client's address comes from them, if they may say it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from sendcloud_inbound import metrics
from sendcloud_inbound.rules import replies
from tests.processes import message
from tests.servers import running_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers import RunningServer

TRUSTING: dict[str, Any] = {"proxy_protocol": True, "proxy_trusted": ["127.0.0.1"]}
V1 = b"PROXY TCP4 192.0.2.7 10.0.0.9 1025 25\r\n"
V2_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
V2 = V2_SIGNATURE + b"\x21\x11\0\x0c" + bytes([192, 0, 2, 7, 10, 0, 0, 9, 4, 1, 0, 25])
V2_LOCAL = V2_SIGNATURE + b"\x20\0\0\0"
LOGIN = b"AUTH LOGIN c2FuZGJveF91c2Vy\r\nc2FuZGJveF9rZXk=\r\n"
SEND = b"MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n" + message() + b"\r\n.\r\nQUIT\r\n"


async def talk(address: tuple[str, int], *parts: bytes, tls: ssl.SSLContext | None = None) -> bytes:
    """Send the header first, in pieces, then TLS if wanted, then the rest; return all replies."""
    header, rest = parts
    loop = asyncio.get_running_loop()
    connection = socket.create_connection(address)
    connection.setblocking(False)
    for octet in header[:20], header[20:]:
        await loop.sock_sendall(connection, octet)
    reader, writer = await asyncio.open_connection(
        sock=connection, ssl=tls, server_hostname="localhost" if tls else None
    )
    writer.write(rest)
    try:
        return await reader.read()
    finally:
        writer.close()


async def peers(server: RunningServer) -> list[str]:
    """Return the addresses that messages came from, and check that the transcripts name them."""
    listed = (await server.client.get("/sandbox/v1/messages")).json()["items"]
    found = []
    for each in listed:
        path = f"/sandbox/v1/messages/{each['message_id']}"
        found.append((await server.client.get(path)).json()["session"]["peer"])
        transcript = (await server.client.get(f"{path}/transcript")).text
        assert (
            "C: PROXY TCP4 192.0.2.7 10.0.0.9 1025 25\n" in transcript.splitlines(keepends=True)[0]
        )
    return found


@pytest.mark.parametrize("header", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("is_tls", [False, True], ids=["clear", "implicit TLS"])
async def test_the_client_is_the_one_behind_the_balancer(
    header: bytes, tmp_path: Path, *, is_tls: bool
) -> None:
    """In the session's facts, the transcript and the log; before the handshake with TLS."""
    with capture_logs() as logged:
        async with running_server(tmp_path, {"tls": True, "smtp": TRUSTING}) as server:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            address = server.implicit_tls if is_tls else server.smtp
            assert address is not None
            tls = context if is_tls else None
            said = await talk(address, header, b"EHLO x\r\n" + LOGIN + SEND, tls=tls)
            assert b"#Queued\r\n" in said
            assert await peers(server) == ["192.0.2.7:1025"]
    (ended,) = (each for each in logged if each["event"] == "session_ended")
    assert (ended["peer"], bool(ended["tls"])) == ("192.0.2.7:1025", is_tls)


async def test_a_second_header_is_refused(tmp_path: Path) -> None:
    """As from anybody; the client behind the balancer cannot be another."""
    async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
        said = await talk(server.smtp, V1, V1)
    assert said == replies.BANNER.wire + b"421 PROXY not allowed from 192.0.2.7\r\n"


async def test_nobody_else_is_believed(tmp_path: Path) -> None:
    """From elsewhere the banner comes at once, and a header is refused, as without the setting."""
    elsewhere = TRUSTING | {"proxy_trusted": ["10.0.0.0/8"]}
    async with running_server(tmp_path, {"smtp": elsewhere}) as server:
        said = await talk(server.smtp, b"", V1)
    assert said == replies.BANNER.wire + b"421 PROXY not allowed from 127.0.0.1\r\n"


async def test_a_health_check_is_no_client(tmp_path: Path) -> None:
    """A balancer's own connection gets a banner, and is neither logged as a session nor counted."""
    before = metrics.SESSIONS.counts.copy()
    with capture_logs() as logged:
        async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
            for header in (V2_LOCAL, b"PROXY UNKNOWN\r\n"):
                said = await talk(server.smtp, header, b"EHLO balancer\r\nQUIT\r\n")
                assert said.startswith(replies.BANNER.wire)
            with socket.create_connection(server.smtp):
                pass  # it looked whether somebody listens
    levels = {each["log_level"] for each in logged if each["event"] == "session_ended"}
    assert levels == {"debug"}
    assert not [each for each in logged if each["log_level"] == "warning"]
    assert metrics.SESSIONS.counts == before


async def test_what_is_no_header_is_refused_at_once(tmp_path: Path) -> None:
    """With a line in the log that says what to do; in TLS there is nobody to tell it to."""
    with capture_logs() as logged:
        async with running_server(tmp_path, {"tls": True, "smtp": TRUSTING}) as server:
            assert await talk(server.smtp, b"EHLO x\r\n", b"") == replies.PROXY_INVALID.wire
            assert server.implicit_tls is not None
            assert await talk(server.implicit_tls, b"EHLO x\r\n", b"") == b""
    warnings = [each for each in logged if each["event"] == "proxy_header_missing"]
    assert len(warnings) == 2
    assert "send-proxy" in warnings[0]["remedy"]


async def test_who_says_nothing_is_let_go_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a header holds a connection no longer than none."""
    monkeypatch.setattr("sendcloud_inbound.smtp.listener.PROXY_TIMEOUT_S", 0.05)
    async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
        assert await talk(server.smtp, V2[:14], b"") == replies.PROXY_TIMEOUT.wire


async def test_a_stop_waits_for_nobody_who_has_not_said_who_he_is(tmp_path: Path) -> None:
    """The connection is closed with the door."""
    async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
        reader, writer = await asyncio.open_connection(*server.smtp)
        writer.write(V2[:3])
        await writer.drain()
        # Its turn at the door comes before that of a whole session after it.
        assert (await talk(server.smtp, V1, b"QUIT\r\n")).startswith(replies.BANNER.wire)
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    writer.close()


async def test_a_balancer_that_breaks_off_harms_nobody(tmp_path: Path) -> None:
    """A reset in the midst of a header, and the next one is served."""
    async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
        with socket.create_connection(server.smtp) as connection:
            connection.sendall(V2[:5])
            resets = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, resets)
        assert (await talk(server.smtp, V2, b"QUIT\r\n")).startswith(replies.BANNER.wire)


async def test_those_at_the_door_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While there are as many as may be, nobody else is let in; then all are."""
    monkeypatch.setattr("sendcloud_inbound.smtp.proxy_door.MOST_ENTERING", 1)
    async with running_server(tmp_path, {"smtp": TRUSTING}) as server:
        reader, writer = await asyncio.open_connection(*server.smtp)
        writer.write(V1[:10])
        await writer.drain()
        next_one = asyncio.create_task(talk(server.smtp, V1, b"QUIT\r\n"))
        done, _ = await asyncio.wait({next_one}, timeout=0.2)
        assert not done
        writer.write(V1[10:])
        assert (await next_one).startswith(replies.BANNER.wire)
        assert await reader.readline() == replies.BANNER.wire
        writer.close()
