"""A message on its whole way, from the end of DATA to the worker, without a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.acceptance import judge
from sendcloud_inbound.rules.expansion import expand
from sendcloud_inbound.rules.lint.table import refused_in_strict
from sendcloud_inbound.rules.model import Fidelity, Finding, Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.rules.replies import Reply


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a message."""

    findings: tuple[Finding, ...]
    refusal: Reply | None
    """What the client would be told at the end of DATA when it is not taken."""
    fails: bool
    """Whether something is refused, then or later, in the mode that was asked for."""


def lint(content: bytes, fidelity: Fidelity, mail_from: str | None, rcpt_to: Sequence[str]) -> Told:
    """Return all findings that do not depend on an API_USER and on tracking."""
    verdict = judge(content, fidelity, mail_from, rcpt_to)
    findings = verdict.findings
    if verdict.refusal is None:
        findings = expand(content, rcpt_to, findings, mail_from=mail_from).findings
    return Told(findings, verdict.refusal, any(_fails(each, fidelity) for each in findings))


def _fails(found: Finding, fidelity: Fidelity) -> bool:
    if fidelity is Fidelity.STRICT:
        return refused_in_strict(found)
    return found.level in {Level.REFUSED, Level.INVALID}
