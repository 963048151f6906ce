"""mail/send: what is taken, what is refused with which code, and what becomes of it."""

from __future__ import annotations

import base64
import gzip
import json
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.ports import MessageFilter
from sendcloud_inbound.rules.model import Source
from tests.http.apiv2.asking import LOGIN, MAIL, ask
from tests.http.serving import application, serving

if TYPE_CHECKING:
    from email.message import EmailMessage

    import httpx

    from sendcloud_inbound.store import Store

SEND = "/apiv2/mail/send"
TWO = ["ben@ifaxin.com", "joe@ifaxin.com"]


def without(name: str) -> dict[str, str]:
    """Return a mail's parameters but one."""
    return {key: value for key, value in MAIL.items() if key != name}


async def content_of(store: Store) -> EmailMessage:
    """Return the newest message, read by Python's own reader."""
    message = (await store.messages(MessageFilter(), 1)).items[0]
    octets = await store.content(message.message_id)
    assert octets is not None
    found: EmailMessage = message_from_bytes(octets, policy=policy.default)
    return found


def many(count: int) -> str:
    """Return so many addresses."""
    return ";".join(f"u{number}@ifaxin.com" for number in range(count))


def api(**members: Any) -> dict[str, str]:
    """Return the parameter xsmtpapi."""
    return {"xsmtpapi": json.dumps(members)}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (without("from"), 40801),
        (MAIL | {"from": "nobody"}, 40802),
        (MAIL | {"from": "Ben<nobody>"}, 40802),
        (without("to"), 40805),
        (MAIL | {"to": "ben@ifaxin.com;nobody"}, 40806),
        (MAIL | {"to": many(101)}, 40807),
        (without("subject"), 40808),
        (MAIL | {"subject": "  "}, 40808),
        (MAIL | {"replyTo": "nobody"}, 40811),
        (MAIL | {"xsmtpapi": "{"}, 40813),
        (MAIL | {"xsmtpapi": '{"to": "ben@ifaxin.com"}'}, 40813),
        (MAIL | {"xsmtpapi": '{"to": ["a@b.c"], "x": "' + "y" * 786_432 + '"}'}, 40813),
        (MAIL | {"xsmtpapi": "{}"}, 40814),
        (MAIL | api(sub={"%a%": ["1"]}), 40815),
        (MAIL | api(sub={"%a%": ["1"]}, filters={}), 40815),
        (MAIL | api(to=[]), 40816),
        (MAIL | {"xsmtpapi": base64.b64encode(b'{"to":["a@b.c"]}').decode()}, 40817),
        (MAIL | {"xsmtpapi": "[]"}, 40817),
        (MAIL | {"useAddressList": "true"}, 40820),
        (MAIL | api(to=[f"u{n}@b.c" for n in range(101)]), 40827),
        (MAIL | {"useNotification": "perhaps"}, 40829),
        (MAIL | {"cc": "nobody"}, 40853),
        (MAIL | {"cc": many(101)}, 40854),
        (MAIL | {"bcc": "nobody"}, 40856),
        (MAIL | {"bcc": many(101)}, 40857),
        (MAIL | {"respEmailId": "perhaps"}, 40859),
        (MAIL | {"gzipCompress": "perhaps"}, 40861),
        (MAIL | {"gzipCompress": "true", "html": "<p>plain</p>"}, 40865),
        (MAIL | {"gzipCompress": "true"}, 40866),
        (MAIL | {"headers": "X-A: b"}, 40869),
        (MAIL | {"headers": '["X-A"]'}, 40869),
        (MAIL | {"headers": '{"X A": "b"}'}, 40869),
        (MAIL | {"headers": '{"X-A": 1}'}, 40869),
        (MAIL | {"headers": '{"SC-Custom-a": "v.1"}'}, 40902),
        (MAIL | {"headers": '{"sc-custom-a": ""}'}, 40902),
        (without("plain"), 40870),
        (MAIL | {"useAddressList": "perhaps"}, 40874),
        (MAIL | {"embeddedCid": "logo"}, 40875),
        (MAIL | {"contentSummary": "摘" * 67}, 40878),
        (MAIL | {"replyTo": "a@b.c;d@e.f;g@h.i;j@k.l"}, 40879),
        (MAIL | api(to=["ben@ifaxin.com", "nobody"]), 40880),
        (MAIL | {"labelId": "seven"}, 40015),
    ],
)
async def test_what_cannot_be_has_its_code(
    client: httpx.AsyncClient, store: Store, form: dict[str, Any], code: int
) -> None:
    """That of SENDCLOUD.md 8, with the reason for people; nothing is stored."""
    response = await client.post(SEND, data=LOGIN | form)
    answer = response.json()
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, code, {})
    assert response.headers["x-sandbox-detail"]
    assert (await store.messages(MessageFilter(), 1)).items == ()


async def test_attachments_have_a_bound(client: httpx.AsyncClient) -> None:
    """10,485,760 octets together (40819)."""
    half = ("attachments", ("a.bin", b"x" * 5_242_880))
    assert (await ask(client, SEND, MAIL, files=[half, half]))["statusCode"] == 200
    more = ("attachments", ("a.bin", b"x"))
    assert (await ask(client, SEND, MAIL, files=[half, half, more]))["statusCode"] == 40819


async def test_the_ids_follow_to_then_cc_then_bcc(client: httpx.AsyncClient, store: Store) -> None:
    """One mail shown to all of `to` and `cc`; `bcc` is shown to nobody (7.4, rules 3 and 4)."""
    form = MAIL | {"to": ";".join(TWO), "cc": "cc@ifaxin.com", "bcc": "bcc@ifaxin.com"}
    answer = await ask(client, SEND, form)
    message = (await store.messages(MessageFilter(), 1)).items[0]
    everybody = [*TWO, "cc@ifaxin.com", "bcc@ifaxin.com"]
    assert answer["info"] == {
        "emailIdList": [f"{message.message_id}{n}${each}" for n, each in enumerate(everybody)]
    }
    assert (message.source, message.rcpt_to) == (Source.API, tuple(everybody))
    content = await content_of(store)
    assert (content["To"], content["Cc"]) == ("ben@ifaxin.com, joe@ifaxin.com", "cc@ifaxin.com")
    assert "bcc" not in content.as_string().lower()


async def test_to_of_xsmtpapi_goes_before_all_others(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Each gets a mail of its own (7.4, rule 2; G15), and it is told who gets none."""
    form = MAIL | api(to=TWO) | {"cc": "cc@ifaxin.com"}
    answer = await ask(client, SEND, form)
    assert [each.partition("$")[2] for each in answer["info"]["emailIdList"]] == TWO
    message = (await store.messages(MessageFilter(), 1)).items[0]
    assert message.rcpt_to == tuple(TWO)
    assert [(each.code, each.where) for each in message.findings] == [
        ("api-recipients-ignored", "to"),
        ("api-recipients-ignored", "cc"),
    ]


async def test_the_message_is_what_was_ordered(client: httpx.AsyncClient, store: Store) -> None:
    """Names, subject, summary, headers, files and images."""
    label = await store.labels.label_named("sandbox_user", "账单")
    form = MAIL | {
        "from": "爱发信<a@b.cn>",
        "subject": "您的账单 %name%",
        "html": "<html><BODY class='x'><img src='cid:logo'>你好</BODY></html>",
        "contentSummary": "一 & 二",
        "replyTo": "r@b.cn;s@b.cn",
        "headers": json.dumps({"SC-Custom-key1": "value1", "X-A": "b\r\nX-B: c", "Subject": "x"}),
        "embeddedCid": "logo",
        "useNotification": "True",
        "labelId": str(label.label_id),
    }
    files = [
        ("attachments", ("账单.pdf", b"%PDF", "application/pdf")),
        ("attachments", ("odd", b"\x00\xff", "message/rfc822")),
        ("embeddedImage", ("logo.png", b"PNG", "image/png")),
    ]
    assert (await ask(client, SEND, form, files=files))["result"]
    content = await content_of(store)
    assert content["From"] == "爱发信 <a@b.cn>"
    assert content["Subject"] == "您的账单 %name%"
    assert (content["Reply-To"], content["SC-Custom-key1"]) == ("r@b.cn, s@b.cn", "value1")
    assert (content["X-B"], content["Disposition-Notification-To"]) == (None, "a@b.cn")
    html = content.get_body(("html",))
    assert html is not None
    assert "x'><div style=" in html.get_content()
    assert "一 &amp; 二</div><img src='cid:logo'>你好" in html.get_content()
    images = [part for part in content.walk() if part["Content-ID"] == "<logo>"]
    assert [part.get_content_disposition() for part in images] == ["inline"]
    assert "REPLY-TO" in content.keys()  # noqa: SIM118 - only so does case count
    assert [part.get_content() for part in images] == [b"PNG"]
    assert [(part.get_filename(), part.get_content()) for part in content.iter_attachments()] == [
        ("账单.pdf", b"%PDF"),
        ("odd", b"\x00\xff"),
    ]
    message = (await store.messages(MessageFilter(), 1)).items[0]
    assert (message.label_id, message.session.helo) == (str(label.label_id), "sendcloud.api")
    assert [each.code for each in message.findings] == ["api-plain-ignored", "api-header-ignored"]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Acme, Inc.<a@b.cn>", "Acme, Inc."),
        ("Sales: Team <a@b.cn>", "Sales: Team"),
        ("公司(测试)<a@b.cn>", "公司(测试)"),
        ("[A]; <B> <a@b.cn>", "[A]; <B>"),
        ("a@b.cn<a@b.cn>", "a@b.cn"),
        ('"Li \\"Lei\\"" < a@b.cn >', 'Li "Lei"'),
        ("<a@b.cn>", ""),
    ],
)
async def test_any_name_may_stand_before_the_sender(
    client: httpx.AsyncClient, store: Store, given: str, name: str
) -> None:
    """`Name<address>` is no phrase of RFC 5322 (SENDCLOUD.md 7.4)."""
    assert (await ask(client, SEND, MAIL | {"from": given}))["result"]
    (sender,) = (await content_of(store))["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, "a@b.cn")


async def test_a_preview_takes_the_place_of_the_one_there(
    client: httpx.AsyncClient, store: Store
) -> None:
    """Hidden text at the beginning of the body is one; other text stays."""
    old = "<body>\n<div style='color:red;Display: none'>old</div>"
    for body, left in ((f"{old}hi", "hi"), ("<body><b>hi</b>", "<b>hi</b>")):
        form = MAIL | {"html": body, "contentSummary": "new"}
        assert (await ask(client, SEND, form))["result"]
        html = (await content_of(store)).get_body(("html",))
        assert html is not None
        assert html.get_content().strip().endswith(f"new</div>{left}")
        assert "old" not in html.get_content()


async def test_a_form_may_have_large_fields(client: httpx.AsyncClient, store: Store) -> None:
    """Urlencoded as well as multipart; 1 MB is nothing unusual for HTML with images in it."""
    assert (await ask(client, SEND, without("plain") | {"html": "x" * 2_000_000}))["result"]
    html = (await content_of(store)).get_body(("html",))
    assert html is not None
    assert len(html.get_content()) >= 2_000_000


async def test_a_label_has_to_be_there(client: httpx.AsyncClient, store: Store) -> None:
    """By its number; 0 is none (D38)."""
    assert (await ask(client, SEND, MAIL | {"labelId": "7"}))["statusCode"] == 40106
    others = await store.labels.label_named("other", "theirs")
    form = MAIL | {"labelId": str(others.label_id)}
    assert (await ask(client, SEND, form))["statusCode"] == 40106
    assert (await store.messages(MessageFilter(), 1)).items == ()
    assert (await ask(client, SEND, MAIL | {"labelId": "0"}))["result"]
    assert (await store.messages(MessageFilter(), 1)).items[0].label_id is None


async def test_a_label_is_made_by_its_name(client: httpx.AsyncClient, store: Store) -> None:
    """Once; a number goes before it (D38)."""
    numbers = []
    for form in ({"labelName": "账单"}, {"labelName": "账单"}):
        assert (await ask(client, SEND, MAIL | form))["result"]
        numbers.append((await store.messages(MessageFilter(), 1)).items[0].label_id)
    (label,) = (await store.labels.labels("sandbox_user", "", 0, 9)).items
    assert (label.name, numbers) == ("账单", [str(label.label_id)] * 2)
    form = {"labelName": "other", "labelId": str(label.label_id)}
    assert (await ask(client, SEND, MAIL | form))["result"]
    assert (await store.labels.labels("sandbox_user", "", 0, 9)).total == 1
    answer = await ask(client, SEND, MAIL | {"labelName": "x" * 256})
    assert answer["statusCode"] == 40105


async def test_packed_bodies_are_unpacked(client: httpx.AsyncClient, store: Store) -> None:
    """`gzipCompress`: base64 of gzip; one that would fill the memory is refused."""
    packed = base64.b64encode(gzip.compress("<p>你好</p>".encode())).decode()
    form = without("plain") | {"html": packed, "gzipCompress": "true"}
    assert (await ask(client, SEND, form))["result"]
    html = (await content_of(store)).get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>你好</p>"
    bomb = base64.b64encode(gzip.compress(b"x" * 20_000_000)).decode()
    assert (await ask(client, SEND, form | {"html": bomb}))["statusCode"] == 40865


async def test_what_clients_write_is_read(client: httpx.AsyncClient, store: Store) -> None:
    """An unquoted name, a capital True, a parameter given repeatedly (SENDCLOUD.md 7.14)."""
    part = "--B\r\nContent-Disposition: form-data; name={}\r\n{}\r\n{}\r\n"
    utf8 = "Content-Type: text/plain; charset=UTF-8\r\n"
    fields = LOGIN | MAIL | {"respEmailId": "True", "subject": "你好"}
    body = "".join(part.format(name, utf8, value) for name, value in fields.items())
    body += "".join(part.format("replyTo", "", each) for each in ("r@b.cn", "s@b.cn")) + "--B--\r\n"
    response = await client.post(
        SEND,
        content=body.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )
    assert response.json()["result"]
    content = await content_of(store)
    assert (content["Subject"], content["Reply-To"]) == ("你好", "r@b.cn, s@b.cn")


@pytest.mark.parametrize("encoded", ["爱发信", "%E7%88%B1%E5%8F%91%E4%BF%A1", "爱%E5%8F%91信"])
async def test_a_form_may_have_letters_as_they_are(
    client: httpx.AsyncClient, store: Store, encoded: str
) -> None:
    """`curl -d` encodes nothing; such octets are UTF-8, as the encoded ones are."""
    login = "&".join(f"{name}={value}" for name, value in (LOGIN | MAIL).items())
    response = await client.post(
        SEND,
        content=f"{login}&fromName={encoded}".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert response.json()["result"]
    assert (await content_of(store))["From"] == "爱发信 <a@b.cn>"


async def test_a_form_has_the_bound_of_the_mail(client: httpx.AsyncClient) -> None:
    """That of a message (D5), not of a field."""
    form = MAIL | {"plain": "x" * 16_000_001}
    assert (await ask(client, SEND, form))["statusCode"] == 40901


async def test_a_form_has_a_bound_of_fields(client: httpx.AsyncClient) -> None:
    """A thousand and no more, as parts of multipart."""
    answer = await ask(client, SEND, MAIL | {"x": ["y"] * 1_000})
    assert answer["statusCode"] == 49901


@pytest.mark.parametrize(
    "named",
    [
        "filename*=utf-8''%E8%B4%A6%E5%8D%95%221%22.txt",
        "filename*=GBK''%D5%CB%B5%A5%221%22.txt",
        "filename=\"a.txt\"; filename*=UTF-8'zh'%E8%B4%A6%E5%8D%95%221%22.txt",
        'filename="账单\\"1\\".txt"',
    ],
)
async def test_a_file_name_may_be_encoded(
    client: httpx.AsyncClient, store: Store, named: str
) -> None:
    """By RFC 2231, as requests did it (SENDCLOUD.md 7.14), or not at all."""
    part = '--B\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    body = "".join(part.format(name, "", value) for name, value in (LOGIN | MAIL).items())
    body += part.format("attachments", f"; {named}", "99.5") + "--B--\r\n"
    response = await client.post(
        SEND,
        content=body.encode(),
        headers={"Content-Type": "multipart/form-data; boundary=B"},
    )
    assert response.json()["result"]
    (file,) = (await content_of(store)).iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == ('账单"1".txt', b"99.5")


async def test_files_may_be_named_as_a_list(client: httpx.AsyncClient, store: Store) -> None:
    """`attachments[]` is rest-client's and PHP's name for more than one: nothing is amiss."""
    files = [("attachments[]", ("a.txt", b"one")), ("attachments[]", ("b.txt", b"two"))]
    assert (await ask(client, SEND, MAIL, files=files))["result"]
    names = [file.get_filename() for file in (await content_of(store)).iter_attachments()]
    assert names == ["a.txt", "b.txt"]
    assert (await store.messages(MessageFilter(), 1)).items[0].findings == ()


async def test_a_file_and_a_text_are_not_the_same(client: httpx.AsyncClient, store: Store) -> None:
    """With curl that is a matter of `<`, `@` or neither; what is lost is told, not passed over."""
    files = [("html", ("mail.html", b"<p>hello</p>"))]
    response = await client.post(SEND, data=LOGIN | without("plain"), files=files)
    assert response.json()["statusCode"] == 40870
    assert "html is given as a file" in response.headers["x-sandbox-detail"]
    assert (await ask(client, SEND, MAIL | {"attachments": "a.txt"}, files=files))["result"]
    findings = (await store.messages(MessageFilter(), 1)).items[0].findings
    assert [(each.code, each.where) for each in findings] == [
        ("api-file-expected", "attachments"),
        ("api-text-expected", "html"),
    ]


async def test_a_misspelt_parameter_is_told(client: httpx.AsyncClient, store: Store) -> None:
    """SendCloud passes over it; the mail says so."""
    assert (await ask(client, SEND, MAIL | {"replyto": "r@b.cn"}))["result"]
    (finding,) = (await store.messages(MessageFilter(), 1)).items[0].findings
    assert (finding.code, finding.level) == ("api-parameter-unknown", "ignored")
    assert "replyTo" in finding.remedy


async def test_the_call_is_the_transcript(client: httpx.AsyncClient, store: Store) -> None:
    """With the key masked and long values cut."""
    await ask(client, SEND, MAIL | {"plain": "x" * 1000}, files=[("attachments", ("a", b"xyz"))])
    message_id = (await store.messages(MessageFilter(), 1)).items[0].message_id
    written = await store.transcript(message_id)
    assert written is not None
    lines = written.decode().splitlines()[1:]
    assert lines[:3] == ["C: POST mail/send", "C: apiUser='sandbox_user'", "C: apiKey=********"]
    assert lines[-1] == "C: attachments: 'a', 3 octets"
    assert len(max(lines, key=len)) < 120


async def test_a_message_has_the_size_of_smtp(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16,000,000 octets (D5), counted as composed: base64 takes a third more."""
    file = ("attachments", ("a", b"x"))
    answer = await ask(client, SEND, MAIL | {"plain": "x" * 16_000_001}, files=[file])
    assert answer["statusCode"] == 40901
    monkeypatch.setattr("sendcloud_inbound.http.apiv2.mail._MAX_OCTETS", 10_000)
    answer = await ask(client, SEND, MAIL | {"plain": "你" * 3_000}, files=[file])
    assert answer["statusCode"] == 40901


async def test_strict_mode_refuses_as_by_smtp(store: Store) -> None:
    """What would fail later is refused at once, under the code of xsmtpapi."""
    async with serving(application(store, strict=True)) as client:
        form = MAIL | api(to=TWO, sub={"%a%": ["1"]}) | {"plain": "%a%"}
        assert (await ask(client, SEND, form))["statusCode"] == 40813
    assert (await store.messages(MessageFilter(), 1)).items[0].status == "refused"
