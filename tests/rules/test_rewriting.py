"""The headers of delivered mail (SENDCLOUD.md 6.5, 1.5, 3.1)."""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode

import pytest

from sendcloud_inbound.rules.model import SessionFacts
from sendcloud_inbound.rules.rewriting import envelope_sender
from tests.rules.rendered import (
    MESSAGE_ID,
    TO,
    api,
    copies,
    facts,
    fields,
    mail,
    parsed,
    rendering,
    without_top,
)

PLAIN = b"From: a@b.example\r\nTo: c@d.example\r\nMessage-ID: <own@b.example>\r\n\r\nHello\r\n"


def top(content: bytes, recipient: str = "ben@ifaxin.com", position: int = 3) -> dict[str, str]:
    """Return the header of a copy by name."""
    return dict(fields(rendering(content).copy(position, recipient)))


def test_received_tells_of_the_session() -> None:
    """HELO name, address, protocol, sender and the time of acceptance by Beijing time."""
    copy = rendering(PLAIN).copy(0, "ben@ifaxin.com")
    first, second, third = copy.split(b"\r\n")[:3]
    assert first.startswith(
        b"Received: from ifaxin.com (Unknown [127.0.0.1]) by SendCloud Inbound Server"
        b" with ESMTPA id "
    )
    assert uuid.UUID(first.decode().rpartition(" ")[2].removesuffix(".1")).version == 4
    assert second == (
        b"   envelope-from <support@ifaxin.com> (authenticated bits=0);"
        b" Sun, 15 Mar 2015 11:26:55 +0800"
    )
    assert third.startswith(b"X-SENDCLOUD-UUID: ")


@pytest.mark.parametrize(
    ("peer", "shown"),
    [("192.0.2.1:25", "192.0.2.1"), ("[2001:db8::1]:25", "2001:db8::1"), ("local", "local")],
)
def test_received_over_tls(peer: str, shown: str) -> None:
    """ESMTPSA with version and cipher; the port is no part of the address."""
    session = SessionFacts(peer, "x", "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384")
    received = dict(fields(rendering(PLAIN, session=session).copy(0, "a@b.c")))["Received"]
    assert f"(Unknown [{shown}])" in received
    assert "with ESMTPSA id" in received
    assert "(version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384);" in received


def test_the_email_id_and_the_log() -> None:
    """X-SENDCLOUD-UUID is the emailId; the log says it all, and once more in base64."""
    header = dict(fields(rendering(PLAIN, label_id="123").copy(3, "ben@ifaxin.com")))
    email_id = f"{MESSAGE_ID}3$ben@ifaxin.com"
    assert header["X-SENDCLOUD-UUID"] == email_id
    log = f"{email_id}#ben@ifaxin.com#7#15#123#false#false#0#0#"
    assert header["X-SENDCLOUD-LOG"] == log
    assert b64decode(header["X-SENDCLOUD-LOG-NEW"]).decode() == log
    assert "#0#false" in top(PLAIN)["X-SENDCLOUD-LOG"]


def test_copies_are_not_signed() -> None:
    """SendCloud's have a DKIM-Signature (6.5), which nobody without its key can make."""
    assert "DKIM-Signature" not in top(PLAIN)


def test_these_fields_are_added_and_no_other() -> None:
    """Of what has been seen, Feedback-ID, Sender and Precedence are not made up (6.5)."""
    copy = rendering(b"Subject: x\r\n\r\n", subscription_tracking=True).copy(0, "a@b.c")
    assert [name for name, _ in fields(copy)] == [
        *("Received", "X-SENDCLOUD-UUID", "X-SENDCLOUD-LOG", "X-SENDCLOUD-LOG-NEW"),
        *("Message-ID", "List-Unsubscribe", "Subject"),
    ]


def test_message_id_is_added_when_the_client_set_none() -> None:
    """`<messageId><index>@<sending domain>`, else the client's own stays alone."""
    assert top(b"Subject: x\r\n\r\n")["Message-ID"] == f"<{MESSAGE_ID}3@example.sendcloud.org>"
    assert [value for name, value in fields(copies(PLAIN)[0]) if name == "Message-ID"] == [
        "<own@b.example>"
    ]


def test_list_unsubscribe_comes_with_subscription_tracking() -> None:
    """Its mailto form; a client's own is left alone."""
    copy = rendering(PLAIN, subscription_tracking=True, label_id="9").copy(3, "a@b.c")
    expected = f"<mailto:9_7_{MESSAGE_ID}3@example.sendcloud.org>"
    assert dict(fields(copy))["List-Unsubscribe"] == expected
    assert "List-Unsubscribe" not in top(PLAIN)
    own = b"List-Unsubscribe: <mailto:x@y.example>\r\n" + PLAIN
    tracked = rendering(own, subscription_tracking=True).copy(0, "a@b.c")
    assert tracked.count(b"List-Unsubscribe") == 1


@pytest.mark.parametrize(
    "value",
    [b" e30=", b"\r\n e30=\r\n\te30=", b"", b" e30=\r\nQUJD\r\nREVGRw==", b" x\r\nx-smtpapi: y"],
)
def test_x_smtpapi_is_kept_but_empty(value: bytes) -> None:
    """All of them, folded or not, and the lines of wrapped base64 behind (CLIENTS.md)."""
    content = b"From: a@b.c\r\nX-SMTPAPI:" + value + b"\r\nX-After: 1\r\n\r\nbody QUJD\r\n"
    copy = copies(content, number=1)[0]
    shown = without_top(copy).lower().replace(b"x-smtpapi:\r\n", b"")
    assert b"x-smtpapi:\r\n" in copy.lower()
    assert shown == b"from: a@b.c\r\nx-after: 1\r\n\r\nbody qujd\r\n"


def test_with_to_a_copy_shows_only_its_address() -> None:
    """To has the one recipient; further To fields and Cc are gone; the rest stays (3.1)."""
    content = mail(
        "x", "To: all@x.example,\r\n more@x.example", "Cc: boss@x.example", "TO: b@x.example"
    )
    for position, copy in enumerate(copies(content, api(to=TO))):
        shown = [(name, value) for name, value in fields(copy) if name.lower() in ("to", "cc")]
        assert shown == [("To", f"user{position}@x.example")]
        assert copy.count(b"MIME-Version") == 1


def test_with_to_a_missing_to_field_is_added() -> None:
    """A copy shows its address even when the client wrote none."""
    (copy,) = copies(b"Subject: x\r\n\r\n", api(to=["a@b.c"]), 1)
    assert parsed(copy)["To"] == "user0@x.example"


def test_s16_without_to_all_addresses_stay() -> None:
    """The same mail for each."""
    content = b"To: a@x.example, b@x.example\r\nCc: c@x.example\r\nBcc: d@x.example\r\n\r\nx"
    first, second = (without_top(copy) for copy in copies(content))
    assert first == second == content


RECIPIENTS = [
    "a@b.c\r\nBcc: evil@x.example",
    "a\nX-Evil: 1",
    "a\rX-Evil: 1",
    "\x00\ud800@b.c",
    "用户@例子.公司",
    "x" * 320,
    "😀" * 320,
    "=?utf-8?q?=0D=0AX-Evil:_1?=@b.c",
    "",
]


@pytest.mark.parametrize("recipient", RECIPIENTS)
@pytest.mark.parametrize("keys", [{}, {"to": ["a@b.c"]}])
def test_no_recipient_can_add_a_header(recipient: str, keys: dict[str, list[str]]) -> None:
    """Whatever characters an address has, the fields are the same, and no line is too long."""
    content = b"Subject: x\r\nTo: y@z.example\r\n\r\nbody"
    given = api(**keys)
    usual = rendering(content, given).copy(0, "a@b.c")
    copy = rendering(content, given).copy(0, recipient)
    assert [name for name, _ in fields(copy)] == [name for name, _ in fields(usual)]
    assert copy.partition(b"\r\n\r\n")[2] == b"body"
    assert max(map(len, copy.split(b"\r\n"))) <= 998


def test_no_session_can_add_a_header() -> None:
    """HELO name, MAIL FROM and label come from a stranger too."""
    hostile = "x\r\nX-Evil: 1"
    session = SessionFacts(hostile, hostile, hostile)
    made = rendering(
        PLAIN, session=session, mail_from=hostile, label_id=hostile, sending_domain=hostile
    )
    assert "X-Evil" not in dict(fields(made.copy(0, "a@b.c")))


@pytest.mark.parametrize("junk", [b" continued", b"\tcontinued\r\n  twice"])
def test_junk_on_top_does_not_continue_a_field_of_ours(junk: bytes) -> None:
    """Lines that begin with white space and continue nothing stay before what is added."""
    copy = copies(junk + b"\r\nFrom: a@b.c\r\n\r\nbody", number=1)[0]
    assert copy.startswith(junk + b"\r\nReceived: ")
    assert copies(junk, number=1)[0].startswith(junk)


@pytest.mark.parametrize("content", [b"", b"\r\nbody", b"\nbody", b"From: a@b.c", b"body"])
def test_any_message_gets_its_fields(content: bytes) -> None:
    """A message without header or body gets them as well, and stays behind them."""
    copy = copies(content, number=1)[0]
    assert copy.startswith(b"Received: ")
    assert copy.endswith(b"\r\n" + content)


def test_the_envelope_sender_is_a_uuid_of_the_time_and_the_email() -> None:
    """Version 1, at the sending domain, the same for the same email (SENDCLOUD.md 1.5)."""
    sender = envelope_sender(facts(), 0, "ben@ifaxin.com")
    prefix, _, domain = sender.partition("@")
    made = uuid.UUID(prefix)
    assert (made.version, made.variant, domain) == (1, uuid.RFC_4122, "example.sendcloud.org")
    assert made.time == 1_426_390_015_358 * 10_000 + 0x01B21DD213814000
    assert envelope_sender(facts(), 0, "ben@ifaxin.com") == sender
    others = {envelope_sender(facts(), 1, "ben@ifaxin.com"), envelope_sender(facts(), 0, "\ud800")}
    assert len(others | {sender}) == 3


def test_a_copy_repeats_octet_for_octet() -> None:
    """The same input gives the same octets, whatever was rendered before."""
    content = mail("%a%", "Subject: %a%", encoding="base64")
    given = api(to=TO, sub={"%a%": ["张", "b"]})
    first = rendering(content, given)
    second = rendering(content, given)
    second.copy(1, "other@x.example")
    assert first.copy(0, "a@b.c") == second.copy(0, "a@b.c") == first.copy(0, "a@b.c")
    assert b64encode(first.copy(0, "a@b.c")) != b64encode(first.copy(1, "a@b.c"))
