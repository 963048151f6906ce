"""Composing: whatever the parameters hold, one message of the right shape comes of them."""

from __future__ import annotations

import json
import re
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings, strategies as st

from sendcloud_inbound.rules import headers, xsmtpapi
from sendcloud_inbound.rules.api.composing import compose
from sendcloud_inbound.rules.api.given import File, Given
from sendcloud_inbound.rules.api.mail import read_mail
from tests.builders import NOW_MS

texts = st.text(st.characters(codec="utf-8"), max_size=60)
full = texts.filter(str.strip)


def lines(text: str) -> list[str]:
    """Return the lines of a text; the end of the last one makes none."""
    return re.split(r"\r\n|\r|\n", re.sub(r"(?:\r\n|\r|\n)\Z", "", text))


def order(**texts: str) -> Given:
    """Return parameters: those of a small mail, and these."""
    few = {"from": "a@b.cn", "to": "ben@ifaxin.com", "subject": "s", "plain": "hello"}
    return Given({name: (text,) for name, text in (few | texts).items()})


@pytest.mark.timeout(20)
@pytest.mark.parametrize("tail", ["", ">", "></p>"])
def test_a_body_full_of_half_previews_takes_no_time(tail: str) -> None:
    """Text that almost is a preview, again and again, is looked at once."""
    html = "<div " + "display:none " * 400_000 + tail
    for body in (html, " " * 1_000_000 + html, "<div display" + " " * 1_000_000 + tail):
        message = compose(read_mail(order(html=body, contentSummary="new")), NOW_MS)
        assert b">new</div>" in message.replace(b"=\r\n", b"")


@settings(max_examples=200)
@given(subject=full, name=texts, html=full, value=texts, content=st.binary())
def test_no_text_adds_a_header_or_a_part(
    subject: str, name: str, html: str, value: str, content: bytes
) -> None:
    """CR, LF, boundaries, encoded-words, NUL: the tree is the same, and X-SMTPAPI is the last."""
    api = json.dumps({"to": ["ben@ifaxin.com"], "sub": {"%a%": [value]}})
    asked = order(
        subject=subject,
        fromName=name,
        html=html,
        headers=json.dumps({"Sender": value}),
        xsmtpapi=api,
    )
    asked = Given(asked.texts, {"attachments": (File(name, "a/b", content),)})
    message = compose(read_mail(asked), NOW_MS)
    block = headers.scan(message)
    names = [field.name for field in block.fields()]
    assert names == [
        *("From", "Subject", "REPLY-TO", "Date", "MIME-Version", "Content-Type", "Sender"),
        "X-SMTPAPI",
    ]
    reading = xsmtpapi.read(block)
    assert reading.api is not None
    assert reading.api.sub == {"%a%": [value]}
    parts = [part.get_content_type() for part in message_from_bytes(message).walk()]
    assert parts == ["multipart/mixed", "text/html", "a/b"]


@given(html=full)
def test_the_text_arrives_as_it_was(html: str) -> None:
    """But for the ends of its lines."""
    message = message_from_bytes(
        compose(read_mail(order(html=html)), NOW_MS), policy=policy.default
    )
    got = message.get_payload(decode=True)
    assert isinstance(got, bytes)
    assert lines(got.decode()) == lines(html)


def test_the_same_order_gives_the_same_octets() -> None:
    """Nothing is left to chance, boundaries included."""
    asked = Given(order().texts, {"attachments": (File("a.txt", "text/plain", b"x"),)})
    first, again = (compose(read_mail(asked), NOW_MS) for _ in range(2))
    assert first == again
