"""SendCloud's API as its clients ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

LOGIN = {"apiUser": "sandbox_user", "apiKey": "sandbox_key"}
MAIL = {"from": "a@b.cn", "to": "ben@ifaxin.com", "subject": "s", "plain": "hello"}


async def ask(
    client: httpx.AsyncClient, path: str, form: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """Return the answer of a call, whose form has the login in front."""
    response = await client.post(path, data=LOGIN | form, **more)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    answer: dict[str, Any] = response.json()
    assert list(answer) == ["result", "statusCode", "message", "info"]
    return answer
