"""The Python of the remedies is run as it stands there, and mends what it is given for."""

from __future__ import annotations

import ast
import base64
import email.policy
import email.utils
import json
from email.header import Header
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import pytest

from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.lint import finding
from sendcloud_inbound.rules.lint.table import TABLE
from sendcloud_inbound.rules.lint.text_rows import TEXTS
from sendcloud_inbound.rules.model import Fidelity
from tests.rules.lint.mails import codes, found

TO = [f"recipient{number}@ifaxin.com" for number in range(9)]
VALUE = base64.b64encode(json.dumps({"to": TO}).encode()).decode()
AFTER_ALL = "msg.policy = msg.policy.clone(refold_source='none'); msg.set_raw('X-SMTPAPI', value)"
AS_HEADER = "msg['X-SMTPAPI'] = Header(value)"


def run(code: str, remedy: str, **names: Any) -> dict[str, Any]:
    """Run a remedy's line of Python, which must stand in it word for word; return its names."""
    assert remedy in TABLE[code].remedy.replace("{{", "{").replace("}}", "}")
    known = {"Header": Header, "email": email, "base64": base64, "json": json, **names}
    lines = ast.parse(remedy).body
    if isinstance(lines[-1], ast.Expr):
        remedy = f"result = ({remedy})" if len(lines) == 1 else remedy
    exec(remedy, known)  # noqa: S102 - that is the test
    return known


def modern(policy: email.policy.EmailPolicy[Any]) -> EmailMessage:
    """Return a mail of the modern class with an attachment and a subject to be folded."""
    msg = EmailMessage(policy=policy)
    msg["From"] = "support@ifaxin.com"
    msg["Subject"] = "亲爱的" * 30
    msg.set_content("Hello\n")
    msg.add_attachment(b"x" * 100, maintype="application", subtype="pdf")
    return msg


def classic() -> Message[Any, Any]:
    """Return a mail of the guide's kind."""
    msg: Message[Any, Any] = MIMEMultipart("alternative")
    msg["From"] = "support@ifaxin.com"
    msg.attach(MIMEText("Hello", "plain", "utf-8"))
    return msg


def findings(msg: Message[Any, Any], **more: Any) -> list[str]:
    """Return the codes of what is found in a mail, as strict mode sees it and as the worker."""
    content = msg.as_bytes()
    told = codes([*judge(content, Fidelity.STRICT).findings, *found(content, TO[:1], **more)])
    return [code for code in told if code not in TEXTS]  # its text is beside the point


@pytest.mark.parametrize("code", ["xsmtpapi-not-last", "xsmtpapi-encoded-words", "xsmtpapi-folded"])
@pytest.mark.parametrize("policy", [email.policy.default, email.policy.SMTP, email.policy.SMTPUTF8])
def test_email_message(code: str, policy: email.policy.EmailPolicy[Any]) -> None:
    """EmailMessage, which makes encoded-words, gets the value out last and on one line."""
    msg = modern(policy)
    msg["X-SMTPAPI"] = VALUE
    assert "xsmtpapi-encoded-words" in findings(msg)
    del msg["X-SMTPAPI"]
    run(code, AFTER_ALL, msg=msg, value=VALUE)
    assert findings(msg) == []
    assert msg.as_bytes().partition(b"X-SMTPAPI: ")[2].split()[0] == VALUE.encode()


@pytest.mark.parametrize("code", ["xsmtpapi-not-last", "xsmtpapi-encoded-words", "xsmtpapi-folded"])
def test_header_object(code: str) -> None:
    """MIMEText and MIMEMultipart fold a plain str and encode with a charset, a Header neither."""
    msg = classic()
    msg["X-SMTPAPI"] = VALUE
    assert findings(msg) == ["xsmtpapi-folded"] * 2
    del msg["X-SMTPAPI"]
    msg["X-SMTPAPI"] = Header(VALUE, "utf-8")
    assert findings(msg) == ["xsmtpapi-encoded-words"] * 2
    del msg["X-SMTPAPI"]
    run(code, AS_HEADER, msg=msg, value=VALUE)
    assert findings(msg) == []


def test_a_class_that_makes_text_of_every_value() -> None:
    """Django's message() returns a mail whose values become str, which set_raw goes round."""
    made = classic()

    class Made:
        def message(self) -> Message[Any, Any]:
            return made

    class Mail(Made):
        def message(self) -> Message[Any, Any]:
            msg = super().message()
            run("xsmtpapi-folded", "msg.set_raw('X-SMTPAPI', Header(value))", msg=msg, value=VALUE)
            return msg

    assert findings(Mail().message()) == []


def test_one_header_instead_of_two() -> None:
    """Assigning a second time adds a header; deleting it first leaves one."""
    msg = classic()
    for _ in range(2):
        run("xsmtpapi-repeated", "del msg['X-SMTPAPI']", msg=msg)
        run("xsmtpapi-not-last", AS_HEADER, msg=msg, value=VALUE)
    assert findings(msg) == []


def test_base64_of_json() -> None:
    """The value made by the remedy is taken."""
    made = run(
        "xsmtpapi-not-base64",
        "base64.b64encode(json.dumps(api).encode()).decode()",
        api={"to": TO, "pubsub": {"%p%": "华为手表"}},
    )["result"]
    msg = classic()
    run("xsmtpapi-folded", AS_HEADER, msg=msg, value=made)
    assert findings(msg) == []


def test_a_hundred_at_a_time() -> None:
    """Slices of a hundred hold each address once."""
    sent: list[list[str]] = []
    to = [str(number) for number in range(250)]
    rule = finding("xsmtpapi-to-too-many", "X", count=250, limit=100)
    line = "for at in range(0, len(to), 100): send(to[at:at + 100])"
    assert line in rule.remedy
    exec(line, {"to": to, "send": sent.append})  # noqa: S102 - that is the test
    assert [len(part) for part in sent] == [100, 100, 50]
    assert [each for part in sent for each in part] == to


@pytest.mark.parametrize(
    ("code", "line", "names", "result"),
    [
        (
            "xsmtpapi-bad-recipient",
            "email.utils.parseaddr(text)[1]",
            {"text": "B <b@x.y>"},
            "b@x.y",
        ),
        (
            "xsmtpapi-sub-short",
            "[names.get(address, '') for address in to]",
            {"names": {"a": "Ann"}, "to": ["b", "a"]},
            ["", "Ann"],
        ),
        ("xsmtpapi-page-ids", "[page] * len(to)", {"page": 7, "to": TO}, [7] * 9),
        ("sc-custom-dot", "value.replace('.', '-')", {"value": "19.90"}, "19-90"),
    ],
)
def test_a_value_is_made(code: str, line: str, names: dict[str, Any], result: object) -> None:
    """Expressions give what the rule wants."""
    assert run(code, line, **names)["result"] == result


def test_names_are_bound() -> None:
    """Statements leave what the rule wants."""
    twice = run("xsmtpapi-duplicate-recipient", "to = list(dict.fromkeys(to))", to=["a", "b", "a"])
    assert twice["to"] == ["a", "b"]
    line = "sub['%price%'] = [price] * len(to)"
    assert run("xsmtpapi-sub-ignored", line, sub={}, price=1, to=TO)["sub"] == {"%price%": [1] * 9}


def test_reply_to_and_bcc() -> None:
    """The lines about other headers can be run too."""
    msg = classic()
    msg["Bcc"] = "boss@ifaxin.com"
    assert findings(msg) == ["bcc-header"]
    run("bcc-header", "del msg['Bcc']", msg=msg)
    line = "msg['Reply-To'] = '{mail_from}'"
    run("mail-from-replaced", line, msg=msg)
    assert findings(msg) == []
    assert msg["Reply-To"] is not None


def test_long_lines() -> None:
    """Quoted-printable breaks the body's lines, the policy SMTP those of the header."""
    html = f"<p>{'x' * 2000}</p>"
    made = run(
        "header-long-line", "EmailMessage(policy=email.policy.SMTP)", EmailMessage=EmailMessage
    )
    msg = made["result"]
    msg["From"] = "support@ifaxin.com"
    msg["Subject"] = "word " * 500
    line = "msg.set_content(html, subtype='html', cte='quoted-printable')"
    run("body-long-line", line, msg=msg, html=html)
    assert findings(msg) == []
    msg.set_content(html, subtype="html", cte="7bit")
    assert findings(msg) == ["body-long-line"]
