"""A mail to a list becomes messages with what is each member's."""

from __future__ import annotations

import base64
import json
from typing import Any

from sendcloud_inbound.rules import headers, xsmtpapi
from sendcloud_inbound.rules.books import Member
from sendcloud_inbound.rules.list_batches import MAX_OCTETS, addressed, batch
from tests.builders import NOW_MS

CONTENT = b"From: a@b.c\r\nSubject: Hi %name%\r\n\r\nYou owe %money%.\r\n"


def member(address: str, name: str = "", variables: str = "") -> Member:
    """Return a member."""
    return Member(address, name, variables, NOW_MS, NOW_MS)


def api_of(content: bytes) -> dict[str, Any]:
    """Return the X-SMTPAPI of a message, read by nothing of ours."""
    head = content.partition(b"\r\n\r\n")[0]
    last = head.rsplit(b"\r\n", 1)[1]
    assert last.startswith(b"X-SMTPAPI: ")
    found: dict[str, Any] = json.loads(base64.b64decode(last.partition(b": ")[2]), parse_float=str)
    return found


def test_the_variables_of_members_go_into_xsmtpapi() -> None:
    """By position; what a member has not stays as it is written, a name goes before a variable."""
    members = [
        member("ben@x.cn", "Ben", '{"money": 1989.0, "name": "lost"}'),
        member("joe@x.cn", "", '{"name": "Joe"}'),
        member("人@x.cn"),
    ]
    assert api_of(addressed(CONTENT, members)) == {
        "to": ["ben@x.cn", "joe@x.cn", "人@x.cn"],
        "sub": {
            "%name%": ["Ben", "Joe", ""],
            "%money%": ["1989.0", "%money%", "%money%"],
            "%recipient%": ["ben@x.cn", "joe@x.cn", "人@x.cn"],
        },
    }


def test_the_message_stays_as_it_was() -> None:
    """But for the field at the end of its header, as SMTP has it."""
    content = addressed(CONTENT, [member("ben@x.cn")])
    head, _, body = content.partition(b"\r\n\r\n")
    assert head.rpartition(b"\r\n")[0] + b"\r\n\r\n" + body == CONTENT
    read = xsmtpapi.read(headers.scan(content))
    assert read.api is not None
    assert read.api.to == ["ben@x.cn"]


def test_a_message_has_a_hundred_members_or_fewer() -> None:
    """As many as its header can hold, and one at least."""
    everybody = [member(f"u{number}@x.cn") for number in range(250)]
    assert batch(everybody) == everybody[:100]
    assert batch(everybody[:7]) == everybody[:7]
    large = '{"a":"' + "人" * (MAX_OCTETS // 9) + '"}'
    some = [member(f"u{number}@x.cn", "", large) for number in range(5)]
    assert len(batch(some)) == 2
    huge = [member("u@x.cn", "", '{"a":"' + "x" * MAX_OCTETS + '"}')] * 2
    assert len(batch(huge)) == 1
