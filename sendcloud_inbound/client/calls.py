"""Each call of the sandbox API: what is asked, and how its answer is read. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, urlsplit

from sendcloud_inbound import __version__
from sendcloud_inbound.client.errors import NotComeError, SandboxError, ServerGoneError
from sendcloud_inbound.client.values import ApiUser, Copy, Email, Event, Finding, Message, of

if TYPE_CHECKING:
    import httpx

Result = TypeVar("Result")
Filter = str | int | float | bool | None
"""A value of a filter; None means any."""
Filters = Mapping[str, Any]

PREFIX = "/sandbox/v1"
ANSWER_S = 30.0
"""How long an answer may take, beside the time that a call is to wait."""
PAGE = 200
_NOT_COME = {"/docs#not-come", "/docs#came"}
_KINDS: dict[str, type[Any]] = {"email": Email, "message": Message, "event": Event}


@dataclass(frozen=True)
class Call(Generic[Result]):
    """One call."""

    method: str
    path: str
    read: Callable[[httpx.Response], Result]
    params: Filters = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    timeout_s: float = ANSWER_S

    def request(self) -> dict[str, Any]:
        """Return what httpx is asked for."""
        params = {name: _text(value) for name, value in self.params.items() if value is not None}
        return {
            "method": self.method,
            "url": PREFIX + self.path,
            "params": params,
            "json": self.json,
            "content": self.content,
            "timeout": self.timeout_s,
        }

    def result(self, answer: httpx.Response) -> Result:
        """Return what was answered; `SandboxError` with the server's own words."""
        if not answer.is_success:
            raise _error(answer)
        try:
            return self.read(answer)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _stranger(answer) from error


def checked(url: str) -> str:
    """Return a sandbox's URL; `SandboxError` when it is none."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        is_url = False
    if not is_url:
        raise SandboxError(f"{url!r} is no URL of a sandbox, such as http://127.0.0.1:8025")
    return url.rstrip("/")


def gone(url: str, error: Exception) -> ServerGoneError:
    """Return the error of a call that had no answer."""
    why = str(error) or type(error).__name__
    return ServerGoneError(f"no sandbox answers at {url}: {why}. Is sendcloud-inbound running?")


def listing(
    kind: type[Result], path: str, params: Filters
) -> Call[tuple[list[Result], str | None]]:
    """Return the call for one page of a listing."""

    def read(answer: httpx.Response) -> tuple[list[Result], str | None]:
        found = answer.json()
        return [of(kind, each) for each in found["items"]], found["next_cursor"]

    return Call("GET", path, read, params)


def email(email_id: str) -> Call[Copy]:
    """Return the call for one copy."""
    return Call("GET", f"/emails/{quote(email_id, safe='')}", partial(_one, Copy))


def octets(path: str, name: str) -> Call[bytes]:
    """Return the call for exact bytes."""
    return Call("GET", path.format(quote(name, safe="")), lambda answer: answer.content)


def text(path: str, name: str) -> Call[str]:
    """Return the call for a text."""
    return Call("GET", path.format(quote(name, safe="")), lambda answer: answer.text)


def findings(message_id: str) -> Call[list[Finding]]:
    """Return the call for the findings of a message."""
    path = f"/messages/{quote(message_id, safe='')}/lint"
    return Call("GET", path, lambda answer: [of(Finding, each) for each in answer.json()["items"]])


def wait(kind: str, filters: Filters, timeout_s: float) -> Call[list[Any]]:
    """Return the call that waits."""
    value = _KINDS.get(kind)
    if value is None:
        raise SandboxError(f"kind is one of {', '.join(_KINDS)}, not {kind!r}")
    params = {**filters, "kind": kind, "timeout_s": timeout_s}

    def read(answer: httpx.Response) -> list[Any]:
        return [of(value, each) for each in answer.json()["items"]]

    return Call("GET", "/wait", read, params, timeout_s=timeout_s + ANSWER_S)


def wait_for_one(kind: str, filters: Filters, timeout_s: float) -> Call[Any]:
    """Return the call that waits for at least one, and gives the first."""
    if filters.get("absent"):
        raise SandboxError(f"what is not to come is no {kind}: call wait_for(..., absent=True)")
    call = wait(kind, filters, timeout_s)
    return replace(call, read=lambda answer: call.read(answer)[0])


def happen(email_id: str, event: str, more: Filters) -> Call[Event]:
    """Return the call that makes something happen."""
    order = {"event": event, **{name: value for name, value in more.items() if value is not None}}
    path = f"/emails/{quote(email_id, safe='')}/events"
    return Call("POST", path, partial(_one, Event), json=order)


def create_api_user(order: Filters) -> Call[ApiUser]:
    """Return the call that makes an API_USER."""
    given = {name: value for name, value in order.items() if value is not None}
    return Call("POST", "/api-users", partial(_one, ApiUser), json=given)


def delete_api_user(api_user: str) -> Call[None]:
    """Return the call that removes an API_USER."""
    return Call("DELETE", f"/api-users/{quote(api_user, safe='')}", _nothing)


def clear(filters: Filters) -> Call[int]:
    """Return the call that deletes messages."""
    return Call("DELETE", "/messages", lambda answer: int(answer.json()["messages"]), filters)


def raw_json(method: str, path: str, params: Filters, json: Any = None) -> Call[Any]:  # noqa: ANN401
    """Return a call whose answer is JSON as it is, None where there is none."""

    def read(answer: httpx.Response) -> Any:  # noqa: ANN401
        return answer.json() if answer.content else None

    return Call(method, path, read, params, json)


def _one(kind: type[Result], answer: httpx.Response) -> Result:
    return of(kind, answer.json())


def _nothing(_: httpx.Response) -> None:
    return None


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _error(answer: httpx.Response) -> SandboxError:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict) or "detail" not in problem:
        return _stranger(answer)
    sentences = (problem.get("title"), problem["detail"], problem.get("remedy"), _mismatch(answer))
    text = ". ".join(str(sentence).rstrip(".") for sentence in sentences if sentence)
    for miss in problem.get("near_misses") or ():
        text += f"\n  {miss.get('what')}: {miss.get('why')}"
    is_missing = problem.get("type") in _NOT_COME
    return (NotComeError if is_missing else SandboxError)(text, problem)


def _stranger(answer: httpx.Response) -> ServerGoneError:
    """Return the error of an answer that is not what a sandbox of this version says."""
    said = f"what answers at {answer.request.url} is no sandbox (HTTP {answer.status_code})"
    if (mismatch := _mismatch(answer)) is not None:
        said = f"the answer of {answer.request.url} is not understood. {mismatch}"
    return ServerGoneError(said)


def _mismatch(answer: httpx.Response) -> str | None:
    """Return a word about versions that differ, which may be the reason."""
    name, _, theirs = answer.headers.get("server", "").partition("/")
    if name != "sendcloud-inbound" or theirs == __version__:
        return None
    return f"The server is version {theirs}, this client {__version__}"
