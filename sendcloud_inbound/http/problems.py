"""What can go wrong in a request, in one table, told as problem details (RFC 9457).

The `type` of a problem leads to its row on our own page, `/docs#<name>`: it can be compared and
looked up. `detail` says what is wrong and where, `remedy` (an extension) what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response

from sendcloud_inbound.config.names import model_in
from sendcloud_inbound.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fastapi import FastAPI, HTTPException
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
_MAX_SHOWN = 80
"""Characters of a client's own value that are said back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem."""

    name: str
    status: int
    title: str
    remedy: str

    @property
    def uri(self) -> str:
        """The `type`: with the full path, as RFC 9457 3.1.1 asks of a relative one."""
        return f"/docs#{self.name}"


BAD_BODY = Kind(
    "bad-body",
    400,
    "The body is not what this call takes",
    "/docs says what may stand in it.",
)
UNKNOWN_API_USER = Kind(
    "unknown-api-user",
    404,
    "There is no such API_USER",
    "Configure it in [[accounts]], or set accounts_accept_any.",
)
NOT_ALLOWED = Kind(
    "not-allowed",
    403,
    "Mail may not leave to this address",
    "Name it in delivery.allow, and not in delivery.block.",
)
NO_UPSTREAM = Kind(
    "no-upstream",
    409,
    "There is no server to send mail to",
    "Set delivery.host, and delivery.allow for those who may get mail.",
)
UNKNOWN_MESSAGE = Kind(
    "unknown-message",
    404,
    "No message has this messageId",
    "GET /sandbox/v1/messages lists the messages there are.",
)
UNKNOWN_EMAIL = Kind(
    "unknown-email",
    404,
    "No email has this emailId",
    "GET /sandbox/v1/emails lists the emails there are; write $ and @ as they are, / as %2F.",
)
NO_SUCH_PART = Kind(
    "no-such-part",
    404,
    "The copy has no such part",
    "GET /sandbox/v1/emails/{email_id} tells what it has.",
)
TAKEN = Kind(
    "taken",
    409,
    "There is an API_USER of that name",
    "Leave the name out, and one is made up.",
)
NOT_COME = Kind(
    "not-come",
    408,
    "What was waited for did not come in time",
    "near_misses says what nearly was it; GET /sandbox/v1/messages lists all that came.",
)
CAME = Kind(
    "came",
    409,
    "What was to be absent has come",
    "found says what it is.",
)
SHARED_CLOCK = Kind(
    "shared-clock",
    409,
    "The clock of one process among several cannot be changed",
    "Use a sandbox of one process with all roles and a SQLite store.",
)
STOPPING = Kind(
    "stopping",
    503,
    "The server is being stopped",
    "Wait again once it is back.",
)
NO_COPY = Kind(
    "no-copy",
    409,
    "There is no copy of this email",
    "The message's findings say what is too large; make it smaller.",
)
BAD_PARAMETER = Kind(
    "bad-parameter",
    400,
    "A parameter has a value it cannot have",
    "/docs says what each parameter may be.",
)
UNKNOWN_PARAMETER = Kind(
    "unknown-parameter",
    400,
    "This call has no such parameter",
    "/docs lists the parameters of each call.",
)
UNKNOWN_WEBHOOK = Kind(
    "unknown-webhook",
    404,
    "No webhook has this id",
    "GET /sandbox/v1/webhooks lists the webhooks there are.",
)
UNKNOWN_TEMPLATE = Kind(
    "unknown-template",
    404,
    "The API_USER has no template of this name",
    "GET /sandbox/v1/templates lists the templates of an API_USER.",
)
UNKNOWN_LIST = Kind(
    "unknown-list",
    404,
    "The API_USER has no address list of this address",
    "GET /sandbox/v1/address-lists lists the address lists of an API_USER.",
)
UNKNOWN_DELIVERY = Kind(
    "unknown-delivery",
    404,
    "No delivery has this id",
    "GET /sandbox/v1/webhook-deliveries lists the deliveries there are.",
)
NO_WEBHOOK = Kind(
    "no-webhook",
    409,
    "There is no webhook to send it to",
    "Add one with the same URL; it is told what happens from then on.",
)
URL_FAILS = Kind(
    "url-fails",
    422,
    "The URL does not answer as a webhook must",
    "It must answer GET and POST with 200 in time, as SendCloud tests it (API code 40707); "
    "webhooks.check_urls = false leaves the test out.",
)
UNKNOWN_PATH = Kind(
    "unknown-path",
    404,
    "Nothing is here",
    "/docs lists all calls.",
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    "This call does not know the method",
    "/docs lists all calls with their methods.",
)
CROSS_SITE = Kind(
    "cross-site",
    403,
    "Another site's page may change nothing here",
    "Call it from a program, or from a page of this server; a proxy in front keeps the Host "
    "header.",
)
LOGIN_NEEDED = Kind(
    "login-needed",
    401,
    "This server wants a login",
    "Give http.username and http.password of its settings by HTTP Basic; in a URL they stand "
    "before the host, as USERNAME:PASSWORD@HOST:PORT.",
)
WRONG_HOST = Kind(
    "wrong-host",
    421,
    "This server does not go by that name",
    "Ask for it as localhost or by its IP address; a proxy in front sets the Host header so.",
)
INTERNAL_ERROR = Kind(
    "internal-error",
    500,
    "The request failed, and it is our fault",
    "The program's log says why: look for http_request_failed.",
)
STORE_UNAVAILABLE = Kind(
    "store-unavailable",
    503,
    "The store cannot be read now",
    "Try again; /readyz tells when it is back.",
)
NOT_READY = Kind(
    "not-ready",
    503,
    "A part of the program is not ready",
    "Wait until /readyz answers 200; the program's log says what holds it up.",
)

KINDS = (
    BAD_PARAMETER,
    UNKNOWN_PARAMETER,
    BAD_BODY,
    LOGIN_NEEDED,
    CROSS_SITE,
    NOT_ALLOWED,
    UNKNOWN_API_USER,
    UNKNOWN_MESSAGE,
    UNKNOWN_EMAIL,
    UNKNOWN_WEBHOOK,
    UNKNOWN_TEMPLATE,
    UNKNOWN_LIST,
    UNKNOWN_DELIVERY,
    NO_SUCH_PART,
    UNKNOWN_PATH,
    METHOD_NOT_ALLOWED,
    NOT_COME,
    CAME,
    TAKEN,
    SHARED_CLOCK,
    NO_COPY,
    NO_UPSTREAM,
    NO_WEBHOOK,
    WRONG_HOST,
    URL_FAILS,
    INTERNAL_ERROR,
    STORE_UNAVAILABLE,
    NOT_READY,
    STOPPING,
)
"""All of them, in the order of their status."""


class NearMiss(BaseModel):
    """Something that nearly was what somebody waited for."""

    what: str = Field(description="Its emailId, or its messageId.")
    why: str = Field(description="Why it was not what was waited for.")


class Problem(BaseModel):
    """Problem details (RFC 9457): how every error is told."""

    type: str = Field(description="The kind of problem, a reference to its row at `/docs`.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong, and where.")
    remedy: str | None = Field(default=None, description="What to do, where we know it.")
    checks: dict[str, str] | None = Field(
        default=None, description="Of `not-ready`: each part, `ok` or what it lacks."
    )
    near_misses: list[NearMiss] | None = Field(
        default=None, description="Of `not-come`: what nearly was it; at most five."
    )
    found: list[Any] | None = Field(default=None, description="Of `came`: what came.")


class ProblemError(Exception):
    """A request cannot be answered; the client is told the problem."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        remedy: str | None = None,
        checks: dict[str, str] | None = None,
        near_misses: list[NearMiss] | None = None,
        found: list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.headers = headers
        self.problem = Problem(
            type=kind.uri,
            title=kind.title,
            status=kind.status,
            detail=detail,
            remedy=remedy or kind.remedy,
            checks=checks,
            near_misses=near_misses,
            found=found,
        )

    def response(self) -> Response:
        """Return the answer that tells it."""
        return Response(
            self.problem.model_dump_json(exclude_none=True),
            status_code=self.problem.status,
            headers=self.headers,
            media_type=MEDIA_TYPE,
        )


def shown(value: object) -> str:
    """Return a client's value as a problem may quote it: on one line, and not all of a long one."""
    text = str(value)
    return ascii(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")


def bad_parameter(name: str, why: str) -> ProblemError:
    """Return the problem of a parameter whose value cannot be."""
    return ProblemError(BAD_PARAMETER, f"{name}: {why}")


def unknown_key(name: str, known: Collection[str]) -> ProblemError:
    """Return the problem of a key in a body that the call does not know."""
    why = f"{shown(name)[1:-1]}: there is no such key"
    return ProblemError(BAD_BODY, why, remedy=meant(name, known))


def meant(name: str, known: Collection[str]) -> str:
    """Return what to do about an unknown name: take the nearest one, else one of those known."""
    nearest = get_close_matches(name[:_MAX_SHOWN], known, n=1)
    takes_what = f"This call takes {', '.join(known) or 'none'}."
    return f"Did you mean {nearest[0]}?" if nearest else takes_what


def wrong_parameter(error: RequestValidationError, keys: Collection[str] = ()) -> ProblemError:
    """Return the problem of the first parameter that pydantic complains of, or of a body's `keys`.

    Where pydantic has words of its own for what is wrong, ours are said instead.
    """
    first = error.errors()[0]
    place, *names = first["loc"]
    if first["type"] == "extra_forbidden":
        return unknown_key(str(names[-1]), keys)
    why = first.get("ctx", {}).get("error", first["msg"])
    if first["type"] == "missing":
        why = "it is missing"
    elif first["type"] == "string_too_short" and not first["input"]:
        why = "it is empty"
    elif first["type"] != "json_invalid":
        why = f"{why}, not {shown(first['input'])}"
    kind = BAD_BODY if place == "body" else BAD_PARAMETER
    where = next((name for name in names if isinstance(name, str)), "")
    return ProblemError(kind, f"{where}: {why}" if where else str(why))


def store_unavailable(error: StoreUnavailable) -> ProblemError:
    """Return the problem of a store that cannot be read."""
    return ProblemError(STORE_UNAVAILABLE, str(error), headers={"Retry-After": "1"})


def unknown_api_user(name: str, *, remedy: str | None = None) -> ProblemError:
    """Return the problem of an API_USER that there is not."""
    return ProblemError(UNKNOWN_API_USER, f"nobody logs in as {shown(name)}", remedy=remedy)


def unknown_path(path: str) -> ProblemError:
    """Return the problem of a path where nothing is."""
    return ProblemError(UNKNOWN_PATH, f"no call is at {shown(path)}")


def describe(*kinds: Kind) -> dict[int | str, dict[str, object]]:
    """Return the problems that a call may meet, as its OpenAPI `responses`."""
    return {
        f"{hundred}XX": {
            "description": ", ".join(kind.name for kind in kinds if kind.status // 100 == hundred),
            "content": {MEDIA_TYPE: {"schema": _schema()}},
        }
        for hundred in sorted({kind.status // 100 for kind in kinds})
    }


@cache
def _schema() -> dict[str, object]:
    """Return what a problem looks like: made once, for it takes its time at each start."""
    return Problem.model_json_schema()


def install(app: FastAPI) -> None:
    """Make an application tell as a problem whatever goes wrong; `guard` does it for surprises."""
    app.add_exception_handler(ProblemError, _tell)
    app.add_exception_handler(400, _tell_body)
    app.add_exception_handler(404, _tell_path)
    app.add_exception_handler(405, _tell_method)
    app.add_exception_handler(RequestValidationError, _tell_parameter)
    app.add_exception_handler(StoreUnavailable, _tell_store)


async def _tell(_request: Request, error: Exception) -> Response:
    return cast("ProblemError", error).response()


async def _tell_body(_request: Request, _error: Exception) -> Response:
    return ProblemError(BAD_BODY, "it is no JSON in UTF-8").response()


async def _tell_path(request: Request, _error: Exception) -> Response:
    return unknown_path(request.url.path).response()


async def _tell_method(request: Request, error: Exception) -> Response:
    headers = cast("HTTPException", error).headers  # Allow
    what = f"{request.method} {shown(request.url.path)}"
    return ProblemError(METHOD_NOT_ALLOWED, what, headers=headers).response()


async def _tell_parameter(request: Request, error: Exception) -> Response:
    return wrong_parameter(cast("RequestValidationError", error), _keys(request)).response()


def _keys(request: Request) -> Collection[str]:
    """Return what the body of a call may have; a call that takes none has none."""
    field = getattr(request.scope.get("route"), "body_field", None)
    model = None if field is None else model_in(field.field_info)
    return () if model is None else model.model_fields


async def _tell_store(_request: Request, error: Exception) -> Response:
    return store_unavailable(cast("StoreUnavailable", error)).response()
