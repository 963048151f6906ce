"""findings.xml: what a reader of JUnit XML makes of it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given, strategies as st

from sendcloud_inbound.cli.report.junit import junit
from sendcloud_inbound.cli.report.values import Seen
from tests.cli.report.seen import HOSTILE, RAN, finding, message, row


def suite_of(seen: Seen) -> ET.Element:
    """Read the file back; return its one suite."""
    (suite,) = ET.fromstring(junit(RAN, seen))  # noqa: S314 - our own
    return suite


def case_of(seen: Seen) -> ET.Element:
    """Return its one test."""
    (case,) = suite_of(seen)
    return case


def test_a_message_without_findings_passes() -> None:
    """It is named by its subject, under its API_USER; the dialogue is its output."""
    seen = Seen([message(dialogue="S: 250 OK\n")])
    case = case_of(seen)
    assert (case.tag, case.get("name"), case.get("classname")) == (
        "testcase",
        "Your bill",
        "sandbox_user",
    )
    assert [each.tag for each in case] == ["system-out"]
    assert "S: 250 OK" in (case.findtext("system-out") or "")


def test_without_a_subject_the_id_is_the_name() -> None:
    """A test has to be called something."""
    assert case_of(Seen([message(subject="")])).get("name") == "m1"


def test_grave_findings_are_a_failure_and_the_others_output() -> None:
    """`refused` and `invalid` fail; `ignored` and `advice` are told beside the dialogue."""
    levels = ("advice", "invalid", "ignored", "refused")
    found = [finding(level=level, code=f"about-{level}") for level in levels]
    case = case_of(Seen([message(*found)]))
    (failure,) = case.findall("failure")
    told, output = failure.text or "", case.findtext("system-out") or ""
    assert failure.get("type") == "invalid"
    assert failure.get("message") == "X-SMTPAPI is not the last header"
    assert "Set it last\nnodemailer: raw" in told
    assert ("about-invalid" in told, "about-refused" in told) == (True, True)
    assert ("about-advice" in told, "about-ignored" in told) == (False, False)
    assert ("about-advice" in output, "about-ignored" in output) == (True, True)
    assert ("about-invalid" in output, "about-refused" in output) == (False, False)


def test_a_refused_message_fails_without_a_finding() -> None:
    """As one that a rule made the sandbox refuse."""
    (failure,) = case_of(Seen([message(status="refused", reason="552 no")])).findall("failure")
    assert failure.get("type") == "refused"
    assert failure.get("message") == "Refused at the end of DATA: 552 no"


def test_messages_beyond_the_limits_fail_by_what_their_rows_tell() -> None:
    """Their findings were counted, and not asked for."""
    rest = [
        row(message_id="m2", findings={"invalid": 2, "advice": 1}),
        row(message_id="m3", subject="Refused", status="refused", reason="552 no"),
        row(message_id="m4", subject="Fine", findings={"advice": 1, "refused": 0}),
    ]
    suite = suite_of(Seen([message()], rest))
    failures = [case.find("failure") for case in suite]
    assert [each is not None for each in failures] == [False, True, True, False]
    assert failures[1] is not None
    assert failures[1].get("message") == "Findings: 2 invalid."
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")


def test_the_suite_counts() -> None:
    """With the time that the command took, in seconds."""
    suite = suite_of(Seen([message(finding()), message(message_id="m2")]))
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
        "time": "1.250",
    }


def test_messages_of_one_subject_stay_apart() -> None:
    """Readers keep one test of each name and class."""
    seen = Seen([message(message_id=f"m{n}") for n in range(3)], [row(message_id="m3")])
    names = [case.get("name") for case in suite_of(seen)]
    assert names == ["Your bill", "Your bill (m1)", "Your bill (m2)", "Your bill (m3)"]


def test_hostile_text_stays_text() -> None:
    """What XML cannot hold is escaped; nothing of it ends an element."""
    hostile = finding(message=HOSTILE, remedy=HOSTILE, where=HOSTILE, level="invalid")
    told = {"subject": HOSTILE, "api_user": HOSTILE, "status": "invalid", "reason": HOSTILE}
    case = case_of(Seen([message(hostile, dialogue=HOSTILE, **told)]))
    assert [each.tag for each in case] == ["failure", "system-out"]
    assert (case.get("name") or "").startswith(r"<script>alert(1)</script>\x1b[2J\x00\x0b\ufffe")
    assert r"</script>\x1b[2J\x00\x0b\ufffe" in (case.findtext("system-out") or "")
    assert r"</script>\x1b[2J\x00\x0b\ufffe" in (case.findtext("failure") or "")


@given(st.text(st.characters()))
def test_any_text_can_be_read_back(text: str) -> None:
    """Lone surrogates and all."""
    seen = Seen([message(finding(message=text), dialogue=text, subject=text)])
    assert case_of(seen).find("failure") is not None
