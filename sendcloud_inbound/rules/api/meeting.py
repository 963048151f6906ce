"""The meeting of mail/sendcalendar, and the iCalendar object that its mail carries (7.7).

RFC 5545 says how it is written, RFC 5546 what its METHOD asks of whoever gets it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules.addresses import is_recipient
from sendcloud_inbound.rules.api.given import Refused, shown
from sendcloud_inbound.rules.headers import clean

if TYPE_CHECKING:
    from icalendar import Alarm, vCalAddress

    from sendcloud_inbound.rules.api.given import Given

_BEIJING = timezone(timedelta(hours=8))
"""Times without a zone are of China (SENDCLOUD.md 7.6)."""
_TIME = "%Y-%m-%d %H:%M:%S"
_NOT_MADE = 40851
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
PARAMETERS: dict[str, str] = {
    "startTime": "When it begins: yyyy-MM-dd HH:mm:ss, by Beijing time.",
    "endTime": "When it ends.",
    "title": "What it is called.",
    "organizerName": "Who holds it.",
    "organizerEmail": "The organizer's address.",
    "location": "Where.",
    "participatorNames": "Who takes part, with `;` between them.",
    "participatorEmails": "Their addresses, as many as names.",
    "description": "What it is about.",
    "uid": "That of an earlier call, to change or cancel its meeting.",
    "isCancel": "true: the meeting is off.",
    "isUpdate": "true: the meeting has changed.",
    "valarmTime": "Minutes before it to remind of it.",
}
"""What mail/sendcalendar takes beside what mail/send does, each with a word about it."""


class Meeting(NamedTuple):
    """A meeting as it was ordered."""

    start: datetime
    end: datetime
    title: str
    organizer: tuple[str, str]
    """Name and address."""
    location: str
    participants: tuple[tuple[str, str], ...]
    """Name and address of each; the address may be empty."""
    description: str
    uid: str
    """Empty when it is a new one."""
    is_cancelled: bool
    is_update: bool
    alarm_minutes: int | None

    @property
    def method(self) -> str:
        """What is asked of whoever gets it (RFC 5546 3.2)."""
        return "CANCEL" if self.is_cancelled else "REQUEST"


def read_meeting(given: Given) -> Meeting:
    """Read the parameters; `Refused` with the code of the first that cannot be."""
    start, end = _time(given, "startTime", 40832), _time(given, "endTime", 40834)
    if end < start:
        raise Refused(40835, "endTime is before startTime")
    meeting = Meeting(
        start=start,
        end=end,
        title=_printed(given.needed("title", 40836)),
        organizer=(clean(_printed(given.needed("organizerName", 40838))), _organizer(given)),
        location=_printed(given.needed("location", 40842)),
        participants=_participants(given),
        description=_printed(given.text("description")),
        uid=_printed(given.text("uid").strip()),
        is_cancelled=given.flag("isCancel", 40876, default=False),
        is_update=given.flag("isUpdate", _NOT_MADE, default=False),
        alarm_minutes=given.number("valarmTime", _NOT_MADE),
    )
    if (meeting.is_cancelled or meeting.is_update) and not meeting.uid:
        raise Refused(_NOT_MADE, "isCancel and isUpdate need the uid of the meeting")
    return meeting


def _printed(text: str) -> str:
    """Return a text without what RFC 5545 3.1 keeps out: controls, but for the ends of lines."""
    return _CONTROL.sub(" ", text)


def _time(given: Given, name: str, missing: int) -> datetime:
    text = given.needed(name, missing)
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=_BEIJING)
    except ValueError as error:
        why = f"{name} is yyyy-MM-dd HH:mm:ss, not {shown(text)}"
        raise Refused(missing + 1, why) from error


def _organizer(given: Given) -> str:
    address = given.needed("organizerEmail", 40840)
    if not is_recipient(address):
        raise Refused(40841, f"organizerEmail is an address, not {shown(address)}")
    return address


def _participants(given: Given) -> tuple[tuple[str, str], ...]:
    """Read names and addresses; the names may be left out (D37), and so may the addresses."""
    names = [clean(_printed(name)) for name in given.listed("participatorNames")]
    addresses = given.listed("participatorEmails")
    for address in addresses:
        if not is_recipient(address):
            raise Refused(40849, f"participatorEmails holds {shown(address)}, which is no address")
    if names and addresses and len(names) != len(addresses):
        why = f"{len(names)} participatorNames and {len(addresses)} participatorEmails"
        raise Refused(40850, why)
    count = max(len(names), len(addresses))
    return tuple(zip(names or [""] * count, addresses or [""] * count, strict=True))


def write_calendar(meeting: Meeting, uid: str, now_ms: int) -> str:
    """Return the iCalendar object; whatever the texts hold, it has no more properties."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load, and seldom needed

    now_s = now_ms // 1000
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime.fromtimestamp(now_s, UTC))
    event.add("dtstart", meeting.start.astimezone(UTC))
    event.add("dtend", meeting.end.astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("location", meeting.location)
    if meeting.description:
        event.add("description", meeting.description)
    # Of two about one meeting the higher number counts, then the later DTSTAMP (RFC 5546 2.1.4).
    changes = meeting.is_update or meeting.is_cancelled
    event.add("sequence", now_s // 60 if changes else 0)  # seconds leave its 32 bits in 2038
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add("organizer", _person(*meeting.organizer))
    for name, address in meeting.participants:
        if address:
            event.add("attendee", _person(name, address))
    if meeting.alarm_minutes is not None:
        event.add_component(_alarm(meeting, meeting.alarm_minutes))
    calendar = Calendar()
    calendar.add("prodid", "-//sendcloud-inbound//sandbox//EN")
    calendar.add("version", "2.0")
    calendar.add("method", meeting.method)
    calendar.add_component(event)
    octets: bytes = calendar.to_ical()
    return octets.decode()


def _person(name: str, address: str) -> vCalAddress:
    from icalendar import vCalAddress, vText  # noqa: PLC0415

    person = vCalAddress(f"mailto:{address}")
    if name:
        person.params["CN"] = vText(name)
    return person


def _alarm(meeting: Meeting, minutes: int) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", meeting.title)
    alarm.add("trigger", timedelta(minutes=-min(minutes, 525_600)))
    return alarm
