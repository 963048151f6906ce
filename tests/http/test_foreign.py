"""All calls that change something refuse pages of other sites, and names that are not ours.

Not one by one: those that the program has, so that none is forgotten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.http.serving import problem_of, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

FOREIGN = [
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    # A name that was rebound to this machine: browser and page believe it to be their own server.
    ({"Host": "evil.example", "Origin": "http://evil.example"}, 421),
    ({"Host": "evil.example", "Sec-Fetch-Site": "same-origin"}, 421),
]
SAFE = {"get", "head", "options"}


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
async def test_no_call_is_made_for_another_site(
    client: httpx.AsyncClient, store: Store, headers: dict[str, str], status: int
) -> None:
    """Whatever changes something: the sandbox's, SendCloud's own, and the page's switches."""
    record = await take(store)
    paths = (await client.get("/openapi.json")).json()["paths"]
    calls = {(method, path) for path, methods in paths.items() for method in methods}
    changing = {call for call in calls if call[0] not in SAFE or call[1].startswith("/apiv2/")}
    assert len(changing) > 30
    for method, path in {*changing, ("post", "/ui/preferences")}:
        url = re.sub(r"{\w+}", record.message_id, path)
        answer = await client.request(method, url, headers=headers)
        assert problem_of(answer)["status"] == status, (method, path)
    assert await store.message(record.message_id) is not None


@pytest.mark.parametrize("path", ["/", "/ui/refused", "/sandbox/v1/messages", "/sandbox/v1/stream"])
async def test_mail_is_not_read_under_another_name(client: httpx.AsyncClient, path: str) -> None:
    """A page whose name was rebound sees nothing of the mail."""
    answer = await client.get(path, headers={"Host": "evil.example:8025"})
    assert problem_of(answer)["status"] == 421
