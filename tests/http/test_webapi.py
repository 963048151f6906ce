"""The first generation of SendCloud's HTTP API (SENDCLOUD.md 7.13)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from sendcloud_inbound.ports import MessageFilter

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

LOGIN = {"api_user": "sandbox_user", "api_key": "sandbox_key"}
MAIL = LOGIN | {"from": "a@b.cn", "to": "ben@ifaxin.com", "subject": "s", "html": "<p>你好</p>"}
TWO = ["ben@ifaxin.com", "joe@ifaxin.com"]


async def ask(client: httpx.AsyncClient, call: str, **form: Any) -> dict[str, Any]:
    """Return the answer of a call."""
    response = await client.post(f"/webapi/{call}.json", data=form)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_mail_is_sent(client: httpx.AsyncClient, store: Store) -> None:
    """By its own parameters; the ids are told when they are asked for."""
    response = await client.get("/webapi/mail.send.json", params=MAIL)
    assert response.content == b'{"message":"success"}'
    label = await store.labels.label_named("sandbox_user", "news")
    form = MAIL | {
        "fromname": "Ben",
        "replyto": "r@b.cn",
        "label": str(label.label_id),
        "x_smtpapi": json.dumps({"to": TWO, "sub": {"%a%": ["1", "2"]}}),
        "resp_email_id": "true",
    }
    answer = await ask(client, "mail.send", **form)
    message = (await store.messages(MessageFilter(), 1)).items[0]
    assert answer == {
        "message": "success",
        "email_id_list": [f"{message.message_id}{n}${each}" for n, each in enumerate(TWO)],
    }
    assert (message.label_id, message.rcpt_to) == (str(label.label_id), tuple(TWO))
    content = await store.content(message.message_id)
    assert content is not None
    assert b"From: Ben <a@b.cn>" in content
    assert b"REPLY-TO: r@b.cn" in content


async def test_a_template_is_sent(client: httpx.AsyncClient, store: Store) -> None:
    """With `substitution_vars` for xsmtpapi."""
    api = {"apiUser": "sandbox_user", "apiKey": "sandbox_key"}
    new = {"invokeName": "bill", "name": "n", "html": "<p>%a%</p>", "subject": "s"}
    await client.post("/api/template/add", data=api | new | {"templateType": "0"})
    variables = json.dumps({"to": TWO, "sub": {"%a%": ["1", "2"]}})
    form = LOGIN | {"from": "a@b.cn", "template_invoke_name": "bill"}
    form |= {"substitution_vars": variables, "resp_email_id": "true"}
    answer = await ask(client, "mail.send_template", **form)
    assert [each.partition("$")[2] for each in answer["email_id_list"]] == TWO
    missing = await ask(client, "mail.send_template", **form | {"template_invoke_name": "x"})
    assert missing["message"] == "error"


async def test_a_file_of_any_name_is_attached(client: httpx.AsyncClient, store: Store) -> None:
    """As the samples do: file1, files."""
    files = [("file1", ("a.txt", b"one")), ("files", ("b.txt", b"two"))]
    response = await client.post("/webapi/mail.send.json", data=MAIL, files=files)
    assert response.json() == {"message": "success"}
    message_id = (await store.messages(MessageFilter(), 1)).items[0].message_id
    content = await store.content(message_id)
    assert content is not None
    assert b'filename="a.txt"' in content
    assert b'filename="b.txt"' in content


@pytest.mark.parametrize(
    ("form", "about"),
    [
        ({"api_key": "x"}, "authentication failed"),
        ({"to": ""}, "Recipient address cannot be empty"),
        ({"subject": ""}, "Subject cannot be empty"),
    ],
)
async def test_what_cannot_be_is_told_in_an_array(
    client: httpx.AsyncClient, form: dict[str, str], about: str
) -> None:
    """With the words of the second generation, and why (D43)."""
    answer = await ask(client, "mail.send", **MAIL | form)
    assert answer["message"] == "error"
    (error,) = answer["errors"]
    assert error.startswith(about)


@pytest.mark.parametrize("path", ["mail.send", "mail.sent.json", "mail/send.json", ""])
async def test_an_unknown_call_is_named(client: httpx.AsyncClient, path: str) -> None:
    """The format at the end of the path is needed too (SENDCLOUD.md 7.1)."""
    answer = (await client.post(f"/webapi/{path}", data=MAIL)).json()
    assert answer["message"] == "error"


async def test_the_same_in_xml(client: httpx.AsyncClient, store: Store) -> None:
    """When the path says so."""
    form = MAIL | {"resp_email_id": "true", "to": "a&b@ifaxin.com"}
    response = await client.post("/webapi/mail.send.xml", data=form)
    assert response.headers["content-type"] == "application/xml;charset=UTF-8"
    message = (await store.messages(MessageFilter(), 1)).items[0]
    root = ET.fromstring(response.text)  # noqa: S314 - of our own making
    assert root.findtext("message") == "success"
    ids = [item.text for item in root.iterfind("email_id_list/item")]
    assert ids == [f"{message.message_id}0$a&b@ifaxin.com"]
    wrong = await client.post("/webapi/mail.send.xml", data=LOGIN)
    assert ET.fromstring(wrong.text).findtext("message") == "error"  # noqa: S314


async def test_no_queue_is_stopped(client: httpx.AsyncClient) -> None:
    """A sandbox holds nothing up."""
    (status,) = (await ask(client, "queueStatus.get", **LOGIN))["queueStatus"]
    assert (status["apiUser"], status["isStop"]) == ("sandbox_user", False)


async def test_a_store_that_is_away_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """As an error."""
    await store.close()
    assert (await ask(client, "mail.send", **MAIL))["message"] == "error"
