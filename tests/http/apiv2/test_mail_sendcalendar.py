"""mail/sendcalendar: an invitation that calendars read (SENDCLOUD.md 7.7)."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given as with_any, strategies as st
from icalendar import Calendar

from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.api.given import Given
from sendcloud_inbound.rules.api.meeting import read_meeting, write_calendar
from tests.builders import NOW_MS
from tests.http.apiv2.asking import MAIL, ask

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

SEND = "/api/mail/sendcalendar"
MEETING = {
    "startTime": "2026-12-01 10:00:00",
    "endTime": "2026-12-01 11:30:00",
    "title": "季度会议",
    "organizerName": "Ben",
    "organizerEmail": "ben@ifaxin.com",
    "location": "Room 1",
}
INVITATION = MAIL | MEETING
WHO = {"participatorNames": "Joe;罗斯", "participatorEmails": "joe@ifaxin.com;rose@ifaxin.com"}


async def calendar_of(store: Store) -> tuple[str, Any]:
    """Return METHOD and the event of the newest message's calendar part."""
    message_id = (await store.messages(MessageFilter(), 1)).items[0].message_id
    content = await store.content(message_id)
    assert content is not None
    message = message_from_bytes(content, policy=policy.default)
    assert message.get_content_type() == "multipart/alternative"
    *_, part = message.walk()
    assert part.get_content_type() == "text/calendar"
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    calendar = Calendar.from_ical(octets)
    assert part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


async def test_an_invitation_is_sent(client: httpx.AsyncClient, store: Store) -> None:
    """Times are of Beijing; the uid is told, and new each time."""
    form = INVITATION | WHO | {"description": "a, b; c", "valarmTime": "15"}
    answer = await ask(client, SEND, form)
    assert [*answer["info"]] == ["emailIdList", "uid"]
    method, event = await calendar_of(store)
    assert (method, event["UID"], event["SUMMARY"]) == (
        "REQUEST",
        answer["info"]["uid"],
        "季度会议",
    )
    assert event.decoded("DTSTART").isoformat() == "2026-12-01T02:00:00+00:00"
    assert event.decoded("DTEND").isoformat() == "2026-12-01T03:30:00+00:00"
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:ben@ifaxin.com", "Ben")
    people = [(each.params["CN"], str(each)) for each in event["ATTENDEE"]]
    assert people == [("Joe", "mailto:joe@ifaxin.com"), ("罗斯", "mailto:rose@ifaxin.com")]
    assert event["DESCRIPTION"] == "a, b; c"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("TRIGGER").total_seconds() == -900
    again = await ask(client, SEND, form)
    assert again["info"]["uid"] != answer["info"]["uid"]


async def test_a_meeting_is_changed_and_called_off(client: httpx.AsyncClient, store: Store) -> None:
    """By its uid, with a higher sequence."""
    for order, method, status in (
        ("isUpdate", "REQUEST", "CONFIRMED"),
        ("isCancel", "CANCEL", "CANCELLED"),
    ):
        answer = await ask(client, SEND, INVITATION | {order: "true", "uid": "u1"})
        asked, event = await calendar_of(store)
        assert (asked, event["UID"], answer["info"]["uid"]) == (method, "u1", "u1")
        assert (event["SEQUENCE"] > 0, event["STATUS"]) == (True, status)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"startTime": ""}, 40832),
        ({"startTime": "tomorrow"}, 40833),
        ({"endTime": ""}, 40834),
        ({"endTime": "2026-12-01"}, 40835),
        ({"endTime": "2026-12-01 09:00:00"}, 40835),
        ({"title": ""}, 40836),
        ({"organizerName": ""}, 40838),
        ({"organizerEmail": ""}, 40840),
        ({"organizerEmail": "nobody"}, 40841),
        ({"location": ""}, 40842),
        (WHO | {"participatorEmails": "nobody;joe@ifaxin.com"}, 40849),
        (WHO | {"participatorNames": "Joe"}, 40850),
        ({"isCancel": "true"}, 40851),
        ({"isUpdate": "perhaps"}, 40851),
        ({"valarmTime": "soon"}, 40851),
        ({"isCancel": "perhaps"}, 40876),
        ({"plain": ""}, 40870),
    ],
)
async def test_what_cannot_be_has_its_code(
    client: httpx.AsyncClient, store: Store, order: dict[str, str], code: int
) -> None:
    """And nothing is sent."""
    answer = await ask(client, SEND, INVITATION | order)
    assert (answer["result"], answer["statusCode"]) == (False, code)
    assert (await store.messages(MessageFilter(), 1)).items == ()


async def test_lists_are_not_invited(client: httpx.AsyncClient, store: Store) -> None:
    """UseAddressList and useNotification are no parameters of this call."""
    assert (await ask(client, SEND, INVITATION | {"useNotification": "true"}))["result"]
    (finding,) = (await store.messages(MessageFilter(), 1)).items[0].findings
    assert (finding.code, finding.where) == ("api-parameter-unknown", "useNotification")


@with_any(st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip))
def test_no_text_adds_a_property(text: str) -> None:
    """Line ends, quotes, colons: the object has the same properties."""
    names = ("title", "organizerName", "location", "description", "participatorNames")
    order = MEETING | dict.fromkeys(names, text.replace(";", ",") or "x")
    order["participatorEmails"] = "joe@ifaxin.com"
    given = Given({name: (value,) for name, value in order.items()})
    written = write_calendar(read_meeting(given), "u1", NOW_MS)
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert set(event) == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION"),
        *("SEQUENCE", "STATUS", "ORGANIZER", "ATTENDEE"),
    }
