"""One call of the sandbox API: what httpx is asked for, and what its answer is or complains of."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import quote, unquote, urlsplit

from sendcloud_inbound import __version__
from sendcloud_inbound.client.errors import NotComeError, SandboxError, ServerGoneError
from sendcloud_inbound.client.reading import as_is, as_json, text

if TYPE_CHECKING:
    import httpx

Result = TypeVar("Result")
Other = TypeVar("Other")
Method = TypeVar("Method", bound=Callable[..., Any])
Filter = str | int | float | bool | None
"""A value of a filter; None means any."""
Filters = Mapping[str, Any]

PREFIX = "/sandbox/v1"
ANSWER_S = 30.0
"""How long an answer may take, beside the time that a call is to wait."""
CLEARING_S = 600.0
"""How long a deletion may take: a large store goes in many portions."""
PAGE = 200
_NOT_COME = {"/docs#not-come", "/docs#came"}


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

    def as_json(self) -> Call[dict[str, Any]]:
        """Return the same call, giving the object that the server answers with."""
        return self.read_by(as_json)

    def as_text(self) -> Call[str]:
        """Return the same call, giving the answer's text: JSON in the server's own spelling."""
        return self.read_by(text)

    def read_by(self, read: Callable[[httpx.Response], Other]) -> Call[Other]:
        """Return the same call, its answer read in another way."""
        sent = (self.params, self.json, self.content, self.timeout_s)
        return Call(self.method, self.path, read, *sent)

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


Login = tuple[str, str]
"""Name and password."""


def checked(url: str) -> tuple[str, Login | None]:
    """Return a sandbox's URL and the login that stands in it; `SandboxError` when it is none.

    They are taken apart so that no error and no report tells the password.
    """
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        raise _no_url(url) from None
    if not is_url:
        raise _no_url(url)
    login, at, host = parts.netloc.rpartition("@")
    username, _, password = login.partition(":")
    plain = parts._replace(netloc=host).geturl().rstrip("/")
    return plain, (unquote(username), unquote(password)) if at else None


def with_login(url: str, login: Login) -> str:
    """Return a URL with a login in it."""
    parts = urlsplit(url)
    written = ":".join(quote(each, safe="") for each in login)
    return parts._replace(netloc=f"{written}@{parts.netloc}").geturl()


def _no_url(url: str) -> SandboxError:
    shown = url.rpartition("@")[2]
    return SandboxError(f"{shown!r} is no URL of a sandbox, such as http://127.0.0.1:8025")


def gone(url: str, error: Exception) -> ServerGoneError:
    """Return the error of a call that had no answer."""
    why = str(error) or type(error).__name__
    return ServerGoneError(f"no sandbox answers at {url}: {why}. Is sendcloud-inbound running?")


@dataclass(frozen=True)
class Listing(Generic[Result]):
    """A listing that comes page by page."""

    path: str
    read: Callable[[Any], Result]
    """Makes an item of what the server answers with."""
    filters: Filters
    """And `limit`, how many items a page has."""

    def as_json(self) -> Listing[dict[str, Any]]:
        """Return the same listing, its items as the server answers with them."""
        return self.read_by(as_is)

    def read_by(self, read: Callable[[Any], Other]) -> Listing[Other]:
        """Return the same listing, its items read in another way."""
        return Listing(self.path, read, self.filters)

    def page(self, cursor: str | None) -> Call[tuple[list[Result], str | None]]:
        """Return the call for the page at a cursor, the first at None; it gives the next cursor."""
        params = {"limit": PAGE, **self.filters, **({"cursor": cursor} if cursor else {})}
        return Call("GET", self.path, self._read_page, params)

    def _read_page(self, answer: httpx.Response) -> tuple[list[Result], str | None]:
        found = answer.json()
        return [self.read(each) for each in found["items"]], found["next_cursor"]


def method_for(make: Callable[..., object]) -> Callable[[Method], Method]:
    """Give a client's method the name, the words and the parameters of the call that it makes."""
    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    parameters = [this, *inspect.signature(make).parameters.values()]

    def describe(method: Method) -> Method:
        wraps(make)(method)
        method.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # help()
        return method

    return describe


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
    return (NotComeError if is_missing else SandboxError)(
        text, problem | {"status": answer.status_code}
    )


def _stranger(answer: httpx.Response) -> ServerGoneError:
    """Return the error of an answer that is not what a sandbox of this version says."""
    said = f"what answers at {answer.request.url} is no sandbox (HTTP {answer.status_code})"
    if (mismatch := _mismatch(answer)) is not None:
        said = f"the answer of {answer.request.url} is not understood. {mismatch}"
    return ServerGoneError(said, {"status": answer.status_code})


def _mismatch(answer: httpx.Response) -> str | None:
    """Return a word about versions that differ, which may be the reason."""
    name, _, theirs = answer.headers.get("server", "").partition("/")
    if name != "sendcloud-inbound" or theirs == __version__:
        return None
    return f"The server is version {theirs}, this client {__version__}"
