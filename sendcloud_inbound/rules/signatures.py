"""The signature of a webhook call (SENDCLOUD.md 4.2), made as SendCloud does.

All that a receiver needs stands in the form: `token`, `timestamp` and `signature`, the HMAC-SHA256
of timestamp and token under the account's APP KEY.
"""

from __future__ import annotations

import hashlib
import hmac
import string
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_LENGTH: Final = 50
_CHARACTERS: Final = string.ascii_letters + string.digits
_FAIR: Final = 256 - 256 % len(_CHARACTERS)
"""Octets from here on would make the first characters more likely."""


class Signed(NamedTuple):
    """The three fields that tell a receiver that a call is SendCloud's."""

    token: str
    timestamp_ms: int
    signature: str

    @property
    def form(self) -> str:
        """The fields as they end the form; none of them needs an escape."""
        return f"token={self.token}&timestamp={self.timestamp_ms}&signature={self.signature}"


def make_token(random_octets: Callable[[int], bytes]) -> str:
    """Return a new token: 50 letters and digits, each as likely as the others.

    Args:
        random_octets: Gives so many, such as `os.urandom`.
    """
    token = ""
    while len(token) < TOKEN_LENGTH:
        fair = (octet for octet in random_octets(64) if octet < _FAIR)
        token += "".join(_CHARACTERS[octet % len(_CHARACTERS)] for octet in fair)
    return token[:TOKEN_LENGTH]


def sign(app_key: str, timestamp_ms: int, token: str) -> str:
    """Return the signature: 64 lower-case hexadecimal digits; timestamp first, nothing between."""
    message = f"{timestamp_ms}{token}".encode()
    return hmac.new(app_key.encode(), message, hashlib.sha256).hexdigest()


def signed(app_key: str, timestamp_ms: int, token: str) -> Signed:
    """Return the three fields of one call."""
    return Signed(token, timestamp_ms, sign(app_key, timestamp_ms, token))


def is_valid(app_key: str, timestamp_ms: int, token: str, signature: str) -> bool:
    """Tell whether a signature is right, without regard to case, in a time that tells nothing."""
    right = sign(app_key, timestamp_ms, token).encode()
    return hmac.compare_digest(right, signature.lower().encode(errors="replace"))
