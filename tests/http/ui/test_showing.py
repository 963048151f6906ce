"""Strangers' text on pages."""

from __future__ import annotations

import pytest

from sendcloud_inbound.http.ui.showing import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("invoice\u202efdp.exe", "invoice[U+202E]fdp.exe"),
        ("a\u2066b\u2069\u200e\u061c", "a[U+2066]b[U+2069][U+200E][U+061C]"),
        ("a\x00\x1b[31m\x7f", "a[U+0000][U+001B][31m[U+007F]"),
        ("ben\u200b@ifaxin.com\ufeff", "ben[U+200B]@ifaxin.com[U+FEFF]"),
        ("one\r\ntwo\tthree\n", "one\ntwo\tthree\n"),
        ("账单 עברית 👩‍👧", "账单 עברית 👩‍👧"),
    ],
)
def test_what_hides_is_written_out(text: str, shown: str) -> None:
    """Letters of any writing stay as they are, and so do joined signs."""
    assert visible(text) == shown
