"""The sandbox API of a running server, as the commands ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx

from sendcloud_inbound.cli.failure import CommandFailed, NotThere
from sendcloud_inbound.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sendcloud_inbound.cli.addresses import Address
    from sendcloud_inbound.errors import InboundError

_ANSWER_S = 30
_CLEARING_S = 600
"""A large store goes in many portions."""
LARGEST_PAGE = 500
"""The most items that the server gives at a time."""
_KINDS: dict[int, type[InboundError]] = {
    httpx.codes.BAD_REQUEST: ConfigError,  # a wrong filter is a wrong command line
    httpx.codes.NOT_FOUND: NotThere,
    httpx.codes.CONFLICT: NotThere,  # such as a copy that is too large to be made
}

_OF_WAITING = {"/docs#not-come", "/docs#came"}
"""Problems whose remedy speaks of the members of the answer, which are written out instead."""


class SandboxApi:
    """A server's sandbox API; every failure is one sentence."""

    def __init__(self, address: Address) -> None:
        self._url = f"http://{address}"
        # A proxy of the environment is for the world outside, not for a sandbox.
        self._client = httpx.Client(base_url=self._url, timeout=_ANSWER_S, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def messages(self, filters: Mapping[str, str], page: int) -> Iterator[dict[str, Any]]:
        """Yield all messages that match, newest first, asking for a page when it is needed."""
        return self._all("messages", filters, page)

    def emails(self, filters: Mapping[str, str], page: int) -> Iterator[dict[str, Any]]:
        """Yield all emails that match, those of the newest message first."""
        return self._all("emails", filters, page)

    def events(self, filters: Mapping[str, str], page: int) -> Iterator[dict[str, Any]]:
        """Yield all events that match, newest first."""
        return self._all("events", filters, page)

    def wait(self, filters: Mapping[str, str], timeout_s: float) -> list[dict[str, Any]]:
        """Return what is waited for, once it is there."""
        parameters = {**filters, "timeout_s": str(timeout_s)}
        answer = self._ask("GET", "wait", params=parameters, timeout=timeout_s + _ANSWER_S)
        found: list[dict[str, Any]] = self._read(answer).get("items", [])
        return found

    def happen(self, email_id: str, order: Mapping[str, object]) -> dict[str, Any]:
        """Make something happen to an email; return the event."""
        call = f"emails/{quote(email_id, safe='')}/events"
        return self._read(self._ask("POST", call, json=order))

    def release(self, email_id: str, order: Mapping[str, object]) -> dict[str, Any]:
        """Send one copy out; return what became of it."""
        call = f"emails/{quote(email_id, safe='')}/release"
        return self._read(self._ask("POST", call, json=order))

    def rules(self, api_user: str) -> str:
        """Return an API_USER's rules, as JSON in the server's own spelling."""
        return self._get("rules", {"api_user": api_user}).text

    def put_rules(self, api_user: str, rules: bytes) -> str:
        """Replace an API_USER's rules; return them."""
        parameters = {"api_user": api_user}
        return self._ask("PUT", "rules", params=parameters, content=rules).text

    def remove_rules(self, api_user: str) -> None:
        """Remove an API_USER's rules."""
        self._ask("DELETE", "rules", params={"api_user": api_user})

    def suppressions(self, filters: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the addresses that mail is not sent to."""
        return self._all("suppressions", filters, 0)

    def add_suppression(self, order: Mapping[str, object]) -> dict[str, Any]:
        """Suppress an address; return it."""
        return self._read(self._ask("POST", "suppressions", json=order))

    def lift_suppressions(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Send mail to an address again; return how many suppressions it had."""
        return self._read(self._ask("DELETE", "suppressions", params=parameters))

    def api_users(self) -> Iterator[dict[str, Any]]:
        """Yield all API_USERs."""
        return self._all("api-users", {}, 0)

    def add_api_user(self, order: Mapping[str, object]) -> dict[str, Any]:
        """Make an API_USER; return it with its keys."""
        return self._read(self._ask("POST", "api-users", json=order))

    def remove_api_user(self, name: str) -> dict[str, Any]:
        """Delete an API_USER with all that is its; return how much that was."""
        call = f"api-users/{quote(name, safe='')}"
        return self._read(self._ask("DELETE", call, timeout=_CLEARING_S))

    def clear(self, filters: Mapping[str, str]) -> dict[str, Any]:
        """Delete the messages that match; return how many there were."""
        return self._read(self._ask("DELETE", "messages", params=filters, timeout=_CLEARING_S))

    def deliveries(self, filters: Mapping[str, str], page: int) -> Iterator[dict[str, Any]]:
        """Yield all deliveries to webhooks that match, newest first."""
        return self._all("webhook-deliveries", filters, page)

    def webhooks(self) -> Iterator[dict[str, Any]]:
        """Yield all webhooks."""
        return self._all("webhooks", {}, 0)

    def add_webhook(self, order: Mapping[str, object]) -> dict[str, Any]:
        """Add a webhook; return it."""
        return self._read(self._ask("POST", "webhooks", json=order))

    def set_webhook(self, webhook: int, deed: str) -> dict[str, Any]:
        """Pause or resume a webhook; return it."""
        return self._read(self._ask("POST", f"webhooks/{webhook}/{deed}"))

    def remove_webhook(self, webhook: int) -> Iterable[dict[str, Any]]:
        """Remove a webhook; nothing is left to return."""
        self._ask("DELETE", f"webhooks/{webhook}")
        return ()

    def replay(self, delivery: int, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Send a delivery once more; return the new one."""
        call = f"webhook-deliveries/{delivery}/replay"
        return self._read(self._ask("POST", call, params=parameters))

    def replay_all(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """Send all deliveries that match once more; return how many there were."""
        return self._read(self._ask("POST", "webhook-deliveries/replay", params=parameters))

    def message(self, message_id: str) -> str:
        """Return a message whole, as JSON in the server's own spelling."""
        return self._get(f"messages/{quote(message_id, safe='')}").text

    def findings(self, message_id: str) -> Iterator[dict[str, Any]]:
        """Yield what is to be known about a message."""
        return self._all(f"messages/{quote(message_id, safe='')}/lint", {}, 0)

    def email(self, email_id: str) -> str:
        """Return an email whole, as JSON in the server's own spelling."""
        return self._get(f"emails/{quote(email_id, safe='')}").text

    def copy(self, email_id: str) -> bytes:
        """Return the exact bytes that a recipient gets."""
        return self._get(f"emails/{quote(email_id, safe='')}/raw").content

    def raw(self, message_id: str) -> bytes:
        """Return a message's exact bytes."""
        return self._get(f"messages/{quote(message_id, safe='')}/raw").content

    def transcript(self, message_id: str) -> str:
        """Return the dialogue that a message came by."""
        return self._get(f"messages/{quote(message_id, safe='')}/transcript").text

    def foreign(self, status: int) -> CommandFailed:
        """Return the complaint that something else answers."""
        return CommandFailed(
            f"what answers at {self._url} is not sendcloud-inbound (HTTP {status}): "
            "name another with --http HOST:PORT"
        )

    def _all(self, call: str, filters: Mapping[str, str], page: int) -> Iterator[dict[str, Any]]:
        """Yield all items of a listing; a `page` of 0 is one that comes whole."""
        parameters = {**filters, "limit": str(min(page, LARGEST_PAGE))} if page else {**filters}
        while True:
            listing = self._read(self._get(call, parameters))
            yield from listing.get("items", ())
            if listing.get("next_cursor") is None:
                return
            parameters["cursor"] = listing["next_cursor"]

    def clock(self, order: Mapping[str, object]) -> dict[str, Any]:
        """Change the clock, if anything is ordered; return what it shows."""
        return self._read(self._ask("POST", "clock", json=order) if order else self._get("clock"))

    def reset_clock(self) -> dict[str, Any]:
        """Let the clock tell the real time; return what it shows."""
        return self._read(self._ask("DELETE", "clock"))

    def _get(self, call: str, parameters: Mapping[str, str] | None = None) -> httpx.Response:
        return self._ask("GET", call, params=parameters)

    def _ask(self, method: str, call: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        try:
            answer = self._client.request(method, f"/sandbox/v1/{call}", **more)
        except httpx.ConnectError as error:
            raise CommandFailed(
                f"no server answers at {self._url}: start one with sendcloud-inbound serve, "
                "or name another with --http HOST:PORT"
            ) from error
        except httpx.TimeoutException as error:
            waited_s = more.get("timeout", _ANSWER_S)
            raise CommandFailed(f"no answer from {self._url} within {waited_s:g} s") from error
        except httpx.HTTPError as error:
            raise CommandFailed(f"what answers at {self._url} speaks no HTTP: {error}") from error
        if answer.is_success:
            return answer
        raise self._refusal(answer)

    def _refusal(self, answer: httpx.Response) -> InboundError:
        """Make an error of problem details (RFC 9457)."""
        problem = self._read(answer)
        if "detail" not in problem:
            return self.foreign(answer.status_code)
        text = str(problem["detail"])
        if problem.get("type") not in _OF_WAITING and problem.get("remedy"):
            text = f"{text.rstrip('.')}. {str(problem['remedy']).rstrip('.')}"
        for miss in problem.get("near_misses", ()):
            text += f"\n{miss.get('what')}: {miss.get('why')}"
        for one in problem.get("found", ()):
            text += f"\n{one.get('email_id') or one.get('message_id')}: {one.get('subject', '')}"
        return _KINDS.get(answer.status_code, CommandFailed)(text)

    def _read(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            content = answer.json()
        except ValueError as error:
            raise self.foreign(answer.status_code) from error
        if not isinstance(content, dict):
            raise self.foreign(answer.status_code)
        return content
