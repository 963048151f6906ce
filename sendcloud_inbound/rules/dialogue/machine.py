"""The session itself: which command is taken when, and what is said to it.

Who drives it calls `receive` with whatever the socket gave, then `advance` until it gives None;
each request in between is carried out and answered with `answer`. The octets to send wait in
`take_output`, joined, so that a batch of commands gets one write (HARAKA.md 5).

The same octets give the same replies whatever the chunking, and never an exception.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from sendcloud_inbound.rules import replies
from sendcloud_inbound.rules.addresses import Path, parse_path
from sendcloud_inbound.rules.dialogue.data import DataPhase, End
from sendcloud_inbound.rules.dialogue.inbox import LONGEST_LINE, Inbox
from sendcloud_inbound.rules.dialogue.login import LoginPrompt
from sendcloud_inbound.rules.dialogue.notes import Notes
from sendcloud_inbound.rules.dialogue.paths import parameters_refusal, read_plain
from sendcloud_inbound.rules.dialogue.requests import (
    Close,
    Login,
    Message,
    Recipient,
    Request,
    Sender,
    StartTls,
    Terms,
)
from sendcloud_inbound.rules.refusals import FIRST_REFUSAL
from sendcloud_inbound.rules.replies import Reply
from sendcloud_inbound.rules.transcript import MASK

if TYPE_CHECKING:
    from collections.abc import Callable


class _Mode(Enum):
    COMMAND = auto()
    DATA = auto()
    ASKING = auto()
    """A request is out; what comes in waits."""
    CLOSED = auto()


_COMMAND, _DATA = _Mode.COMMAND, _Mode.DATA  # looked at for every line
_NO_DATA = DataPhase(0)
_KEPT_BY_NOBODY = frozenset({replies.TRY_LATER, replies.AUTH_REQUIRED, replies.INTERNAL_ERROR})
"""The ends of a message that is not stored: other refused ones can be looked at there."""


class Dialogue:
    """One session."""

    __slots__ = (
        "_asked",
        "_at_eof",
        "_data",
        "_inbox",
        "_login",
        "_mail_from",
        "_mode",
        "_notes",
        "_output",
        "_rcpt_to",
        "_secret_may_follow",
        "_unrecognized_count",
        "asks_recipient",
        "extended",
        "helo",
        "in_tls",
        "logged_in",
        "messages",
        "peer_host",
        "refusals",
        "terms",
        "transactions",
    )

    def __init__(self, terms: Terms, at_ms: int = 0, heard: bytes = b"") -> None:
        """Begin with the banner; `heard` is a line that was read before, for the transcripts."""
        self.terms = terms
        self.peer_host = ""
        self.helo = ""
        """The name the client gave; empty before HELO or EHLO."""
        self.extended = False
        """Whether it said EHLO."""
        self.logged_in = False
        self.in_tls = False
        """Whether the connection is in TLS, from its start or since STARTTLS."""
        self.asks_recipient = terms.asks_recipient
        """Whether every recipient of this transaction is put before the driver."""
        self.transactions = 0
        """MAIL commands that were taken."""
        self.messages = 0
        """Messages brought to their dot."""
        self._unrecognized_count = 0
        self._mode = _Mode.COMMAND
        self._inbox = Inbox()
        self._at_eof = False
        self._output: list[bytes] = []
        self._asked: Request | None = None
        self._login = LoginPrompt()
        self._secret_may_follow = False
        self._mail_from: str | None = None
        self._rcpt_to: list[str] = []
        self._data = _NO_DATA
        self._notes = Notes(at_ms)
        if heard:
            self._notes.heard(heard)
        self.refusals = self._notes.refusals
        """What was refused and is no message; whoever drives it takes them out."""
        self._say(replies.BANNER)

    # What the driver calls

    def receive(self, octets: bytes, at_ms: int = 0) -> None:
        """Take octets as they came; `at_ms` is when, for the transcript."""
        self._inbox.put(octets)
        if self._mode is not _DATA:
            self._notes.at(at_ms)

    def end_of_input(self) -> None:
        """Note that the client sends no more: what it sent is answered, then comes `Close`."""
        self._at_eof = True

    def advance(self) -> Request | None:
        """Go on to the next request; None when there is nothing to do but wait."""
        inbox = self._inbox
        while True:
            if self._mode is _COMMAND:
                line = inbox.line()
                if line is None:
                    break
                request = self._command(line)
            elif self._mode is _DATA:
                end = self._read_data()
                if end is None:
                    break
                request = self._end_data(end)
            else:
                return None
            if request is not None:
                return request
        return self._close(lingers=False) if self._at_eof else None

    def answer(self, answer: Reply | None) -> None:
        """Answer the request that `advance` gave; None is a plain yes to a sender or recipient."""
        asked, self._asked, self._mode = self._asked, None, _Mode.COMMAND
        match asked:
            case Login():
                self._finish_login(answer or replies.AUTH_FAILED)
            case Sender(path):
                self._finish_sender(path, answer)
            case Recipient(path):
                self._finish_recipient(path, answer)
            case Message():
                self._reset()
                self._finish_message(answer or replies.INTERNAL_ERROR)
                self._notes.begin_anew()
            case _:
                raise RuntimeError("an answer came that nobody asked for")

    def tls_started(self) -> None:
        """Forget all that was said in clear (RFC 3207 4.2)."""
        self.in_tls, self._mode, self._asked = True, _Mode.COMMAND, None
        self.helo, self.extended, self.logged_in = "", False, False
        self._login.cancel()
        self._reset()

    def dismiss(self, reply: Reply) -> None:
        """Say a last word from outside, such as 421; nothing that comes after it is read."""
        self._say(reply)
        self._mode = _Mode.CLOSED

    def take_output(self) -> bytes:
        """Return the octets to send, in one piece."""
        output, self._output = self._output, []
        return output[0] if len(output) == 1 else b"".join(output)

    @property
    def in_transaction(self) -> bool:
        """Whether a MAIL was accepted and its message has not ended."""
        return self._mail_from is not None

    @property
    def in_data(self) -> bool:
        """Whether a message is on its way in, or before the driver."""
        return self._mode is _Mode.DATA or isinstance(self._asked, Message)

    @property
    def closed(self) -> bool:
        """Whether the last word was said."""
        return self._mode is _Mode.CLOSED

    @property
    def waiting_octets(self) -> int:
        """How much was received that nobody has looked at yet."""
        return self._inbox.octets

    # One line

    def _command(self, line: bytes) -> Request | None:
        if len(line) >= LONGEST_LINE:
            self._notes.heard(MASK)
            return self._last_word(replies.LINE_TOO_LONG)
        if plain := read_plain(line):
            self._notes.heard(line)
            is_mail, path = plain
            return self._take_sender(path) if is_mail else self._take_recipient(path)
        if command := self._BARE.get(line):
            self._notes.heard(line)
            self._secret_may_follow = False
            return command(self, "")
        verb, _, argument = line.removesuffix(b"\r").decode("latin-1").partition(" ")
        verb, argument = verb.upper(), argument.lstrip(" ")
        command = self._COMMANDS.get(verb) if "\r" not in argument else None
        if command is None or not line.isascii():
            return self._no_command(line, verb, argument)
        self._notes.heard(line)
        self._secret_may_follow = False
        return command(self, argument)

    def _no_command(self, line: bytes, verb: str, argument: str) -> Request | None:
        """Anything that is no verb: AUTH, an answer to its prompts, or not understood."""
        if not line.isascii():
            self._notes.heard(MASK if self._login.pending else line)
            return self._reply(replies.EIGHT_BIT)
        if verb == "AUTH" and "\r" not in argument:
            return self._auth(argument.split())
        if self._login.pending:
            self._notes.heard(MASK)
            return self._take_login(line.partition(b" ")[0].decode())
        # After an AUTH that was not taken a client may send its key all the same.
        self._notes.heard(MASK if self._secret_may_follow else line)
        return self._unrecognized()

    def _unrecognized(self) -> Request | None:
        self._unrecognized_count += 1
        if self._unrecognized_count == self.terms.max_unrecognized:
            return self._last_word(replies.TOO_MANY_BAD)
        return self._reply(replies.UNRECOGNIZED)

    # HELO, EHLO, STARTTLS

    def _helo(self, argument: str) -> Request | None:
        return self._hello("HELO", argument, replies.HELLO)

    def _ehlo(self, argument: str) -> Request | None:
        return self._hello(
            "EHLO", argument, self.terms.ehlo_in_tls if self.in_tls else self.terms.ehlo
        )

    def _hello(self, verb: str, argument: str, reply: Reply) -> Request | None:
        name = argument.split()[:1]
        if not name:
            return self._reply(replies.NO_NAME[verb])
        if self.helo:
            return self._reply(replies.ALREADY_SAID[verb])
        self.helo, self.extended = name[0], verb == "EHLO"
        return self._reply(reply)

    def _starttls(self, _argument: str) -> Request | None:
        if not self.terms.starttls or self.in_tls or not self.extended:
            return self._unrecognized()
        self._say(replies.GO_AHEAD_TLS)
        self._inbox.clear()  # what was sent in clear after the command does not count (RFC 3207 5)
        return self._ask(StartTls())

    # AUTH

    def _auth(self, words: list[str]) -> Request | None:
        method = words[0].upper() if words else ""
        shown = " ".join(["AUTH", *words[:1], *(["*" * 8] if words[1:] else [])])
        self._notes.heard(shown.encode())
        if not self.extended or self.logged_in or method != "LOGIN":
            self._secret_may_follow = True
            return self._unrecognized()
        return self._reply(self._login.start(words[1] if len(words) > 1 else None))

    def _take_login(self, word: str) -> Request | None:
        taken = self._login.take(word)
        if isinstance(taken, Reply):
            return self._reply(taken)
        return self._ask(Login(*taken, self._login.failures))

    def _finish_login(self, answer: Reply) -> None:
        self._say(answer)
        if answer.code == replies.AUTHENTICATED.code:
            self.logged_in = True
            self._notes.logged_in()
        else:
            self._login.failures += 1
            self._reset()

    # MAIL and RCPT

    def _mail(self, argument: str) -> Request | None:
        refusal = self._mail_refusal()
        if refusal is not None:
            return self._reply(refusal)
        return self._parsed("MAIL", argument, self._take_sender)

    def _rcpt(self, argument: str) -> Request | None:
        if self._mail_from is None:
            return self._reply(replies.MAIL_FIRST)
        return self._parsed("RCPT", argument, self._take_recipient)

    def _parsed(
        self, verb: str, argument: str, take: Callable[[Path], Request | None]
    ) -> Request | None:
        try:
            path = parse_path(verb, argument)
        except ValueError:
            return self._reply(replies.PARSING_FAILED)
        return take(path)

    def _take_sender(self, path: Path) -> Request | None:
        refusal = self._mail_refusal() or parameters_refusal(
            path, self.terms, extended=self.extended
        )
        if refusal is None and 0 < self.terms.max_messages <= self.messages:
            refusal = replies.TOO_MANY_MESSAGES
        if refusal is not None:
            return self._reply(refusal)
        if self.terms.asks_sender:
            return self._ask(Sender(path))
        self._finish_sender(path, None)
        return None

    def _finish_sender(self, path: Path, answer: Reply | None) -> None:
        if answer is None or answer.code == replies.OK.code:
            # A MAIL within a transaction begins a new one (HARAKA.md 2).
            self._mail_from, self._rcpt_to = path.address, []
            self.transactions += 1
        if answer is None:
            self._say_wire(replies.sender_ok(path.address))
        else:
            self._say(answer)

    def _take_recipient(self, path: Path) -> Request | None:
        if self._mail_from is None:
            return self._reply(replies.MAIL_FIRST)
        refusal = parameters_refusal(path, self.terms, extended=self.extended)
        if refusal is not None:
            return self._reply(refusal)
        if 0 < self.terms.max_recipients <= len(self._rcpt_to):
            return self._last_word(replies.TOO_MANY_RECIPIENTS)
        at = self.terms.asks_recipient_at
        if self.asks_recipient or (at and path.address.endswith(at)):
            return self._ask(Recipient(path))
        self._finish_recipient(path, None)
        return None

    def _finish_recipient(self, path: Path, answer: Reply | None) -> None:
        if answer is None or answer.code == replies.OK.code:
            self._rcpt_to.append(path.address)
        if answer is None:
            self._say_wire(replies.recipient_ok(path.address))
        else:
            self._say(answer)

    def _mail_refusal(self) -> Reply | None:
        if not self.helo:
            return replies.HELLO_FIRST
        return None if self.logged_in else replies.AUTH_REQUIRED

    # DATA

    def _start_data(self, argument: str) -> Request | None:
        if argument.strip():
            return self._reply(replies.SYNTAX_ERROR)
        if self._mail_from is None:
            return self._reply(replies.DATA_NO_MAIL)
        if not self._rcpt_to:
            return self._reply(replies.DATA_NO_RCPT)
        self._mode, self._data = _Mode.DATA, DataPhase(self.terms.max_message_bytes)
        return self._reply(replies.GO_AHEAD)

    def _read_data(self) -> End | None:
        while (chunk := self._inbox.chunk()) is not None:
            ended = self._data.feed(chunk)
            if ended is not None:
                end, rest = ended
                self._inbox.put_back(rest)
                return end
        return None

    def _end_data(self, end: End) -> Request | None:
        self._mode = _Mode.COMMAND
        data, self._data = self._data, _NO_DATA
        self._notes.heard(b"(%d octets)" % data.size)
        self.messages += 1
        if end is not End.COMPLETE or self._mail_from is None:
            self._reset()
            return self._reply(replies.BARE_LF if end is End.BARE_LF else replies.MESSAGE_TOO_BIG)
        rcpt_to = tuple(self._rcpt_to)
        return self._ask(Message(self._mail_from, rcpt_to, data.content(), self._notes.told()))

    def _finish_message(self, answer: Reply) -> None:
        self._say_wire(answer.wire)
        if answer in _KEPT_BY_NOBODY:
            self._notes.refused(answer)

    # The small ones

    def _rset(self, argument: str) -> Request | None:
        if argument.strip():
            return self._reply(replies.SYNTAX_ERROR)
        self._reset()
        return self._reply(replies.OK)

    def _quit(self, argument: str) -> Request | None:
        if argument.strip():
            return self._reply(replies.SYNTAX_ERROR)
        self._say(replies.CLOSING)
        return self._close(lingers=False)

    def _noop(self, _argument: str) -> Request | None:
        return self._reply(replies.OK)

    def _proxy(self, _argument: str) -> Request | None:
        return self._last_word(replies.proxy_not_allowed(self.peer_host))

    def _vrfy(self, _argument: str) -> Request | None:
        return self._reply(replies.JUST_TRY)

    def _help(self, _argument: str) -> Request | None:
        return self._reply(replies.NOT_IMPLEMENTED)

    # Saying, hearing, asking

    def _reply(self, reply: Reply) -> Request | None:
        """Say it; there is nothing to ask, go on to the next line."""
        self._say(reply)
        return None

    def _say(self, reply: Reply) -> None:
        self._say_wire(reply.wire)
        if reply.code >= FIRST_REFUSAL:
            self._notes.refused(reply)

    def _say_wire(self, octets: bytes) -> None:
        self._output.append(octets)
        self._notes.said(octets)

    def _last_word(self, reply: Reply) -> Request:
        self._say(reply)
        return self._close(lingers=True)

    def _close(self, *, lingers: bool) -> Request:
        self._mode = _Mode.CLOSED
        return Close(lingers)

    def _ask(self, request: Request) -> Request:
        self._mode, self._asked = _Mode.ASKING, request
        return request

    def _reset(self) -> None:
        self._mail_from, self._rcpt_to = None, []

    _COMMANDS: ClassVar[dict[str, Callable[[Dialogue, str], Request | None]]] = {
        "HELO": _helo,
        "EHLO": _ehlo,
        "STARTTLS": _starttls,
        "MAIL": _mail,
        "RCPT": _rcpt,
        "DATA": _start_data,
        "RSET": _rset,
        "NOOP": _noop,
        "PROXY": _proxy,
        "VRFY": _vrfy,
        "HELP": _help,
        "QUIT": _quit,
    }
    _BARE: ClassVar[dict[bytes, Callable[[Dialogue, str], Request | None]]] = {
        f"{spelling}\r".encode(): command
        for verb, command in _COMMANDS.items()
        for spelling in (verb, verb.lower())
    }
    """The quick way for those without an argument, as nearly all clients write them."""
