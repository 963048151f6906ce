"""The prompts of AUTH LOGIN (HARAKA.md 3; the broken retry of that release is mended)."""

from __future__ import annotations

import base64
import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from sendcloud_inbound.rules import replies

if TYPE_CHECKING:
    from sendcloud_inbound.rules.replies import Reply


class _Awaits(Enum):
    NOTHING = auto()
    USERNAME = auto()
    PASSWORD = auto()


class LoginPrompt:
    """One login after another in a session: which line is a name, which is a key."""

    __slots__ = ("_awaits", "_username", "failures")

    def __init__(self) -> None:
        self._awaits = _Awaits.NOTHING
        self._username = b""
        self.failures = 0
        """Logins of this session that were refused."""

    @property
    def pending(self) -> bool:
        """Whether the next line that is no command is an answer to a prompt."""
        return self._awaits is not _Awaits.NOTHING

    def start(self, initial: str | None) -> Reply:
        """Begin afresh, with the name when it came with the command; give the prompt."""
        self._awaits = _Awaits.USERNAME
        if initial is None:
            return replies.USERNAME
        self._take_name(initial)
        return replies.PASSWORD

    def take(self, word: str) -> Reply | tuple[bytes, bytes]:
        """Take an answer: a prompt or refusal to give, or the name and key to check."""
        if self._awaits is _Awaits.USERNAME:
            self._take_name(word)
            return replies.PASSWORD
        self._awaits = _Awaits.NOTHING
        password = lenient_base64(word)
        return (self._username, password) if password else replies.AUTH_INVALID

    def cancel(self) -> None:
        """Forget a login that was begun."""
        self._awaits = _Awaits.NOTHING

    def _take_name(self, word: str) -> None:
        # A name that decodes to nothing gets the prompt all the same, and the next line is
        # taken as the name again.
        self._username = lenient_base64(word)
        if self._username:
            self._awaits = _Awaits.PASSWORD


def lenient_base64(word: str) -> bytes:
    """Decode as Node's decoder does: other characters are skipped, padding may be missing."""
    kept = re.sub(r"[^A-Za-z0-9+/_-]", "", word.partition("=")[0])
    kept = kept.replace("-", "+").replace("_", "/")
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + "=" * (-len(kept) % 4))
