"""What is wrong about a webhook call on purpose."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.faults import Fault, fault_of
from sendcloud_inbound.rules.history import WebhookFault
from sendcloud_inbound.rules.signatures import is_valid, sign

KEY, NOW_MS, TOKEN = "test_appkey", 1426571113188, "t" * 50


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("bad_signature", Fault(WebhookFault.BAD_SIGNATURE)),
        ("dropped", Fault(WebhookFault.DROPPED)),
        ("late", Fault(WebhookFault.LATE, 30)),
        ("late:5", Fault(WebhookFault.LATE, 5)),
        ("duplicate", Fault(WebhookFault.DUPLICATE, 2)),
        ("duplicate:3", Fault(WebhookFault.DUPLICATE, 3)),
        ("old_timestamp", Fault(WebhookFault.OLD_TIMESTAMP, 86400)),
        ("out_of_order:60", Fault(WebhookFault.OUT_OF_ORDER, 60)),
    ],
)
def test_a_text_names_a_fault(text: str, fault: Fault) -> None:
    """A name, with an amount or with the usual one."""
    assert fault_of(text) == fault


@pytest.mark.parametrize("kind", WebhookFault)
def test_every_name_is_a_fault(kind: WebhookFault) -> None:
    """No kind is without its meaning."""
    assert fault_of(kind).kind is kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a fault is one of"),
        ("slow", "a fault is one of"),
        ("late:", "a fault is one of"),
        ("late:-1", "a fault is one of"),
        ("late:٣", "a fault is one of"),
        ("late:0", "from 1 to 2592000"),
        ("late:999999999", "from 1 to 2592000"),
        ("duplicate:1", "from 2 to 10"),
        ("duplicate:11", "times that the same call is sent in all"),
        ("out_of_order:61", "from 1 to 60"),
        ("dropped:1", "dropped has no amount"),
    ],
)
def test_another_text_is_refused(text: str, why: str) -> None:
    """What is wrong is said."""
    with pytest.raises(ValueError, match=why):
        fault_of(text)


@given(st.text())
def test_any_text_is_a_fault_or_refused(text: str) -> None:
    """Nothing else comes of it."""
    with suppress(ValueError):
        assert fault_of(text).amount >= 0


def test_a_bad_signature_differs_in_one_digit() -> None:
    """Token and time are right."""
    wrong = fault_of("bad_signature").sign(KEY, NOW_MS, TOKEN)
    right = sign(KEY, NOW_MS, TOKEN)
    assert (wrong.token, wrong.timestamp_ms) == (TOKEN, NOW_MS)
    assert sum(a != b for a, b in zip(wrong.signature, right, strict=True)) == 1
    assert not is_valid(KEY, NOW_MS, TOKEN, wrong.signature)


def test_an_old_timestamp_is_signed_rightly() -> None:
    """Only its age can tell it."""
    old = fault_of("old_timestamp:60").sign(KEY, NOW_MS, TOKEN)
    assert old.timestamp_ms == NOW_MS - 60_000
    assert is_valid(KEY, old.timestamp_ms, TOKEN, old.signature)
    assert fault_of("old_timestamp").sign(KEY, 5, TOKEN).timestamp_ms == 0


def test_late_and_out_of_order_are_held_back() -> None:
    """From when they were made; the others are not, and duplicates come more than once."""
    held = {
        text: fault_of(text).held_until_ms(1000) for text in ("late:2", "out_of_order", "dropped")
    }
    assert held == {"late:2": 3000, "out_of_order": 6000, "dropped": 1000}
    assert [fault_of(text).times for text in ("late", "duplicate:3")] == [1, 3]
