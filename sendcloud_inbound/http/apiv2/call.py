"""What a call of SendCloud's API is: asked by somebody who logs in with it, and answered.

Each has its path under both prefixes and is asked by GET and POST alike, but where only POST is
documented (SENDCLOUD.md 7.1, 7.2).
"""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from sendcloud_inbound import metrics
from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.http.apiv2 import envelope, parameters
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.rules.api.given import LOGIN, Refused, shown
from sendcloud_inbound.rules.results import Language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping

    from sendcloud_inbound.http.parts import Parts
    from sendcloud_inbound.rules.api.given import Given
    from sendcloud_inbound.rules.model import Account

    Handler = Callable[["Asked"], Awaitable[Response]]

PREFIXES: Final = {"/apiv2": Language.CHINESE, "/api": Language.ENGLISH}
"""Where the calls are, and what language `message` has there (D9, D21)."""

_log = structlog.get_logger()

_UNKNOWN_CALL = 49_901
_NO_LOGIN = 40_005
_SERVER_FAULT = 501


@dataclass(frozen=True, slots=True)
class Asked:
    """One call, by somebody who has logged in."""

    program: Parts
    account: Account
    given: Given
    language: Language
    path: str
    """Such as `mail/send`."""
    peer: str
    """Who asked: `127.0.0.1:50000`."""

    def success(self, info: Mapping[str, Any] | None = None, code: int = 200) -> Response:
        """Return what the call gives."""
        return envelope.success(self.language, info or {}, code)


@dataclass(frozen=True, slots=True)
class Call:
    """One call."""

    path: str
    """Such as `mail/send`."""
    summary: str
    handler: Handler
    parameters: Mapping[str, str]
    """What it takes beside the login, each with a word about it."""
    by_get: bool = True
    """Whether GET asks it too."""


@contextmanager
def failing(code: int) -> Iterator[None]:
    """Tell a store that is away by the call's own code, where it has one ("failed to ...")."""
    try:
        yield
    except StoreUnavailable as error:
        raise Refused(code, str(error)) from error


def router_of(calls: Iterable[Call]) -> APIRouter:
    """Return the routes of calls, under both prefixes; whatever else is asked there is told so."""
    router = APIRouter(tags=["SendCloud's API"])
    for prefix, language in PREFIXES.items():
        for call in calls:
            path, endpoint = f"{prefix}/{call.path}", _endpoint(call, language)
            is_described = language is Language.CHINESE  # once: it is the same in both
            if is_described:
                _describe(router, call, path, endpoint)
            methods = [*([] if is_described else ["POST"]), *(["GET"] if call.by_get else [])]
            if methods:
                router.add_route(path, endpoint, methods)
        router.add_route(f"{prefix}/{{path:path}}", _unknown(language), ["GET", "POST"])
    return router


def _describe(
    router: APIRouter, call: Call, path: str, endpoint: Callable[[Request], Awaitable[Response]]
) -> None:
    """Add a call that OpenAPI tells of: just once, for FastAPI takes its time for each."""
    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        name=call.path.replace("/", "_"),
        summary=call.summary,
        description=inspect.getdoc(call.handler),
        responses={200: {"model": envelope.ApiAnswer}},
        response_class=Response,
        openapi_extra=_described(call),
    )


def _endpoint(call: Call, language: Language) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            response = await _done(request, call, language)
        except Refused as refused:
            return _refuse(call, language, refused)
        except StoreUnavailable as error:
            return _refuse(call, language, Refused(_SERVER_FAULT, str(error)))
        metrics.API_CALLS.add(call.path, "done")
        return response

    return answer


def _refuse(call: Call, language: Language, refused: Refused) -> Response:
    metrics.API_CALLS.add(call.path, str(refused.code))
    _log.info("api_refused", call=call.path, code=refused.code, detail=refused.detail)
    return envelope.failure(language, refused)


async def _done(request: Request, call: Call, language: Language) -> Response:
    """Do what is asked; a misspelt parameter, which SendCloud passes over, is told to people."""
    given = await parameters.read(request)
    response = await call.handler(ask(request, call.path, given, language))
    if unknown := given.unknown(call.parameters):
        names = ", ".join(map(shown, unknown))
        envelope.tell(response, f"passed over, for {call.path} has no parameter {names}")
    return response


def ask(request: Request, path: str, given: Given, language: Language) -> Asked:
    """Let somebody log in; `Refused` when that is nobody."""
    program = parts(request)
    api_user, api_key = (given.text(name) for name in LOGIN)
    who = program.accounts.log_in(api_user.encode("utf-8", "replace"), api_key.encode())
    if who is None or who.label_id is not None:
        raise Refused(_NO_LOGIN, "apiUser and apiKey are not those of an API_USER")
    host, port = request.client or ("", 0)
    return Asked(program, who.account, given, language, path, f"{host}:{port}")


def _unknown(language: Language) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        path = request.url.path
        return envelope.failure(language, Refused(_UNKNOWN_CALL, f"there is no call {path}"))

    return answer


def _described(call: Call) -> dict[str, Any]:
    """Return what OpenAPI says of the body."""
    names = dict.fromkeys(LOGIN, "The login.") | dict(call.parameters)
    fields = {name: {"type": "string", "description": text} for name, text in names.items()}
    schema = {"schema": {"type": "object", "properties": fields}}
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
    return {"requestBody": {"content": dict.fromkeys(kinds, schema)}}
