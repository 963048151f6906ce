"""The comparison of an expectation with a sandbox API, here one that serves fixed answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI, Response
from pydantic import ValidationError

from tests.dialogues.aftermath import Expectation, check_aftermath

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROW = {"message_id": "M", "status": "expanded", "subject": "Hello", "rcpt_to": ["ben@ifaxin.com"]}
DETAIL = {
    **ROW,
    "reason": None,
    "session": {"helo": "client", "tls": None},
    "findings": [{"code": "b"}, {"code": "a"}],
}
EMAILS = [
    {"email_id": "M1$joe@ifaxin.com", "position": 1, "status": "invalid", "sub_status": 404},
    {"email_id": "M0$ben@ifaxin.com", "position": 0, "status": "delivered", "sub_status": None},
]


def sandbox() -> FastAPI:
    """Serve one message of two emails, whose listing has two pages; it is queued at first."""
    app = FastAPI()
    looks: list[int] = []

    @app.get("/sandbox/v1/messages")
    def messages() -> dict[str, Any]:
        looks.append(1)
        row = ROW if len(looks) > 1 else ROW | {"status": "queued"}
        return {"items": [row], "next_cursor": None}

    @app.get("/sandbox/v1/messages/M")
    def message() -> dict[str, Any]:
        return DETAIL

    @app.get("/sandbox/v1/messages/M/raw")
    def raw() -> Response:
        return Response("Subject: é\r\n".encode())

    @app.get("/sandbox/v1/emails")
    def emails(cursor: str | None = None) -> dict[str, Any]:
        return {"items": EMAILS[bool(cursor) :][:1], "next_cursor": None if cursor else "next"}

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Ask that sandbox."""
    transport = httpx.ASGITransport(app=sandbox())
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as asking:
        yield asking


def expecting(**fields: object) -> Expectation:
    """Expect one message, described by some of its fields."""
    return Expectation.model_validate({"messages": [fields]})


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "expanded", "subject": "Hello", "rcpt_to": ["ben@ifaxin.com"]},
        {"reason": None, "helo": "client", "tls": False},
        {"findings": ["a", "b"]},
        {"emails": ["{message_id}0$ben@ifaxin.com", "{message_id}1$joe@ifaxin.com"]},
        {
            "emails": [
                {"email_id": "{message_id}0$ben@ifaxin.com", "status": "delivered"},
                {"email_id": "{message_id}1$joe@ifaxin.com", "sub_status": 404},
            ]
        },
        {"content": ["Subject: é"]},
        {"content": "Subject: é\r\n"},
        {"octets": "Subject: \u00c3\u00a9\r\n"},
    ],
    ids="-".join,
)
async def test_what_is_so_passes(client: httpx.AsyncClient, fields: dict[str, object]) -> None:
    """Each kind of field is found in the API's answers."""
    await check_aftermath(client, ("M",), expecting(**fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "invalid"},
        {"tls": True},
        {"findings": ["a"]},
        {"emails": ["{message_id}0$ben@ifaxin.com"]},
        {"emails": ["{message_id}1$joe@ifaxin.com", "{message_id}0$ben@ifaxin.com"]},
        {"content": "Subject: e\r\n"},
        {"content": ""},
    ],
    ids="-".join,
)
async def test_what_is_not_so_fails(client: httpx.AsyncClient, fields: dict[str, object]) -> None:
    """Each kind of field is compared."""
    with pytest.raises(AssertionError):
        await check_aftermath(client, ("M",), expecting(**fields))


async def test_ids_told_must_be_those_stored(client: httpx.AsyncClient) -> None:
    """Without any expectation the ids that the client was told are compared."""
    await check_aftermath(client, ("M",), None)
    with pytest.raises(AssertionError):
        await check_aftermath(client, (), None)


async def test_a_message_too_many_fails(client: httpx.AsyncClient) -> None:
    """The expectation lists all messages."""
    with pytest.raises(AssertionError):
        await check_aftermath(client, ("M",), Expectation(messages=[]))


def test_unknown_fields_are_refused() -> None:
    """A misspelt field is an error, not an expectation that always holds."""
    with pytest.raises(ValidationError, match="sender"):
        expecting(sender="support@ifaxin.com")
