"""The body of a webhook call (SENDCLOUD.md 4.1)."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from hypothesis import given, strategies as st

from sendcloud_inbound.rules.forms import fields_of, form, signed_part
from sendcloud_inbound.rules.signatures import signed

SIGNED = signed("test_appkey", 1426571113188, "t" * 50).form
NAMES = st.text(min_size=1).filter(lambda name: name not in {"token", "timestamp", "signature"})


def test_lists_are_one_field_of_json_text() -> None:
    """Not repeated, and not `name[]`; an empty value is there and empty."""
    fields = {"recipientArray": '["ben@ifaxin.com"]', "mail_list_task_id": "", "labelId": 0}
    body = form(json.dumps(fields), SIGNED)
    assert body == (
        "recipientArray=%5B%22ben%40ifaxin.com%22%5D&mail_list_task_id=&labelId=0&" + SIGNED
    )


def test_what_is_no_text_is_its_json() -> None:
    """Whatever an event holds, a field can say."""
    fields = {"a": ["人", 1], "b": None, "c": 1989.0, "d": True}
    assert fields_of(form(json.dumps(fields), "")) == {
        "a": '["人",1]',
        "b": "",
        "c": "1989.0",
        "d": "true",
    }


@given(st.dictionaries(NAMES, st.text()))
def test_a_receiver_reads_what_was_written(fields: dict[str, str]) -> None:
    """In UTF-8 and in order; what UTF-8 cannot write becomes a question mark."""
    body = form(json.dumps(fields), SIGNED)
    written = {
        name.encode(errors="replace").decode(): value.encode(errors="replace").decode()
        for name, value in fields.items()
    }
    assert body.isascii()
    read = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True).items()}
    assert list(read)[-3:] == ["token", "timestamp", "signature"]
    assert {name: read[name] for name in written} == written
    assert fields_of(body) == read


@given(st.dictionaries(st.text(), st.text()))
def test_the_signed_part_is_found_again(fields: dict[str, str]) -> None:
    """Whatever stands before it, even a field called token."""
    assert signed_part(form(json.dumps(fields), SIGNED)) == SIGNED


@given(st.text())
def test_any_text_has_a_signed_part_or_none(body: str) -> None:
    """What is no form of ours breaks nothing."""
    part = signed_part(body)
    assert part == "" or (part.startswith("token=") and body.endswith(part))
