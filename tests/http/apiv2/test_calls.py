"""What all calls of SendCloud's API have in common: path, login, envelope, languages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.accounts import Accounts
from tests import builders
from tests.http.apiv2.asking import LOGIN, MAIL, ask
from tests.http.serving import application, problem_of, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store


async def test_the_envelope_is_the_recorded_one(client: httpx.AsyncClient) -> None:
    """Byte for byte, in the language of the path (SENDCLOUD.md 7.3, D21)."""
    form = LOGIN | MAIL | {"respEmailId": "false"}
    chinese = await client.post("/apiv2/mail/send", data=form)
    expected = '{"result":true,"statusCode":200,"message":"请求成功","info":{}}'
    assert chinese.content == expected.encode()
    english = await client.post("/api/mail/send", data=form)
    expected = '{"result":true,"statusCode":200,"message":"request was successful","info":{}}'
    assert english.content == expected.encode()


async def test_a_wrong_login_is_told_in_the_body(client: httpx.AsyncClient) -> None:
    """HTTP says 200 all the same (SENDCLOUD.md 7.2, D19); a sentence for people is in a header."""
    for wrong in ({"apiKey": "x"}, {"apiUser": "nobody_known"}, {"apiUser": "sandbox_user#7"}):
        response = await client.post("/apiv2/mail/send", data=LOGIN | MAIL | wrong)
        assert response.status_code == 200
        expected = '{"result":false,"statusCode":40005,"message":"认证失败","info":{}}'
        assert response.content == expected.encode()
        assert "apiUser and apiKey" in response.headers["x-sandbox-detail"]
    nothing = await client.post("/api/mail/send")
    assert nothing.json()["message"] == "authentication failed"


async def test_the_login_may_stand_in_the_query(client: httpx.AsyncClient) -> None:
    """The parameters of query and body are one (SENDCLOUD.md 7.2)."""
    response = await client.post("/api/mail/send", params=LOGIN, data=MAIL)
    assert response.json()["result"]


@pytest.mark.parametrize("path", ["/apiv2/mail/sent", "/api/nothing", "/apiv2/"])
async def test_an_unknown_call_is_named(client: httpx.AsyncClient, path: str) -> None:
    """In the same envelope, as clients look nowhere else."""
    answer = await ask(client, path, {})
    assert (answer["result"], answer["statusCode"]) == (False, 49901)


async def test_sending_takes_no_get(client: httpx.AsyncClient) -> None:
    """mail/send is POST only (SENDCLOUD.md 7.1)."""
    answer = (await client.get("/apiv2/mail/send", params=LOGIN | MAIL)).json()
    assert answer["statusCode"] == 49901


async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient) -> None:
    """JSON is none of the documented forms; the reason is said."""
    response = await client.post("/api/mail/send", params=LOGIN, json=MAIL)
    assert response.json()["statusCode"] == 49901
    assert "application/json" in response.headers["x-sandbox-detail"]


async def test_a_broken_multipart_body_is_refused(client: httpx.AsyncClient) -> None:
    """In one sentence."""
    for kind in ("multipart/form-data", "multipart/form-data; boundary=B"):
        response = await client.post(
            "/api/mail/send", content=b"--A\r\n\r\n--", headers={"Content-Type": kind}
        )
        assert response.json()["statusCode"] in {49901, 40005}
        assert response.headers["x-sandbox-detail"]


async def test_who_sends_too_often_is_told_as_printed(store: Store) -> None:
    """With blanks and a lower-case c (D22); SMTP and API count together (S18)."""
    account = builders.account(rate_limit_per_minute=2)
    async with serving(application(store, accounts=Accounts([account]))) as client:
        login = {"apiUser": account.api_user, "apiKey": account.api_key}
        for _ in range(2):
            answer = (await client.post("/apiv2/mail/send", data=MAIL | login)).json()
            assert answer["result"]
        response = await client.post("/apiv2/mail/send", data=MAIL | login)
    assert response.content == (
        b'{"result": false, "statuscode": 50000, "message": "interface frequency limited", '
        b'"info": {}}'
    )


async def test_a_used_up_quota_is_told(store: Store) -> None:
    """As 553 Request quota exceeded by SMTP (S19)."""
    account = builders.account(daily_quota=1)
    async with serving(application(store, accounts=Accounts([account]))) as client:
        login = {"apiUser": account.api_user, "apiKey": account.api_key}
        codes = [
            (await client.post("/api/mail/send", data=MAIL | login)).json()["statusCode"]
            for _ in range(2)
        ]
    assert codes == [200, 40913]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_page_of_another_site_calls_nothing(client: httpx.AsyncClient, method: str) -> None:
    """Everybody knows the key of a sandbox, and GET changes things here."""
    response = await client.request(
        method, "/apiv2/mail/send", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert problem_of(response)["type"] == "/docs#cross-site"


async def test_the_order_of_checks_needs_no_store(client: httpx.AsyncClient, store: Store) -> None:
    """A store that is away is told as a fault of the server."""
    await store.close()
    answer = await ask(client, "/apiv2/mail/send", MAIL)
    assert (answer["statusCode"], answer["message"]) == (501, "服务器异常")
    assert json.loads(json.dumps(answer["info"])) == {}
