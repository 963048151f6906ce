"""The fields of each event, held against the captures (SENDCLOUD.md 4.4 to 4.6)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules import headers
from sendcloud_inbound.rules.events import MESSAGES, About, form
from sendcloud_inbound.rules.history import Event, EventKind
from sendcloud_inbound.rules.simulation import failure_details
from sendcloud_inbound.rules.user_headers import compact, custom_headers

MESSAGE_ID = "1426571113174_27372_24044_6376.sc-10_10_127_119-inbound"
EMAIL_ID = f"{MESSAGE_ID}0$ben@ifaxin.com"
ABOUT = About(MESSAGE_ID, "15", "", ("ben@ifaxin.com",))
SIGNED = {"timestamp", "token", "signature"}
"""Of each attempt, and not of the event."""
SINCE_THEN = {"apiUser", "userHeaders", "maillistTaskId", "labelName"}
"""Fields that came after the captures of March 2015, or that only other documents have."""

CAPTURES: dict[EventKind, dict[str, Any]] = {
    EventKind.REQUEST: {
        "recipientArray": '["ben@ifaxin.com"]',
        "emailIds": f'["{EMAIL_ID}"]',
        "mail_list_task_id": "",
        "labelId": "15",
        "category": "sandbox_user",
        "event": "request",
        "recipientSize": 1,
        "message": "successfully request",
        "messageId": MESSAGE_ID,
    },
    EventKind.DELIVER: {
        "event": "deliver",
        "category": "sandbox_user",
        "labelId": "15",
        "emailId": EMAIL_ID,
        "recipient": "ben@ifaxin.com",
        "mail_list_task_id": "",
        "message": "Successfully delivered",
    },
    EventKind.OPEN: {
        "message": "open email",
        "oSName": "Windows 7",
        "recipient": "ben@ifaxin.com",
        "event": "open",
        "category": "sandbox_user",
        "emailId": EMAIL_ID,
        "explorerVer": "34.0.1847",
        "labelId": "15",
        "ip": "198.51.100.7",
        "oSVer": "",
        "mail_list_task_id": "",
        "explorerName": "Chromium",
    },
}
CAPTURES[EventKind.CLICK] = CAPTURES[EventKind.OPEN] | {
    "message": "click email",
    "event": "click",
    "url": "http://www.ifaxin.com",
}
CAPTURES[EventKind.UNSUBSCRIBE] = CAPTURES[EventKind.OPEN] | {
    "message": "unsubscribe email",
    "event": "unsubscribe",
    **dict.fromkeys(("ip", "explorerName", "explorerVer", "oSName", "oSVer"), ""),
}
BROWSER = {
    "ip": "198.51.100.7",
    "explorerName": "Chromium",
    "explorerVer": "34.0.1847",
    "oSName": "Windows 7",
    "oSVer": "",
}
DETAILS: dict[EventKind, dict[str, Any]] = {
    EventKind.OPEN: BROWSER,
    EventKind.CLICK: BROWSER | {"url": "http://www.ifaxin.com"},
}


COMMON = {"event", "message", "apiUser", "category", "labelId", "labelName", "userHeaders"}
COMMON |= {"maillistTaskId", "mail_list_task_id"}
OF_A_FAILURE = {"outIp", "subStat", "subStatDesc", "substat", "substatdesc"}
BESIDES = {
    EventKind.REQUEST: {"messageId", "recipientArray", "emailIds", "recipientSize"},
    EventKind.DELIVER: {"outIp"},
    EventKind.OPEN: {*BROWSER},
    EventKind.CLICK: {*BROWSER, "url"},
    EventKind.UNSUBSCRIBE: {*BROWSER},
    EventKind.REPORT_SPAM: set[str](),
    EventKind.INVALID: OF_A_FAILURE,
    EventKind.SOFT_BOUNCE: OF_A_FAILURE | {"cause"},
}
"""What each has besides `emailId` and `recipient`, which only a request has not (4.4)."""
OF_MAIL = pytest.mark.parametrize("kind", BESIDES)


def event(kind: EventKind, **fields: Any) -> Event:
    """Return an event of the captures' message."""
    return Event(kind, "sandbox_user", 1426571118712, **fields)


@pytest.mark.parametrize("kind", CAPTURES)
def test_the_captures_come_out_field_for_field(kind: EventKind) -> None:
    """Each has the capture's fields with their values, and beyond them only what came later."""
    capture = CAPTURES[kind]
    found = form(event(kind, details=DETAILS.get(kind, {})), ABOUT)
    assert {name: found[name] for name in capture} == capture
    assert found.keys() - capture.keys() <= SINCE_THEN | {"outIp"}
    assert not SIGNED & found.keys()


@OF_MAIL
def test_every_event_has_the_fields_of_the_tables(kind: EventKind) -> None:
    """All that any document has of it, D27's too, and no other."""
    whose = set[str]() if kind is EventKind.REQUEST else {"emailId", "recipient"}
    assert form(event(kind), ABOUT).keys() == COMMON | whose | BESIDES[kind]


def test_events_have_their_names_and_fixed_words() -> None:
    """The nine of 4.3 (D4); what report_spam says is not known (S21), failures tell their log."""
    names = ["request", "deliver", "open", "click", "unsubscribe", "report_spam", "invalid"]
    names += ["soft_bounce", "route"]
    told = [form(event(kind), ABOUT) for kind in EventKind]
    assert [each["event"] for each in told] == names
    assert [each["message"] for each in told] == [
        *("successfully request", "Successfully delivered", "open email", "click email"),
        *("unsubscribe email", "report spam email", "", "", "mx route"),
    ]


@OF_MAIL
def test_every_event_has_what_all_have(kind: EventKind) -> None:
    """API_USER twice, label, both task ids present and empty, and the headers (D24, D27, S22)."""
    found = form(event(kind), ABOUT._replace(label_id=None))
    assert (found["apiUser"], found["category"], found["labelId"]) == (*["sandbox_user"] * 2, 0)
    assert (found["maillistTaskId"], found["mail_list_task_id"]) == ("", "")
    assert (found["userHeaders"], found["labelName"]) == ("{}", "")


@OF_MAIL
def test_an_event_of_labelled_mail_has_the_name_of_the_label(kind: EventKind) -> None:
    """As it is called; empty where no label has the number."""
    found = form(event(kind), ABOUT._replace(label_name="账单"))
    assert (found["labelId"], found["labelName"]) == ("15", "账单")
    assert form(event(kind), ABOUT)["labelName"] == ""


@OF_MAIL
def test_every_event_has_the_custom_headers(kind: EventKind) -> None:
    """As `compact` writes them, in one field (SENDCLOUD.md 4.6, G10)."""
    written = '{"SC-Custom-key1":"value1","SC-Custom-key2":"value2"}'
    assert form(event(kind), ABOUT._replace(user_headers=written))["userHeaders"] == written


@pytest.mark.parametrize(
    ("kind", "sub_status"), [(EventKind.INVALID, 404), (EventKind.SOFT_BOUNCE, 509)]
)
def test_a_failure_has_its_sub_status_in_both_spellings(kind: EventKind, sub_status: int) -> None:
    """The number, its words (D25, D26), the log's text, and for a soft bounce the cause."""
    found = form(event(kind, details=failure_details(kind, sub_status, "550 no")), ABOUT)
    assert (found["subStat"], found["substat"]) == (sub_status, sub_status)
    words = {404: "address format error", 509: "others"}[sub_status]
    assert (found["subStatDesc"], found["substatdesc"]) == (words, words)
    assert (found["message"], found["outIp"]) == ("550 no", "10.10.127.119")
    assert found.get("cause") == ("550 no" if kind is EventKind.SOFT_BOUNCE else None)


def test_a_request_tells_of_all_recipients() -> None:
    """Lists are one field of JSON text; Chinese stands in it as it is (SENDCLOUD.md 4.1)."""
    found = form(event(EventKind.REQUEST, emails=0), ABOUT._replace(recipients=("a@b.c", "王@b.c")))
    assert found["recipientArray"] == '["a@b.c","王@b.c"]'
    assert json.loads(found["emailIds"]) == [f"{MESSAGE_ID}0$a@b.c", f"{MESSAGE_ID}1$王@b.c"]
    assert found["recipientSize"] == 2
    assert not {"emailId", "recipient"} & found.keys()


def test_an_email_is_told_by_its_position() -> None:
    """The third recipient's event has the third emailId."""
    assert form(event(EventKind.DELIVER, position=2), ABOUT)["emailId"] == (
        f"{MESSAGE_ID}2$ben@ifaxin.com"
    )


def test_a_route_has_neither_api_user_nor_task_ids() -> None:
    """It is somebody else's mail (SENDCLOUD.md 4.4)."""
    found = form(event(EventKind.ROUTE, details={"from": "a@b.c"}), ABOUT)
    assert found == {"event": "route", "message": MESSAGES[EventKind.ROUTE], "from": "a@b.c"}


def test_custom_headers_come_back_as_they_were_named() -> None:
    """Any case is one; the object is compact, with the full names (SENDCLOUD.md 4.6, D42)."""
    block = headers.scan(
        b"Subject: x\r\nSC-Custom-key1: value1\r\nsc-custom-KEY2:  =?utf-8?b?5Lq6?=\r\n"
        b"SC-Customer: no\r\nX-SC-Custom-a: no\r\n\r\n"
    )
    assert compact(custom_headers(block)) == '{"SC-Custom-key1":"value1","sc-custom-KEY2":"人"}'
    assert compact(custom_headers(headers.scan(b"Subject: SC-Custom-a: b\r\n\r\n"))) == ""


@given(st.binary(max_size=200), st.text(max_size=50))
def test_any_header_gives_an_object_or_nothing(junk: bytes, name: str) -> None:
    """Whatever the octets are, the text is JSON with texts in it."""
    octets = b"SC-Custom-" + name.encode("utf-8", "replace") + b": " + junk + b"\r\n\r\n"
    found = compact(custom_headers(headers.scan(octets)))
    assert not found or all(isinstance(value, str) for value in json.loads(found).values())
