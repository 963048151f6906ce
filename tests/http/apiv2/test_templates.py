"""template/...: what each call gives, the review, and every code that they can answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules.books import TemplateStat
from tests.http.apiv2.asking import ask
from tests.http.apiv2.test_labels import TIME
from tests.http.serving import API, application, problem_of, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from sendcloud_inbound.store import Store

NEW = {
    "invokeName": "bill",
    "name": "账单",
    "html": "<p>亲爱的%name%</p>",
    "subject": "Your bill, %name%",
    "templateType": "0",
}


REVIEW = f"{API}/templates/bill/review"
WHOSE = {"api_user": "sandbox_user"}


@pytest.fixture
async def slow(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application whose review waits for somebody."""
    async with serving(application(store, approves_templates=False)) as client:
        yield client


async def template(client: httpx.AsyncClient, call: str, **form: Any) -> dict[str, Any]:
    """Return the answer of a call about templates."""
    return await ask(client, f"/apiv2/template/{call}", form)


async def stat_of(client: httpx.AsyncClient, name: str = "bill") -> int:
    """Return where a template stands in its review."""
    data = (await template(client, "get", invokeName=name))["info"]["data"]
    stat: int = data["templateStat"]
    return stat


async def refused(store: Store) -> None:
    """Let the review refuse the template."""
    found = await store.templates.template("sandbox_user", "bill")
    assert found is not None
    head = found.head._replace(stat=TemplateStat.REFUSED)
    await store.templates.put_template(
        "sandbox_user", found._replace(head=head), TemplateStat.WAITING
    )


async def test_a_template_is_made_and_shown(client: httpx.AsyncClient) -> None:
    """With the keys of the documents: waiting in the answer, approved at the next look."""
    answer = await template(client, "add", **NEW, text="text", contentSummary="summary")
    expected = {
        "name": "账单",
        "invokeName": "bill",
        "templateType": 0,
        "templateStat": 0,
        "gmtCreated": TIME,
        "gmtUpdated": "",
        "html": NEW["html"],
        "subject": NEW["subject"],
        "contentSummary": "summary",
    }
    assert list(answer["info"]["data"].items()) == list(expected.items())
    shown = (await template(client, "get", invokeName="bill"))["info"]["data"]
    assert shown == expected | {"templateStat": 1}


async def test_templates_are_listed_without_their_texts(client: httpx.AsyncClient) -> None:
    """A part at a time, and by each filter."""
    for number, kind in enumerate("0101"):
        await template(client, "add", **NEW | {"invokeName": f"t{number}", "templateType": kind})
    await template(client, "add", **NEW | {"invokeName": "draft", "isSubmitAudit": "0"})
    info = (await template(client, "list", start=1, limit=2))["info"]
    assert (info["total"], info["count"]) == (5, 2)
    assert list(info["dataList"][0]) == [
        *("name", "invokeName", "templateType", "templateStat", "gmtCreated", "gmtUpdated"),
    ]
    for wanted, names in (
        ({"templateType": "1"}, ["t1", "t3"]),
        ({"templateStat": "-2"}, ["draft"]),
        ({"templateStat": "1", "templateType": "0"}, ["t0", "t2"]),
        ({"invokeName": "t3"}, ["t3"]),
        ({"invokeName": "t9"}, []),
    ):
        info = (await template(client, "list", **wanted))["info"]
        assert [each["invokeName"] for each in info["dataList"]] == names


async def test_what_is_given_of_a_template_changes(client: httpx.AsyncClient) -> None:
    """The rest stays; it is reviewed again."""
    await template(client, "add", **NEW)
    answer = await template(client, "update", invokeName="bill", subject="New", templateType=1)
    assert answer["info"] == {"count": 1}
    data = (await template(client, "get", invokeName="bill"))["info"]["data"]
    assert (data["subject"], data["html"], data["templateType"]) == ("New", NEW["html"], 1)
    assert (data["templateStat"], data["gmtUpdated"]) == (1, TIME)
    await template(client, "update", invokeName="bill", name="N", html="<p>", isSubmitAudit=0)
    data = (await template(client, "get", invokeName="bill"))["info"]["data"]
    assert (data["name"], data["html"], data["templateStat"]) == ("N", "<p>", -2)
    assert (await template(client, "delete", invokeName="bill"))["info"] == {"count": 1}
    assert (await template(client, "get", invokeName="bill"))["statusCode"] == 40216


async def test_a_template_is_submitted_when_it_is_ready(client: httpx.AsyncClient) -> None:
    """And approved at once, so that it can be sent."""
    await template(client, "add", **NEW, isSubmitAudit="0")
    assert await stat_of(client) == -2
    assert (await template(client, "submit", invokeName="bill"))["info"] == {"count": 1}
    assert await stat_of(client) == 1
    assert (await template(client, "submit", invokeName="bill"))["statusCode"] == 40227
    again = await template(client, "submit", invokeName="bill", cancel="1")
    assert again["statusCode"] == 40227


async def test_a_review_may_take_its_time(slow: httpx.AsyncClient, store: Store) -> None:
    """While it lasts nothing changes; it may be taken back, and begun again."""
    await template(slow, "add", **NEW)
    assert await stat_of(slow) == 0
    assert (await template(slow, "update", invokeName="bill", name="x"))["statusCode"] == 40223
    assert (await template(slow, "submit", invokeName="bill"))["statusCode"] == 40226
    assert (await template(slow, "submit", invokeName="bill", cancel=1))["result"]
    assert await stat_of(slow) == -2
    answer = await template(slow, "submit", invokeName="bill", cancel=1)
    assert answer["statusCode"] == 40229
    assert (await template(slow, "submit", invokeName="bill", cancel=0))["result"]
    await refused(store)
    answer = await template(slow, "submit", invokeName="bill", cancel=1)
    assert answer["statusCode"] == 40228
    assert (await template(slow, "submit", invokeName="bill"))["result"]
    assert await stat_of(slow) == 0


async def test_there_are_fifty_templates_at_most(client: httpx.AsyncClient) -> None:
    """Of one API_USER (D31)."""
    for number in range(50):
        assert (await template(client, "add", **NEW | {"invokeName": f"t{number}"}))["result"]
    assert (await template(client, "add", **NEW))["statusCode"] == 40219
    assert (await template(client, "add", **NEW | {"invokeName": "t7"}))["statusCode"] == 40220


async def test_people_approve_and_refuse(slow: httpx.AsyncClient) -> None:
    """By a call of the sandbox, wherever the template stands."""
    await template(slow, "add", **NEW)
    for is_approved, stat in ((True, 1), (False, -1), (True, 1)):
        answer = await slow.post(REVIEW, params=WHOSE, json={"is_approved": is_approved})
        assert answer.json() == {
            "api_user": "sandbox_user",
            "invoke_name": "bill",
            "template_stat": stat,
        }
        assert await stat_of(slow) == stat


async def test_a_template_that_is_not_there_is_not_reviewed(client: httpx.AsyncClient) -> None:
    """Of another name, or another API_USER's."""
    await template(client, "add", **NEW)
    none = REVIEW.replace("bill", "none")
    for path, whose in ((none, WHOSE), (REVIEW, {"api_user": "other"})):
        answer = await client.post(path, params=whose, json={"is_approved": True})
        assert problem_of(answer)["type"] == "/docs#unknown-template"
    answer = await client.post(REVIEW, params=WHOSE, json={"approved": True})
    assert problem_of(answer)["type"] == "/docs#bad-body"


def without(name: str) -> dict[str, str]:
    """Return a new template's parameters but one."""
    return {key: value for key, value in NEW.items() if key != name} | {"invokeName": "other"}


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {"start": "x"}, 40002),
        ("list", {"limit": "1000"}, 40004),
        ("list", {"invokeName": ""}, 40201),
        ("list", {"invokeName": "a b"}, 40202),
        ("list", {"templateType": ""}, 40203),
        ("list", {"templateType": "2"}, 40204),
        ("list", {"templateStat": ""}, 40205),
        ("list", {"templateStat": "-3"}, 40206),
        ("get", {}, 40201),
        ("get", {"invokeName": "a b"}, 40202),
        ("get", {"invokeName": "none"}, 40216),
        ("add", NEW | {"invokeName": ""}, 40201),
        ("add", NEW | {"invokeName": "账单"}, 40202),
        ("add", NEW | {"invokeName": "x" * 256}, 40202),
        ("add", without("templateType"), 40203),
        ("add", without("name") | {"templateType": "01"}, 40207),
        ("add", without("name"), 40207),
        ("add", without("html"), 40211),
        ("add", without("subject"), 40209),
        ("add", without("x") | {"templateType": "01"}, 40204),
        ("add", without("x") | {"name": "x" * 256}, 40208),
        ("add", without("x") | {"name": "a\nb"}, 40208),
        ("add", without("x") | {"subject": "x" * 999}, 40210),
        ("add", without("x") | {"subject": "a\r\nBcc: b@c.d"}, 40210),
        ("add", without("x") | {"html": "a\0b"}, 40212),
        ("add", without("x") | {"html": "x" * 4_000_001}, 40212),
        ("add", without("x") | {"text": ""}, 40213),
        ("add", without("x") | {"text": "a\0b"}, 40214),
        ("add", without("x") | {"isSubmitAudit": ""}, 40221),
        ("add", without("x") | {"isSubmitAudit": "yes"}, 40222),
        ("add", without("x") | {"contentSummary": "x" * 201}, 40878),
        ("add", NEW, 40220),
        ("update", {}, 40201),
        ("update", {"invokeName": "a b"}, 40202),
        ("update", {"invokeName": "none"}, 40216),
        ("update", {"invokeName": "bill", "templateType": ""}, 40203),
        ("update", {"invokeName": "bill", "templateType": "x"}, 40204),
        ("update", {"invokeName": "bill", "name": ""}, 40207),
        ("update", {"invokeName": "bill", "name": "\t-"}, 200),
        ("update", {"invokeName": "bill", "name": "-\t-"}, 40208),
        ("update", {"invokeName": "bill", "subject": ""}, 40209),
        ("update", {"invokeName": "bill", "subject": "-\n-"}, 40210),
        ("update", {"invokeName": "bill", "html": ""}, 40211),
        ("update", {"invokeName": "bill", "html": "a\0"}, 40212),
        ("update", {"invokeName": "bill", "text": ""}, 40213),
        ("update", {"invokeName": "bill", "text": "\0a"}, 40214),
        ("update", {"invokeName": "bill", "isSubmitAudit": ""}, 40221),
        ("update", {"invokeName": "bill", "isSubmitAudit": "2"}, 40222),
        ("delete", {}, 40201),
        ("delete", {"invokeName": "a b"}, 40202),
        ("delete", {"invokeName": "none"}, 40216),
        ("submit", {}, 40201),
        ("submit", {"invokeName": "none"}, 40216),
        ("submit", {"invokeName": "bill", "cancel": ""}, 40224),
        ("submit", {"invokeName": "bill", "cancel": "true"}, 40225),
    ],
)
async def test_what_is_wrong_has_its_code(
    client: httpx.AsyncClient, call: str, form: dict[str, str], code: int
) -> None:
    """Every code of the table, and no template is made."""
    await template(client, "add", **NEW)
    answer = await template(client, call, **form)
    assert (answer["result"], answer["statusCode"]) == (code == 200, code)
    assert (await template(client, "list"))["info"]["total"] == 1


@pytest.mark.parametrize(
    ("call", "form", "code"),
    [
        ("list", {}, 501),
        ("get", {"invokeName": "bill"}, 501),
        ("add", NEW, 40215),
        ("delete", {"invokeName": "bill"}, 40217),
        ("update", {"invokeName": "bill"}, 40218),
        ("submit", {"invokeName": "bill"}, 40218),
    ],
)
async def test_a_store_that_is_away_is_told(
    client: httpx.AsyncClient, store: Store, call: str, form: dict[str, str], code: int
) -> None:
    """By the call's own code for a failure, where the documents have one."""
    await store.close()
    assert (await template(client, call, **form))["statusCode"] == code


async def test_of_two_changes_at_a_time_one_is_written(
    slow: httpx.AsyncClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is told that somebody was quicker, and nothing of his is written."""
    await template(slow, "add", **NEW)
    found = await store.templates.template("sandbox_user", "bill")
    await refused(store)

    async def late(api_user: str, invoke_name: str) -> object:
        return found

    monkeypatch.setattr(store.templates, "template", late)
    answer = await template(slow, "submit", invokeName="bill", cancel=1)
    assert answer["statusCode"] == 40218
