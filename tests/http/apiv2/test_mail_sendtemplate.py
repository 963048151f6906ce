"""mail/sendtemplate: what is taken, what is refused with which code, and what becomes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.accounts import Accounts
from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.model import AccountType
from tests import builders
from tests.http.apiv2.asking import ask
from tests.http.apiv2.test_mail_send import TWO, content_of
from tests.http.apiv2.test_templates import NEW, template
from tests.http.serving import application, serving

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

CALL = "/apiv2/mail/sendtemplate"
SUB = {"%name%": ["Ben", "Joe"], "%money%": [288, 497]}
SEND = {
    "from": "a@b.cn",
    "templateInvokeName": "bill",
    "xsmtpapi": json.dumps({"to": TWO, "sub": SUB}),
}


def without(name: str) -> dict[str, str]:
    """Return the parameters but one."""
    return {key: value for key, value in SEND.items() if key != name}


async def test_a_template_is_sent_to_each(client: httpx.AsyncClient, store: Store) -> None:
    """With its subject and its preview text, or with the subject of the call (7.5)."""
    await template(client, "add", **NEW, contentSummary="preview")
    answer = await ask(client, CALL, SEND)
    assert [each.partition("$")[2] for each in answer["info"]["emailIdList"]] == TWO
    content = await content_of(store)
    html = content.get_body(("html",))
    assert html is not None
    assert content["Subject"] == NEW["subject"]
    assert NEW["html"] in html.get_content()
    assert "preview" in html.get_content()
    assert content["X-SMTPAPI"]
    assert (await ask(client, CALL, SEND | {"subject": "另外"}))["result"]
    assert (await content_of(store))["Subject"] == "另外"
    assert (await store.messages(MessageFilter(), 1)).items[0].findings == ()


async def test_what_has_no_effect_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """Another body, and recipients of the envelope (D36)."""
    await template(client, "add", **NEW)
    form = SEND | {"html": "<p>mine</p>", "to": "eve@ifaxin.com", "cc": "c@ifaxin.com"}
    answer = await ask(client, CALL, form)
    assert len(answer["info"]["emailIdList"]) == 2
    html = (await content_of(store)).get_body(("html",))
    assert html is not None
    assert "mine" not in html.get_content()
    message = (await store.messages(MessageFilter(), 1)).items[0]
    assert [(each.code, each.where) for each in message.findings] == [
        ("api-body-ignored", "html"),
        ("api-recipients-ignored", "to"),
        ("api-recipients-ignored", "cc"),
    ]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (without("templateInvokeName"), 40201),
        (SEND | {"templateInvokeName": "a b"}, 40202),
        (SEND | {"templateInvokeName": "none"}, 40823),
        (SEND | {"templateInvokeName": "draft"}, 40824),
        (SEND | {"templateInvokeName": "batch"}, 40825),
        (without("xsmtpapi"), 40812),
        (without("xsmtpapi") | {"to": "ben@ifaxin.com"}, 40812),
        (SEND | {"xsmtpapi": json.dumps({"sub": SUB})}, 40815),
        (SEND | {"xsmtpapi": json.dumps({"pubsub": {}}), "to": "ben@ifaxin.com"}, 40815),
        (SEND | {"xsmtpapi": json.dumps({"to": []})}, 40816),
        (without("from"), 40801),
        (SEND | {"labelId": "99"}, 40106),
    ],
)
async def test_what_cannot_be_has_its_code(
    client: httpx.AsyncClient, store: Store, form: dict[str, Any], code: int
) -> None:
    """And nothing is sent."""
    await template(client, "add", **NEW)
    await template(client, "add", **NEW | {"invokeName": "draft", "isSubmitAudit": "0"})
    await template(client, "add", **NEW | {"invokeName": "batch", "templateType": "1"})
    answer = await ask(client, CALL, form)
    assert (answer["result"], answer["statusCode"]) == (False, code)
    assert (await store.messages(MessageFilter(), 1)).items == ()


async def test_a_batch_api_user_sends_batch_templates(store: Store) -> None:
    """And no others (40825)."""
    accounts = Accounts([builders.account(type=AccountType.BATCH)])
    async with serving(application(store, accounts=accounts)) as client:
        await template(client, "add", **NEW)
        assert (await ask(client, CALL, SEND))["statusCode"] == 40825
        await template(client, "update", invokeName="bill", templateType="1")
        assert (await ask(client, CALL, SEND))["result"]


async def test_a_subject_is_needed_somewhere(client: httpx.AsyncClient, store: Store) -> None:
    """No call makes a template without one; a store that has it is told so (40826)."""
    await template(client, "add", **NEW)
    found = await store.templates.template("sandbox_user", "bill")
    assert found is not None
    emptied = found._replace(body=found.body._replace(subject=""))
    await store.templates.put_template("sandbox_user", emptied, found.head.stat)
    assert (await ask(client, CALL, SEND))["statusCode"] == 40826
    assert (await ask(client, CALL, SEND | {"subject": "s"}))["result"]


async def test_the_printed_curl_sample_is_no_json(client: httpx.AsyncClient) -> None:
    """It encodes `&headers=...` into xsmtpapi, which is then no JSON (D46)."""
    await template(client, "add", **NEW)
    form = SEND | {"xsmtpapi": SEND["xsmtpapi"] + '&headers={"header1": "header1"}'}
    assert (await ask(client, CALL, form))["statusCode"] == 40813
