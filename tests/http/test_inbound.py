"""POST /sandbox/v1/inbound: mail from outside becomes a `route` event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.ports import PostFilter
from sendcloud_inbound.rules import inbound
from sendcloud_inbound.rules.history import EventKind
from sendcloud_inbound.rules.orders import Webhook
from tests import builders
from tests.http.serving import API, get, problem_of, take

if TYPE_CHECKING:
    import httpx

    from sendcloud_inbound.store import Store

ANSWER = (
    "From: =?utf-8?b?546L?= <ben@ifaxin.com>\r\nTo: Support <support@reply.ifaxin.com>\r\n"
    "Subject: Re: bill\r\nSC-Custom-a: b\r\nReceived: one\r\nReceived: two\r\n{}"
    "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nthanks\r\n"
    "--b\r\nContent-Type: text/html\r\n\r\n<p>thanks</p>\r\n--b--\r\n"
)
FIELDS = {
    *("event", "message", "from", "fromname", "to", "toname", "subject", "headers", "html", "text"),
    *("raw_message", "userHeaders", "x_mx_mailfrom", "x_mx_rcptto", "raw_message_url"),
    *("reference", "emailId", "labelId", "labelName"),
}
"""SENDCLOUD.md 4.4, but for the three of the signature."""


async def came(client: httpx.AsyncClient, content: str, **query: str) -> dict[str, Any]:
    """Let a mail come in; return the fields of its event."""
    params = {"api_user": "sandbox_user", **query}
    response = await client.post(f"{API}/inbound", params=params, content=content.encode())
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.json()
    assert (told["event"], told["message_id"], told["email_id"]) == ("route", None, None)
    fields: dict[str, Any] = told["fields"]
    return fields


async def test_a_mail_from_outside_is_told_with_its_fields(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Exactly those that are documented, to the webhooks that want them, and in the listing."""
    kinds = frozenset({EventKind.ROUTE})
    await store.orders.add_webhook(Webhook(0, "sandbox_user", "http://127.0.0.1:9/", kinds))
    fields = await came(client, ANSWER.format(""), rcpt_to="a@b.c, d@e.f")
    assert fields.keys() == FIELDS
    assert (fields["from"], fields["fromname"]) == ("ben@ifaxin.com", "王")
    assert (fields["to"], fields["toname"]) == ("support@reply.ifaxin.com", "Support")
    assert (fields["subject"], fields["text"], fields["html"]) == (
        "Re: bill",
        "thanks",
        "<p>thanks</p>",
    )
    assert fields["message"] == "mx route"
    assert json.loads(fields["headers"])["Received"] == ["one", "two"]
    assert fields["raw_message"] == ANSWER.format("")
    assert fields["userHeaders"] == '{"SC-Custom-a":"b"}'
    assert (fields["x_mx_mailfrom"], fields["x_mx_rcptto"]) == ("ben@ifaxin.com", "a@b.c,d@e.f")
    (listed,) = (await get(client, "events", event="route"))["items"]
    assert listed["fields"] == fields
    (post,) = (await store.deliveries.posts(PostFilter(), 9)).items
    assert json.loads(post.fields) == fields


@pytest.mark.parametrize("field", ["In-Reply-To: <{}>", "References: <x@y.z> <{}>\r\n <u@v.w>"])
@pytest.mark.parametrize("made_by", ["sender", "sendcloud"])
async def test_the_mail_that_is_answered_is_found(
    client: httpx.AsyncClient, store: Store, field: str, made_by: str
) -> None:
    """By the Message-ID that SendCloud made for it, or by the one that its sender set."""
    content = b"Message-ID: <own@ifaxin.com>\r\n\r\n" if made_by == "sender" else builders.CONTENT
    record = await take(store, builders.expansion("ben@ifaxin.com"), content=content, label_id="9")
    made = f"{record.message_id}0@sandbox.sendcloud.org"
    reference = "own@ifaxin.com" if made_by == "sender" else made
    fields = await came(client, ANSWER.format(field.format(reference) + "\r\n"))
    assert fields["reference"] == reference
    assert fields["emailId"] == f"{record.message_id}0$ben@ifaxin.com"
    assert fields["labelId"] == "9"


async def test_an_answer_to_nobody_has_no_parent(client: httpx.AsyncClient, store: Store) -> None:
    """Nor has one to the mail of another API_USER, or to an email that nobody can have had."""
    record = await take(store, builders.expansion("ben@ifaxin.com"), api_user="another_user")
    made = f"In-Reply-To: <{record.message_id}0@sandbox.sendcloud.org>\r\n"
    far = made.replace("0@", f"{'9' * 20}@")
    for field in ("", "In-Reply-To: <nobody@knows.it>\r\n", made, far):
        fields = await came(client, ANSWER.format(field))
        assert (fields["reference"], fields["emailId"], fields["labelId"]) == ("", "", "")


async def test_what_is_no_mail_is_refused(client: httpx.AsyncClient) -> None:
    """Nothing at all, and mail for nobody; an API_USER has to be named."""
    for query, content, kind in (
        ({"api_user": "sandbox_user"}, b"", "bad-body"),
        ({"api_user": "nobody_here"}, b"x", "unknown-api-user"),
        ({}, b"x", "bad-parameter"),
    ):
        response = await client.post(f"{API}/inbound", params=query, content=content)
        assert problem_of(response)["type"] == f"/docs#{kind}"


@pytest.mark.parametrize(
    ("envelope", "detail"),
    [
        ({"mail_from": "foo"}, "mail_from: an address is such as ben@example.com, not 'foo'"),
        ({"mail_from": "<a@b.c>"}, "mail_from: an address is such as "),
        ({"mail_from": "a@b.c,d@e.f"}, "mail_from: an address is such as "),
        ({"rcpt_to": "a@b.c, foo"}, "rcpt_to: it holds addresses such as support@example.com"),
        ({"rcpt_to": "a@b.c,,d@e.f"}, "rcpt_to: it holds addresses such as "),
    ],
)
async def test_an_envelope_without_addresses_is_refused(
    client: httpx.AsyncClient, envelope: dict[str, str], detail: str
) -> None:
    """The parameter is named, and nobody is told of the mail."""
    params = {"api_user": "sandbox_user", **envelope}
    response = await client.post(f"{API}/inbound", params=params, content=ANSWER.encode())
    told = problem_of(response)
    assert (told["status"], told["type"]) == (400, "/docs#bad-parameter")
    assert told["detail"].startswith(detail)
    assert (await get(client, "events", event="route"))["items"] == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "ben@ifaxin.com"),
        ("a.@docomo.example", "a.@docomo.example"),
        ("b+c=d@例子.example", "b+c=d@例子.example"),
    ],
)
async def test_a_sender_is_told_as_given(client: httpx.AsyncClient, given: str, told: str) -> None:
    """Other servers have addresses of their own kind; an empty one is that of From."""
    fields = await came(client, ANSWER.format(""), mail_from=given)
    assert (fields["x_mx_mailfrom"], fields["x_mx_rcptto"]) == (told, "")


@given(st.binary(max_size=300))
def test_any_octets_have_all_fields(content: bytes) -> None:
    """Whatever comes in, it is told."""
    found = inbound.details(content, "", (), inbound.NO_PARENT)
    assert found.keys() | {"event", "message"} == FIELDS
    assert isinstance(json.loads(found["headers"]), dict)
    assert isinstance([*inbound.references(content)], list)
