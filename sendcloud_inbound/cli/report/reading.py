"""Reads a sandbox out: every listing into a JSON file, mail into files of its own.

Listings are written as they come, so that memory holds no more than the page and the JUnit file
tell.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sendcloud_inbound.cli.failure import NotThere
from sendcloud_inbound.cli.progress import with_progress
from sendcloud_inbound.cli.report.copies import guarded
from sendcloud_inbound.cli.report.folder import email_file, message_file
from sendcloud_inbound.cli.report.values import Seen, SeenEmail, SeenMessage
from sendcloud_inbound.cli.rows import LARGEST_PAGE
from sendcloud_inbound.cli.text import as_json
from sendcloud_inbound.client import calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sendcloud_inbound.cli.client import CommandClient
    from sendcloud_inbound.cli.report.folder import Folder
    from sendcloud_inbound.cli.report.values import Limits
    from sendcloud_inbound.client import Delivery, Email, Event, Message
    from sendcloud_inbound.client.call import Listing

    Row = dict[str, Any]

_LOOK_S = 0.05

Item = TypeVar("Item")


class Reader:
    """Reads a sandbox out, once."""

    def __init__(
        self, client: CommandClient, folder: Folder, limits: Limits, check: Callable[[], None]
    ) -> None:
        self._client = client
        self._folder = folder
        self._limits = limits
        self._check = check
        self._seen = Seen()
        self._by_id: dict[str, SeenMessage] = {}
        self._octets = 0

    def read(self) -> Seen:
        """Write the mail and the listings; return what the page and the JUnit file tell."""
        self._settle()
        self._list("messages", calls.messages(limit=LARGEST_PAGE), self._message)
        self._list("emails", calls.emails(limit=LARGEST_PAGE), self._email)
        self._list("events", calls.events(limit=LARGEST_PAGE), self._event)
        self._list("webhook-deliveries", calls.deliveries(limit=LARGEST_PAGE), self._delivery)
        return self._seen

    def _settle(self) -> None:
        """Wait until nothing is queued any more."""
        until = time.monotonic() + self._limits.settle_s
        while next(self._client.messages(status="queued", limit=1), None) is not None:
            self._check()
            if time.monotonic() > until:
                return
            time.sleep(_LOOK_S)

    def _list(self, name: str, listing: Listing[Item], take: Callable[[Item], Row]) -> None:
        """Write a listing, each row with what `take` adds to it."""
        both: Listing[tuple[Row, Item]] = listing.read_by(lambda row: (row, listing.read(row)))
        with self._array(f"{name}.json") as add:
            for row, item in with_progress(self._client.all_of(both), f"report: {name}"):
                self._check()
                add(row | take(item))

    @contextmanager
    def _array(self, name: str) -> Iterator[Callable[[Row], None]]:
        """Write a JSON array, one row a line."""
        with self._folder.open(name) as file:
            begin = b"[\n"

            def add(row: Row) -> None:
                nonlocal begin
                file.write(begin + as_json(row).encode())
                begin = b",\n"

            yield add
            file.write(b"[]\n" if begin == b"[\n" else b"\n]\n")

    def _message(self, message: Message) -> Row:
        self._seen.message_statuses[message.status] += 1
        self._seen.findings.update(message.findings)
        if len(self._seen.messages) == self._limits.messages:
            self._seen.rest.append(message)
            self._seen.message_files_left_out += 1
            return {"file": None}
        seen = self._seen_message(message)
        self._seen.messages.append(seen)
        self._by_id[message.message_id] = seen
        return {"file": seen.file}

    def _seen_message(self, row: Message) -> SeenMessage:
        try:
            content = self._client.raw(row.message_id)
            found = self._client.findings(row.message_id) if any(row.findings.values()) else []
            dialogue = self._client.transcript(row.message_id)
        except NotThere:  # cleared since, by what the command left running
            return SeenMessage(row, None, (), "")
        if not self._has_room(len(content)):
            self._seen.message_files_left_out += 1
            return SeenMessage(row, None, found, dialogue)
        name = message_file(row.message_id)
        self._write(name, content)
        return SeenMessage(row, name, found, dialogue)

    def _email(self, email: Email) -> Row:
        number = self._seen.email_statuses.total() + 1
        self._seen.email_statuses[email.status] += 1
        message = self._by_id.get(email.message_id)
        if number > self._limits.emails or not self._has_room(1):
            self._seen.emails_left_out += 1
            if message is not None:
                message.emails_left_out += 1
            return {"files": {}}
        seen = self._copy(email, number)
        if message is not None:
            message.emails.append(seen)
        return {"files": seen.files}

    def _copy(self, row: Email, number: int) -> SeenEmail:
        """Write what one recipient gets."""
        try:
            octets = self._client.email_raw(row.email_id)
            copy = self._client.email(row.email_id)
        except NotThere as error:
            return SeenEmail(row, {}, str(error))
        parts = {"eml": octets}
        if copy.html is not None:
            parts["html"] = guarded(copy.html).encode("utf-8", "replace")
        if copy.text is not None:
            parts["txt"] = copy.text.encode("utf-8", "replace")
        files = {suffix: email_file(number, suffix) for suffix in parts}
        for suffix, content in parts.items():
            self._write(files[suffix], content)
        return SeenEmail(row, files)

    def _event(self, event: Event) -> Row:
        number = self._seen.events.total() + 1
        self._seen.events[event.event] += 1
        message = self._by_id.get(event.message_id or "")
        if number > self._limits.events:
            self._seen.events_left_out += 1
        elif message is not None:
            message.events.append(event)
        return {}

    def _delivery(self, delivery: Delivery) -> Row:
        self._seen.delivery_states[delivery.state] += 1
        self._seen.webhook_calls += len(delivery.attempts)
        return {}

    def _has_room(self, size: int) -> bool:
        """Tell whether so many octets, or at least so many, may still be written."""
        return self._octets + size <= self._limits.octets

    def _write(self, name: str, content: bytes) -> None:
        self._octets += len(content)
        self._folder.write(name, content)
