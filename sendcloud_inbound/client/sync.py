"""`SandboxClient`: the sandbox API, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from sendcloud_inbound.client import calls
from sendcloud_inbound.client.values import Email, Event, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.client.calls import Call, Filter
    from sendcloud_inbound.client.values import ApiUser, Copy, Finding

Result = TypeVar("Result")


class SandboxClient:
    """A sandbox at a URL such as `http://127.0.0.1:8025`.

    Filters are those of the sandbox API, by name. Every error is a `SandboxError` with the server's
    own words.
    """

    def __init__(self, url: str) -> None:
        self.url = calls.checked(url)
        # A proxy of the environment is for the world outside, not for a sandbox. Whoever waits
        # holds a connection.
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.Client(base_url=self.url, trust_env=False, limits=limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def messages(self, **filters: Filter) -> Iterator[Message]:
        """Yield the messages that match, newest first."""
        return self._all(Message, "/messages", filters)

    def emails(self, **filters: Filter) -> Iterator[Email]:
        """Yield the emails that match, newest message first, then by position."""
        return self._all(Email, "/emails", filters)

    def events(self, **filters: Filter) -> Iterator[Event]:
        """Yield the events that match, newest first."""
        return self._all(Event, "/events", filters)

    def email(self, email_id: str) -> Copy:
        """Return the copy that a recipient gets."""
        return self._do(calls.email(email_id))

    def email_raw(self, email_id: str) -> bytes:
        """Return the exact bytes that a recipient gets."""
        return self._do(calls.octets("/emails/{}/raw", email_id))

    def raw(self, message_id: str) -> bytes:
        """Return the exact bytes of a message."""
        return self._do(calls.octets("/messages/{}/raw", message_id))

    def transcript(self, message_id: str) -> str:
        """Return the dialogue that a message came by."""
        return self._do(calls.text("/messages/{}/transcript", message_id))

    def findings(self, message_id: str) -> list[Finding]:
        """Return what SendCloud would have refused or ignored in a message."""
        return self._do(calls.findings(message_id))

    def wait_for_email(self, *, timeout_s: float = 10, **filters: Filter) -> Email:
        """Return the email that is waited for; `NotComeError` says what nearly was it."""
        found: Email = self._do(calls.wait_for_one("email", filters, timeout_s))
        return found

    def wait_for_event(self, event: str, *, timeout_s: float = 10, **filters: Filter) -> Event:
        """Return the event that is waited for."""
        given = {"event": event, **filters}
        found: Event = self._do(calls.wait_for_one("event", given, timeout_s))
        return found

    def wait_for(
        self, kind: str = "email", *, timeout_s: float = 10, **filters: Filter
    ) -> list[Any]:
        """Return so many (`count`) emails, messages or events; none with `absent=True`.

        `NotComeError` when they do not come, or when what was to be absent does.
        """
        return self._do(calls.wait(kind, filters, timeout_s))

    def happen(self, email_id: str, event: str, **more: Filter) -> Event:
        """Make something happen to an email: `open`, `click` (`url`), `invalid` ..."""
        return self._do(calls.happen(email_id, event, more))

    def create_api_user(self, **order: object) -> ApiUser:
        """Make an API_USER, with keys of its own unless they are given."""
        return self._do(calls.create_api_user(order))

    def delete_api_user(self, api_user: str) -> None:
        """Remove an API_USER and all that is its."""
        self._do(calls.delete_api_user(api_user))

    def clear(self, **filters: Filter) -> int:
        """Delete the messages that match, all of them without a filter; return how many."""
        return self._do(calls.clear(filters))

    def put_rules(self, api_user: str, rules: dict[str, Any]) -> dict[str, Any]:
        """Replace the rules of an API_USER; return them with their defaults."""
        params = {"api_user": api_user}
        found: dict[str, Any] = self._do(calls.raw_json("PUT", "/rules", params, rules))
        return found

    def remove_rules(self, api_user: str) -> None:
        """Remove the rules of an API_USER."""
        self._do(calls.raw_json("DELETE", "/rules", {"api_user": api_user}))

    def add_webhook(self, url: str, **order: object) -> dict[str, Any]:
        """Tell events to a URL; `api_user` and `events` say which."""
        call = calls.raw_json("POST", "/webhooks", {}, {"url": url, **order})
        found: dict[str, Any] = self._do(call)
        return found

    def remove_webhook(self, webhook_id: int) -> None:
        """Tell a webhook nothing more."""
        self._do(calls.raw_json("DELETE", f"/webhooks/{webhook_id}", {}))

    def deliveries(self, **filters: Filter) -> list[dict[str, Any]]:
        """Return the newest calls of webhooks that match, each with its attempts."""
        params = {"limit": calls.PAGE, **filters}
        found = self._do(calls.raw_json("GET", "/webhook-deliveries", params))
        items: list[dict[str, Any]] = found["items"]
        return items

    def _all(self, kind: type[Result], path: str, filters: dict[str, Filter]) -> Iterator[Result]:
        params: dict[str, Filter] = {"limit": calls.PAGE, **filters}
        while True:
            items, cursor = self._do(calls.listing(kind, path, params))
            yield from items
            if cursor is None:
                return
            params["cursor"] = cursor

    def _do(self, call: Call[Result]) -> Result:
        try:
            answer = self._client.request(**call.request())
        except httpx.HTTPError as error:
            raise calls.gone(self.url, error) from error
        return call.result(answer)
