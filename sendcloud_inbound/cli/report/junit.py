"""The findings as JUnit XML, which CI servers show as results of tests: each message is a test.

There is no standard; this keeps to what the readers of Jenkins, GitLab and GitHub have in common.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sendcloud_inbound.cli.text import visible
from sendcloud_inbound.rules.model import Level, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.cli.report.values import Ran, Seen, SeenMessage
    from sendcloud_inbound.client import Finding, Message

_FAILING = (Level.REFUSED, Level.INVALID)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What cannot stand in XML, not even as a reference (XML 1.0, 2.2)."""
_NOT_TOLD = "Its findings are not told: the report has those of the newest messages only."


class _Failure(NamedTuple):
    """Why a message fails as a test."""

    level: str
    line: str
    """In short."""
    text: str


def junit(ran: Ran, seen: Seen) -> bytes:
    """Return the file: one suite, whose time is the command's."""
    suite = Element("testsuite", name="sendcloud-inbound run")
    names: set[tuple[str, str]] = set()
    failures = 0
    for message in seen.messages:
        case = _case(suite, message.row, names)
        failures += _fail(case, _failure(message))
        if output := "\n".join(_output(message)):
            SubElement(case, "system-out").text = _legal(output)
    for row in seen.rest:
        failures += _fail(_case(suite, row, names), _failure_in_short(row))
    counts = {"tests": len(suite), "failures": failures, "errors": 0, "skipped": 0}
    suite.attrib |= {name: str(count) for name, count in counts.items()}
    suite.set("time", f"{ran.duration_s:.3f}")
    top = Element("testsuites")
    top.append(suite)
    indent(top)
    written: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _case(suite: Element, row: Message, names: set[tuple[str, str]]) -> Element:
    """Add a message; one whose name another has gets its id, for readers keep one of each name."""
    name, user = visible(row.subject) or row.message_id, visible(row.api_user)
    if (user, name) in names:
        name = f"{name} ({row.message_id})"
    names.add((user, name))
    return SubElement(suite, "testcase", name=_legal(name), classname=_legal(user), time="0")


def _fail(case: Element, failure: _Failure | None) -> bool:
    """Make it a failure, if it is one; tell whether it is."""
    if failure is not None:
        line = _legal(visible(failure.line))
        SubElement(case, "failure", type=failure.level, message=line).text = _legal(failure.text)
    return failure is not None


def _failure(message: SeenMessage) -> _Failure | None:
    grave = [finding for finding in message.findings if finding.level in _FAILING]
    told = [*_fate(message.row), *map(_paragraph, grave)]
    if not told:
        return None
    level = grave[0].level if grave else message.row.status
    line = grave[0].message if grave else told[0]
    return _Failure(level, line, "\n\n".join(told))


def _failure_in_short(row: Message) -> _Failure | None:
    """Return that of a message whose findings were not asked for."""
    counts = [f"{row.findings[level]} {level}" for level in _FAILING if row.findings.get(level)]
    told = [*_fate(row), *([f"Findings: {', '.join(counts)}."] if counts else [])]
    if not told:
        return None
    return _Failure(row.status, told[0], "\n\n".join((*told, _NOT_TOLD)))


def _fate(row: Message) -> Iterator[str]:
    """Yield what became of a message as a whole, if it was not sent."""
    if row.status == MessageStatus.REFUSED:
        yield f"Refused at the end of DATA: {row.reason}"
    elif row.status == MessageStatus.INVALID:
        yield f"Taken with 250, refused afterwards: {row.reason}"


def _paragraph(finding: Finding) -> str:
    head = f"{finding.level}: {finding.code}, {finding.where}"
    return f"{head}\n{finding.message} ({finding.source})\n{finding.remedy}"


def _output(message: SeenMessage) -> Iterator[str]:
    """Yield what is worth knowing and fails nothing, then the dialogue."""
    yield f"messageId: {message.row.message_id}"
    for finding in message.findings:
        if finding.level not in _FAILING:
            yield f"\n{_paragraph(finding)}"
    if message.dialogue:
        yield f"\n{message.dialogue}"


def _legal(text: str) -> str:
    r"""Return a text with what XML cannot hold escaped, such as `\x1b`."""
    return _ILLEGAL.sub(lambda found: visible(found[0]), text)
