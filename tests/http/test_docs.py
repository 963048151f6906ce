"""OpenAPI and the page made of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sendcloud_inbound.http.apiv2 import CALLS
from sendcloud_inbound.http.problems import KINDS

if TYPE_CHECKING:
    import httpx


async def test_openapi_has_every_call_and_describes_its_fields(client: httpx.AsyncClient) -> None:
    """The document has the calls of the contract, no 422, and words for every parameter."""
    document = (await client.get("/openapi.json")).json()
    assert (document["info"]["title"], document["info"]["version"]) == (
        "sendcloud-inbound",
        "1.2.3",
    )
    hooks, told = "/sandbox/v1/webhooks", "/sandbox/v1/webhook-deliveries"
    template = "/sandbox/v1/templates/{invoke_name}"
    address_list = "/sandbox/v1/address-lists/{address}"
    one, email = "/sandbox/v1/messages/{message_id}", "/sandbox/v1/emails/{email_id}"
    assert set(document["paths"]) == {
        *(f"/apiv2/{call.path}" for call in CALLS),
        *("/livez", "/readyz", "/metrics", "/sandbox/v1/messages", "/sandbox/v1/emails"),
        "/sandbox/v1/refusals",
        *("/sandbox/v1/templates", template, f"{template}/html", f"{template}/review"),
        *("/sandbox/v1/bounces", "/sandbox/v1/statistics", "/sandbox/v1/address-lists"),
        *(address_list, f"{address_list}/members"),
        *("/sandbox/v1/rules", "/sandbox/v1/suppressions", "/sandbox/v1/events"),
        *(f"{email}/events", f"{email}/release", "/sandbox/v1/inbound", "/sandbox/v1/wait"),
        *("/sandbox/v1/fidelity", "/sandbox/v1/stream", "/sandbox/v1/clock", "/sandbox/v1/config"),
        *("/sandbox/v1/api-users", "/sandbox/v1/api-users/{api_user}"),
        *(one, f"{one}/raw", f"{one}/transcript", f"{one}/lint"),
        *(email, f"{email}/raw", f"{email}/html", f"{email}/text", f"{email}/attachments/{{n}}"),
        *(hooks, f"{hooks}/{{webhook_id}}", f"{hooks}/{{webhook_id}}/pause"),
        *(f"{hooks}/{{webhook_id}}/resume", told, f"{told}/replay"),
        *(f"{told}/{{delivery_id}}", f"{told}/{{delivery_id}}/replay"),
    }
    for path, calls in document["paths"].items():
        for call in calls.values():
            assert "422" not in call["responses"], path
            assert all(each["description"] for each in call.get("parameters", ())), path


async def test_openapi_names_its_calls_for_generated_clients(client: httpx.AsyncClient) -> None:
    """The operationId of a call is a short name of its own."""
    paths = (await client.get("/openapi.json")).json()["paths"].values()
    names = [call["operationId"] for calls in paths for call in calls.values()]
    assert {"list_messages", "get_message", "get_raw", "list_emails", "put_rules"} <= set(names)
    assert len(names) == len(set(names))


async def test_page_shows_all_and_loads_nothing(client: httpx.AsyncClient) -> None:
    """The page lists every call and every problem, and refers to no other host and no script."""
    response = await client.get("/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = response.text
    paths = (await client.get("/openapi.json")).json()["paths"]
    for path, calls in paths.items():
        assert all(f"{method.upper()} {path}</code>" in page for method in calls)
    assert all(f"id={kind.name}>" in page for kind in KINDS)
    assert not re.search(r"//|<script|<link|<img|@import|url\(|src=", page)
    targets = re.findall(r'href="([^"]*)"', page)
    assert set(targets) - {"/openapi.json"} <= {
        f"#{name}" for name in re.findall(r"id=(\S+?)>", page)
    }
