"""The login of page and API, where one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sendcloud_inbound.http import Credentials
from tests.http.serving import API, application, problem_of, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sendcloud_inbound.store import Store

LOGIN = ("爱丽丝", "pass:word")


@pytest.fixture
async def closed(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application that wants a login."""
    async with serving(application(store, credentials=Credentials(*LOGIN))) as client:
        yield client


CLOSED = ["/", "/ui/help", f"{API}/messages", f"{API}/stream", "/docs", "/openapi.json", "/metrics"]


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Basic", "Basic !", "Basic bWU6", "Bearer x", "Basic \xff", "Digest a=b"],
)
async def test_without_the_login_there_is_nothing(
    closed: httpx.AsyncClient, path: str, authorization: str | None
) -> None:
    """Whatever is given instead; the browser is told to ask for it."""
    headers = httpx.Headers(encoding="latin-1")
    if authorization is not None:
        headers["Authorization"] = authorization
    answer = await closed.get(path, headers=headers)
    assert problem_of(answer)["type"] == "/docs#login-needed"
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic realm=")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [path for path in CLOSED if "stream" not in path])
async def test_with_it_all_is_there(closed: httpx.AsyncClient, path: str) -> None:
    """Pages, API and documentation."""
    auth = httpx.BasicAuth(*(each.encode() for each in LOGIN))
    assert (await closed.get(path, auth=auth)).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/livez", 200),
        ("/readyz", 200),
        ("/track/open/x", 404),
        ("/apiv2/mail/send", 200),
        ("/api/mail/send", 200),
        ("/webapi/mail.send.json", 200),
    ],
)
async def test_some_need_none(closed: httpx.AsyncClient, path: str, status: int) -> None:
    """Balancers, readers of mail, and programs that bring the keys of an API_USER."""
    assert (await closed.get(path)).status_code == status


async def test_another_name_is_refused_before(closed: httpx.AsyncClient) -> None:
    """A page whose name was rebound does not even make the browser ask."""
    answer = await closed.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421
