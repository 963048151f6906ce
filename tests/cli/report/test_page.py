"""index.html: what it tells, and that a mail can only be text on it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest

from sendcloud_inbound.cli.report.page import page
from sendcloud_inbound.cli.report.values import Ran, Seen, SeenEmail
from sendcloud_inbound.client import Email, Event
from sendcloud_inbound.client.fitting import of
from tests.cli.report.seen import HOSTILE, RAN, finding, message, row

_VOID = {"meta"}


class Read(HTMLParser):
    """The page as a browser would read it: texts, links, tags, each tag closed."""

    def __init__(self, seen: Seen, ran: Ran = RAN) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.whole = b"".join(page(ran, seen)).decode()
        self.feed(self.whole)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and where it leads."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, which has to be the last one that was opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def email(**members: object) -> Email:
    """Return an email of the listing."""
    values = {
        "email_id": "m10$ben@ifaxin.com",
        "message_id": "m1",
        "position": 0,
        "recipient": "ben@ifaxin.com",
        "status": "invalid",
        "sub_status": 406,
        "reason": "550 Mailbox not found",
        "subject": "Your bill",
        "api_user": "sandbox_user",
        "label_id": None,
        "received_at": "2026-11-22T02:54:01.123Z",
    }
    return of(Email, values | members)


def event(**members: object) -> Event:
    """Return an event."""
    values = {
        "event": "click",
        "email_id": "m10$ben@ifaxin.com",
        "message_id": "m1",
        "recipient": "ben@ifaxin.com",
        "api_user": "sandbox_user",
        "occurred_at": "2026-11-22T02:54:02.000Z",
        "fields": {"url": "https://ifaxin.com/pay"},
    }
    return of(Event, values | members)


def test_it_tells_what_ran_and_what_came() -> None:
    """Command, exit status, duration; a message with its findings, emails and events."""
    told = message(finding(), status="refused", reason="552 no", findings={"refused": 1})
    told.emails.append(SeenEmail(email(), {"eml": "emails/1.eml", "html": "emails/1.html"}))
    told.emails.append(SeenEmail(email(recipient="joe@ifaxin.com"), {}, "no copy of it"))
    told.events.append(event())
    read = Read(Seen([told]))
    for text in (
        *("npm test", "Your bill", "552 no", "X-SMTPAPI is not the last header", "Set it last"),
        *("ben@ifaxin.com", "550 Mailbox not found", "406", "click", "https://ifaxin.com/pay"),
        *("joe@ifaxin.com", "no copy of it"),
    ):
        assert text in read.text
    assert "Exit status 3 after 1.2 s." in " ".join(read.text.split())
    assert {"emails/1.eml", "emails/1.html", "messages/m1.eml", "findings.xml"} <= {*read.links}
    assert read.open == []


def test_it_needs_nothing_from_elsewhere() -> None:
    """No script, no address of a host: only the files beside it."""
    read = Read(Seen([message(finding())]))
    assert not {"script", "img", "link", "iframe", "form"} & read.tags
    assert not [link for link in read.links if ":" in link or link.startswith("/")]
    assert "http" not in read.whole.replace("http-equiv", "")


def test_it_has_a_light_and_a_dark_face() -> None:
    """As the reader's system has."""
    assert "@media (prefers-color-scheme: dark)" in Read(Seen()).whole


def test_totals_are_made_up_of_their_parts() -> None:
    """Kinds that did not happen are not named."""
    seen = Seen(
        email_statuses=Counter(delivered=2, invalid=1),
        events=Counter(request=1, deliver=2),
        findings=Counter(refused=0, advice=4),
        delivery_states=Counter(given_up=1),
        webhook_calls=6,
    )
    text = " ".join(Read(seen).text.split())
    assert "Emails32 delivered, 1 invalid" in text
    assert "Events31 request, 2 deliver" in text
    assert "Findings44 advice Webhook" in text
    assert "Events told to webhooks11 given_up" in text
    assert "Webhook calls6" in text


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Seen([message()], [row()], message_files_left_out=1), "1 messages, the files of 1"),
        (Seen([message()], emails_left_out=8), "of 8 emails"),
        (Seen([message()], events_left_out=9), "9 events"),
    ],
)
def test_what_is_left_out_is_said(seen: Seen, said: str) -> None:
    """Nobody takes a part for the whole."""
    text = " ".join(Read(seen).text.split())
    assert "There was more than this report tells in full" in text
    assert said in text


def test_nothing_is_said_of_what_is_all_there() -> None:
    """A whole report has no note."""
    assert "There was more" not in Read(Seen([message()])).text


def test_a_sandbox_that_saw_nothing_is_told() -> None:
    """Instead of an empty page."""
    assert "No message came" in Read(Seen()).text


def test_hostile_text_stays_text() -> None:
    """Wherever it stands: no tag comes of it, nothing invisible is left."""
    hostile = finding(message=HOSTILE, remedy=HOSTILE, where=HOSTILE, code=HOSTILE, source=HOSTILE)
    told = message(hostile, subject=HOSTILE, api_user=HOSTILE, reason=HOSTILE, mail_from=HOSTILE,
                   rcpt_to=[HOSTILE], message_id=HOSTILE)  # fmt: skip
    told.emails.append(SeenEmail(email(recipient=HOSTILE, reason=HOSTILE), {}, HOSTILE))
    told.events.append(event(recipient=HOSTILE, fields={"url": HOSTILE}))
    read = Read(Seen([told]), Ran(("sh", "-c", HOSTILE, "\udcff"), 0, 1))
    assert "script" not in read.tags
    assert read.open == []
    assert read.text.count("<script>alert(1)</script>") >= 15
    assert not [c for c in read.whole if not c.isprintable() and c != "\n"]
