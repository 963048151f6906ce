"""The guide's examples for the HTTP API, sent to the real program, and the copies made of them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.processes import ProgramProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e

DOCUMENTS = Path(__file__).parents[1] / "documents"
TWO = ["d@example.com", "i@example.com"]
WATCH = "%productName%: %discountedPrice%, %discount%"
MAIL = {
    "apiUser": "sandbox_user",
    "apiKey": "sandbox_key",
    "from": "sender@example.com",
    "subject": "SendCloud",
}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[ProgramProcess]:
    """A server that is ended with the test."""
    program = ProgramProcess(tmp_path)
    program.start()
    yield program
    program.stop()


def document(name: str) -> str:
    """Return one of the guide's samples."""
    return (DOCUMENTS / name).read_text()


def ask(program: ProgramProcess, prefix: str = "/apiv2", **form: str) -> dict[str, Any]:
    """Return the answer to a mail with these parameters."""
    url = "http://{}:{}".format(*program.addresses["http"])
    response = httpx.post(f"{url}{prefix}/mail/send", data=MAIL | form)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def copies(program: ProgramProcess, answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Return recipient and text of the emails that an answer tells of; no others were made."""
    ids = answer["info"]["emailIdList"]
    program.wait_until_expanded()
    message = program.get(f"/sandbox/v1/messages/{ids[0].partition('0$')[0]}")
    assert [email["email_id"] for email in message["emails"]] == ids
    shown = (program.get(f"/sandbox/v1/emails/{email_id}") for email_id in ids)
    return [(copy["recipient"], copy["text"].strip()) for copy in shown]


def findings(program: ProgramProcess, answer: dict[str, Any]) -> list[str]:
    """Return what was found in the message of an answer."""
    message_id = answer["info"]["emailIdList"][0].partition("0$")[0]
    told = program.get(f"/sandbox/v1/messages/{message_id}")["findings"]
    return [finding["code"] for finding in told]


@pytest.mark.parametrize("prefix", ["/apiv2", "/api"])
def test_g6_sub_by_parameter(program: ProgramProcess, prefix: str) -> None:
    """Two mails: the first has jack and 199, the second rose and 299."""
    api = document("g6_sub.json")
    answer = ask(program, prefix, plain="%name% pays %money%", xsmtpapi=api)
    assert copies(program, answer) == [(TWO[0], "jack pays 199"), (TWO[1], "rose pays 299")]
    assert findings(program, answer) == []


def test_g7_pubsub_with_to(program: ProgramProcess) -> None:
    """Two mails with the same values; the price keeps its spelling (S9)."""
    answer = ask(program, plain=WATCH, xsmtpapi=document("g7_pubsub.json"))
    assert copies(program, answer) == [(each, "华为手表: 1989.0, 8.5") for each in TWO]
    assert findings(program, answer) == []


def test_g7_as_page_a_prints_it_is_no_json(program: ProgramProcess) -> None:
    """Without the comma the parameter cannot be parsed, and no mail is made of it."""
    known = program.all_of("messages")
    answer = ask(program, plain=WATCH, xsmtpapi=document("g7_page_a.json"))
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, 40813, {})
    assert program.all_of("messages") == known


def test_g8_pubsub_without_to(program: ProgramProcess) -> None:
    """The recipients are those of the parameter `to`, and all of them have the same values."""
    pubsub = {"pubsub": json.loads(document("g7_pubsub.json"))["pubsub"]}
    answer = ask(program, plain=WATCH, to="a@x.y;b@x.y;c@x.y", xsmtpapi=json.dumps(pubsub))
    everybody = ["a@x.y", "b@x.y", "c@x.y"]
    assert copies(program, answer) == [(each, "华为手表: 1989.0, 8.5") for each in everybody]
    assert findings(program, answer) == []


def test_g9_pubsub_and_sub_together(program: ProgramProcess) -> None:
    """Only pubsub replaces: a variable of sub stays as it is written, and it is told."""
    both = json.loads(document("g6_sub.json")) | json.loads(document("g7_pubsub.json"))
    answer = ask(program, plain=f"%name%: {WATCH}", xsmtpapi=json.dumps(both))
    assert copies(program, answer) == [(each, "%name%: 华为手表: 1989.0, 8.5") for each in TWO]
    assert findings(program, answer) == ["xsmtpapi-sub-ignored", "variable-without-value"]


def test_g13_plain_json_is_taken(program: ProgramProcess) -> None:
    """What SMTP takes as base64 alone (G12) is JSON here, and base64 is refused (S25)."""
    api = document("g6_sub.json")
    answer = ask(program, plain="%name%", xsmtpapi=api)
    assert copies(program, answer) == [(TWO[0], "jack"), (TWO[1], "rose")]
    answer = ask(program, plain="%name%", xsmtpapi=base64.b64encode(api.encode()).decode())
    assert (answer["result"], answer["statusCode"], answer["info"]) == (False, 40817, {})
