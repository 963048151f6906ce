"""A load generator: many SMTP sessions in one process on epoll, each in lock-step.

It knows no SMTP beyond what it needs: send a step, wait for a line that is the last of a reply,
check its code, send the next. One line of JSON on stdout says what came of it.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import select
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

MAX_SECONDS = 120
Step = tuple[bytes, bytes]
"""What is sent, and the code that must come."""


@dataclass(slots=True)
class Session:
    """One connection and what it has still to say."""

    sock: socket.socket
    steps: list[Step]
    at: int = 0
    expects: bytes = b"220"
    unsent: memoryview = field(default_factory=lambda: memoryview(b""))


def script(message: bytes, count: int, *, recipients: int, login: bool) -> list[Step]:
    """Return the steps of a session that sends a message so many times."""
    steps: list[Step] = [(b"EHLO bench.test\r\n", b"250")]
    if login:
        name, key = (base64.b64encode(word) for word in (b"sandbox_user", b"sandbox_key"))
        steps += [(b"AUTH LOGIN " + name + b"\r\n", b"334"), (key + b"\r\n", b"235")]
    transaction: list[Step] = [(b"MAIL FROM:<bench@example.com>\r\n", b"250")]
    transaction += [
        (b"RCPT TO:<user%d@example.com>\r\n" % number, b"250") for number in range(recipients)
    ]
    transaction += [(b"DATA\r\n", b"354"), (message + b".\r\n", b"250")]
    return steps + transaction * count + [(b"QUIT\r\n", b"221")]


def run(address: tuple[str, int], sessions: int, steps: list[Step]) -> float:
    """Play the steps on so many connections at once; return the seconds it took."""
    poll = select.epoll()
    open_sessions: dict[int, Session] = {}
    began = time.perf_counter()
    for _ in range(sessions):
        sock = socket.create_connection(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        open_sessions[sock.fileno()] = Session(sock, steps)
        poll.register(sock.fileno(), select.EPOLLIN)
    while open_sessions:
        if time.perf_counter() - began > MAX_SECONDS:
            sys.exit(f"not done after {MAX_SECONDS} s")
        for number, events in poll.poll(5):
            session = open_sessions[number]
            if events & select.EPOLLOUT:
                _send(poll, session)
            elif not _hear(poll, session):
                poll.unregister(number)
                open_sessions.pop(number).sock.close()
    return time.perf_counter() - began


def _hear(poll: select.epoll, session: Session) -> bool:
    """Read a reply and send the next step; False when the script is over."""
    said = session.sock.recv(65536)
    last = said[said.rfind(b"\n", 0, -1) + 1 :]
    if last[3:4] == b"-" or not said.endswith(b"\n"):
        return True  # more lines of it are to come
    if last[:3] != session.expects:
        sys.exit(f"expected {session.expects!r}, got {said!r}")
    if session.at == len(session.steps):
        return False
    octets, session.expects = session.steps[session.at]
    session.at += 1
    session.unsent = memoryview(octets)
    _send(poll, session)
    return True


def _send(poll: select.epoll, session: Session) -> None:
    waited = bool(session.unsent) and len(session.unsent) < len(session.unsent.obj)  # type: ignore[arg-type]
    try:
        while session.unsent:
            session.unsent = session.unsent[session.sock.send(session.unsent) :]
    except BlockingIOError:
        poll.modify(session.sock.fileno(), select.EPOLLOUT)
        return
    if waited:
        poll.modify(session.sock.fileno(), select.EPOLLIN)


def main() -> None:
    """Run one load."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--messages", type=int, default=100, help="in each session")
    parser.add_argument("--recipients", type=int, default=1)
    parser.add_argument("--login", action="store_true")
    parser.add_argument("--cpu", type=int)
    parser.add_argument("message", type=Path)
    given = parser.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    steps = script(
        given.message.read_bytes(), given.messages, recipients=given.recipients, login=given.login
    )
    seconds = run(("127.0.0.1", given.port), given.sessions, steps)
    print(json.dumps({"seconds": seconds, "messages": given.sessions * given.messages}))


if __name__ == "__main__":
    main()
