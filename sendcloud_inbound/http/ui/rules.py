"""What becomes of mail: the rules of an API_USER, and the magic addresses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request

from sendcloud_inbound.http.languages import Language
from sendcloud_inbound.http.parts import parts
from sendcloud_inbound.http.sandbox import rules
from sendcloud_inbound.http.sandbox.queries import takes
from sendcloud_inbound.http.ui import pages
from sendcloud_inbound.http.ui.route import PageRoute
from sendcloud_inbound.rules import statuses
from sendcloud_inbound.rules.simulation import document
from sendcloud_inbound.rules.simulation.magic import read_magic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.responses import Response

    from sendcloud_inbound.rules.simulation.outcomes import ForcedOutcome

_MAGIC = (
    *("deliver", "open", "click", "unsubscribe", "report_spam"),
    *("invalid", *(f"invalid+{number}" for number in sorted(statuses.INVALID))),
    *("soft_bounce", *(f"soft_bounce+{number}" for number in sorted(statuses.SOFT_BOUNCE))),
    *("defer", "defer-3", "slow-5s", "slow-500ms"),
    *("refuse", "refuse-451", "data", "data-451", "drop"),
    "open+ben",
)
"""The local parts that are shown: each name, and what may stand behind it."""
_EXAMPLES: tuple[Mapping[str, Any], ...] = (
    {"recipient": "*@example.com", "outcome": "invalid", "sub_status": 406},
    {"recipient": "*", "outcome": "soft_bounce", "sub_status": 509, "probability": 0.1},
    {"recipient": "vip@example.com", "outcome": "slow", "delay_s": 30},
    {"recipient": "*@full.example.com", "outcome": "refuse", "code": 452, "text": "Mailbox full"},
    {"recipient": "*", "webhook": "duplicate", "event": "deliver", "copies": 2},
    {"recipient": "*", "webhook": "bad_signature", "probability": 0.05},
)
_KIND = ("recipient", "probability", "outcome", "webhook")

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class Magic(NamedTuple):
    """A magic address and what it asks for."""

    address: str
    outcome: str
    details: str


class Shown(NamedTuple):
    """A rule as the table has it."""

    recipient: str
    what: str
    is_about_calls: bool
    details: str
    percent: float


@router.get("/ui/rules", dependencies=[takes(pages.OfApiUser)])
async def show_rules(
    request: Request, page: pages.Shown, _query: Annotated[pages.OfApiUser, Query()]
) -> Response:
    """Show the rules of one API_USER, to be edited, and the table of magic addresses."""
    program = parts(request)
    api_user = page.api_user or next(iter(page.api_users), "")
    known = await rules.known(request, rules.RulesQuery(api_user=api_user)) if api_user else ""
    written = document(program.orders.rules(known))
    return page.answer(
        "rules.html",
        whose=known,
        rules=[_shown(each) for each in written["rules"]],
        text=_text(written),
        examples=[(_what(each), json.dumps(each)) for each in _EXAMPLES],
        magic=list(_magic(program.magic_domain, page.t.language)),
        domain=program.magic_domain,
    )


def _text(written: Mapping[str, Any]) -> str:
    """Return the rules as JSON, each in a line of its own."""
    lines = ",\n".join(f"    {json.dumps(each, ensure_ascii=False)}" for each in written["rules"])
    inner = f"\n{lines}\n  " if lines else ""
    return f'{{\n  "seed": {written["seed"]},\n  "rules": [{inner}]\n}}'


def _shown(rule: Mapping[str, Any]) -> Shown:
    details = ", ".join(f"{name} {value}" for name, value in rule.items() if name not in _KIND)
    is_about_calls = "webhook" in rule
    percent = round(rule["probability"] * 100, 4)
    return Shown(rule["recipient"], _what(rule), is_about_calls, details, percent)


def _what(rule: Mapping[str, Any]) -> str:
    found: str = rule.get("outcome") or rule["webhook"]
    return found


def _magic(domain: str, language: Language) -> Iterator[Magic]:
    for local in _MAGIC if domain else ():
        address = f"{local}@{domain}"
        forced = read_magic(address, domain)
        if forced is not None:
            yield Magic(address, forced.outcome.value, _details(forced, language))


def _details(forced: ForcedOutcome, language: Language) -> str:
    if row := statuses.ALL.get(forced.sub_status):
        return f"{row.number} {row.chinese if language is Language.CHINESE else row.words}"
    if forced.code:
        return str(forced.code)
    if forced.times:
        return f"× {forced.times}"
    return f"{forced.delay_s:g} s" if forced.delay_s else ""
