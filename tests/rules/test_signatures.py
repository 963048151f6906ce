"""The signature of webhook calls (SENDCLOUD.md 4.2)."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import string

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.signatures import Signed, is_valid, make_token, sign, signed

KEY, AT_MS = "test_appkey", 1426571113188
TOKEN = "iSXtPWbCNO5qiBrLhTRX48dbRujd3t0lL8RLg7ocJbhiDh6WxJ"
SIGNATURE = "fbde4533b27a16c53d8e25b38c28f7edc245e7c776f9a6e99e3f7fe5a8c2a8be"


def test_the_test_vector_holds() -> None:
    """Key, time and token of SENDCLOUD.md 4.2 give its signature."""
    assert sign(KEY, AT_MS, TOKEN) == SIGNATURE


@given(st.text(), st.integers(0, 10**14), st.text("abcXYZ012"))
def test_a_signature_is_the_documented_recipe(key: str, at_ms: int, token: str) -> None:
    """HMAC-SHA256 of timestamp and token under the APP KEY, in lower-case hexadecimal."""
    try:
        octets = key.encode()
    except UnicodeEncodeError:
        return
    recipe = hmac.new(octets, (str(at_ms) + token).encode("ascii"), hashlib.sha256).hexdigest()
    assert signed(key, at_ms, token) == Signed(token, at_ms, recipe)


def test_case_does_not_count() -> None:
    """A receiver that compares without case is right, too (4.2)."""
    assert is_valid(KEY, AT_MS, TOKEN, SIGNATURE.upper())


@pytest.mark.parametrize(
    ("key", "at_ms", "token", "signature"),
    [
        ("other", AT_MS, TOKEN, SIGNATURE),
        (KEY, AT_MS + 1, TOKEN, SIGNATURE),
        (KEY, AT_MS, TOKEN[::-1], SIGNATURE),
        (KEY, AT_MS, TOKEN, SIGNATURE[:-1] + "f"),
        (KEY, AT_MS, TOKEN, ""),
        (KEY, AT_MS, TOKEN, "\ud800é"),
    ],
)
def test_anything_else_is_not_valid(key: str, at_ms: int, token: str, signature: str) -> None:
    """Another key, time, token or digit is told, and nothing makes it fail."""
    assert not is_valid(key, at_ms, token, signature)


def test_a_token_is_50_letters_and_digits() -> None:
    """Every one is new, and all characters come up."""
    tokens = {make_token(os.urandom) for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9]{50}", token) for token in tokens)
    assert len(set("".join(tokens))) == 62


def test_every_character_is_as_likely() -> None:
    """Octets that would favour the first ones are passed over."""
    characters = string.ascii_letters + string.digits
    assert make_token(lambda _: bytes(range(192, 256))) == characters[6:56]
    assert make_token(lambda _: bytes(range(248, 256)) + b"\0") == "a" * 50


def test_the_form_needs_no_escape() -> None:
    """Token, timestamp, signature, as they stand at the end of a body."""
    assert signed(KEY, AT_MS, TOKEN).form == (
        f"token={TOKEN}&timestamp={AT_MS}&signature={SIGNATURE}"
    )
