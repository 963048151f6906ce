"""One test's own API_USER on a sandbox: what the fixture `sendcloud` is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendcloud_inbound.client import Email, Event, Message, SandboxClient
    from sendcloud_inbound.client.call import Filter
    from sendcloud_inbound.client.values import ApiUser, Delivery

_TELLING = ("refused", "invalid", "ignored")
"""Levels of findings that are mistakes; `advice` is none."""
_SHOWN = 3


class Sandbox:
    """A fresh API_USER: its login, its mail, what happens to it. Others see nothing of it."""

    def __init__(
        self, client: SandboxClient, smtp: tuple[str, int], user: ApiUser, seed: int = 0
    ) -> None:
        self.client = client
        self.smtp_host, self.smtp_port = smtp
        self.http_url = client.url
        self.api_user, self.api_key, self.app_key = user.api_user, user.api_key, user.app_key
        self.rules = Rules(client, user.api_user, seed)
        self.webhooks = Webhooks(client, user.api_user)

    def wait_for(self, *, timeout_s: float = 10, **filters: Filter) -> Email:
        """Return the email that is waited for; the failure says what nearly was it."""
        return self.client.wait_for_email(timeout_s=timeout_s, api_user=self.api_user, **filters)

    def wait_for_event(self, event: str, *, timeout_s: float = 10, **filters: Filter) -> Event:
        """Return the event that is waited for."""
        own = {"api_user": self.api_user, **filters}
        return self.client.wait_for_event(event, timeout_s=timeout_s, **own)

    def assert_none_comes(self, *, within_s: float = 0.5, **filters: Filter) -> None:
        """Fail as soon as an email comes that matches."""
        own = {"api_user": self.api_user, **filters}
        self.client.wait_for("email", timeout_s=within_s, absent=True, **own)

    def messages(self, **filters: Filter) -> list[Message]:
        """Return its messages, newest first."""
        return [*self.client.messages(api_user=self.api_user, **filters)]

    def emails(self, **filters: Filter) -> list[Email]:
        """Return its emails, newest message first, then by position."""
        return [*self.client.emails(api_user=self.api_user, **filters)]

    def events(self, **filters: Filter) -> list[Event]:
        """Return what happened to its mail, newest first."""
        return [*self.client.events(api_user=self.api_user, **filters)]

    def assert_no_findings(self, levels: Iterable[str] = _TELLING) -> None:
        """Fail when SendCloud would have refused, failed or ignored something in its mail."""
        told = set(levels)
        found = [
            f"{message.message_id}: {each.code} ({each.level}) at {each.where}: {each.message} "
            f"{each.remedy}"
            for message in self.messages()
            for each in self.client.findings(message.message_id)
            if each.level in told
        ]
        if found:
            raise AssertionError("\n".join(["the mail has findings:", *found]))

    def story(self) -> str:
        """Return the last messages with their findings and dialogue, for people."""
        lines = [f"API_USER {self.api_user} at {self.http_url}"]
        for message in self.messages()[:_SHOWN]:
            lines.append(f"\n{message.message_id}  {message.status}  {message.subject!r}")
            lines.append(f"  from {message.mail_from} to {', '.join(message.rcpt_to)}")
            lines += [
                f"  {each.level}: {each.code} at {each.where}: {each.message}"
                for each in self.client.findings(message.message_id)
            ]
            dialogue = self.client.transcript(message.message_id)
            lines += [f"  | {line}" for line in dialogue.splitlines()]
        return "\n".join(lines)


class Rules:
    """The API_USER's rules that force outcomes."""

    def __init__(self, client: SandboxClient, api_user: str, seed: int) -> None:
        self._client = client
        self._api_user = api_user
        self._seed = seed

    def put(self, *rules: dict[str, Any]) -> None:
        """Replace them, as `PUT /sandbox/v1/rules` takes them."""
        self._client.put_rules(self._api_user, {"seed": self._seed, "rules": [*rules]})

    def remove(self) -> None:
        """Remove them."""
        self._client.remove_rules(self._api_user)


class Webhooks:
    """The API_USER's webhooks."""

    def __init__(self, client: SandboxClient, api_user: str) -> None:
        self._client = client
        self._api_user = api_user

    def add(self, url: str, *events: str) -> int:
        """Tell such events to a URL, all of them when none is named; return the webhook's id."""
        order = {"api_user": self._api_user, "events": [*events] or None}
        return self._client.add_webhook(url, **order).id

    def remove(self, webhook_id: int) -> None:
        """Tell it nothing more."""
        self._client.remove_webhook(webhook_id)

    def deliveries(self, **filters: Filter) -> list[Delivery]:
        """Return what was told, newest first, each with its attempts."""
        return [*self._client.deliveries(api_user=self._api_user, **filters)]
