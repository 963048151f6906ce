"""The parameters that say which mail a call is about (SENDCLOUD.md 7.9, 7.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendcloud_inbound.rules import spans
from sendcloud_inbound.rules.api import selection
from sendcloud_inbound.rules.api.given import Given, Refused
from sendcloud_inbound.rules.ids import EmailId
from sendcloud_inbound.rules.model import EmailStatus
from tests.builders import NOW_MS

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = (
    *(*selection.WINDOW, *selection.SPAN, *selection.EMAIL, *selection.API_USERS),
    *(*selection.LABELS, *selection.DOMAINS, *selection.AGGREGATE),
    *("a label", "labelId", "status", "subStatus", "emailIds"),
)
MESSAGE_ID = "1490660342514_27290_14064_6375.sc-10_9_12_206-inbound"


def given(**texts: str) -> Given:
    """Return the parameters of a call."""
    return Given({name: (text,) for name, text in texts.items()})


def span(most_days: int = 30, **texts: str) -> spans.Span:
    """Read the span of a call."""
    return selection.span(given(**texts), NOW_MS, most_days)


@pytest.mark.parametrize(
    ("read", "texts", "code"),
    [
        (selection.window, {"start": ""}, 40001),
        (selection.window, {"start": "-1"}, 40002),
        (selection.window, {"start": "first"}, 40002),
        (selection.window, {"limit": " "}, 40003),
        (selection.window, {"limit": "101"}, 40004),
        (selection.window, {"limit": "1.5"}, 40004),
        (span, {}, 40006),
        (span, {"days": ""}, 40006),
        (span, {"days": "0"}, 40006),
        (span, {"days": "31"}, 40006),
        (span, {"days": "one"}, 40006),
        (span, {"endDate": "2015-03-17"}, 40007),
        (span, {"startDate": "2015-3-17", "endDate": "2015-03-17"}, 40007),
        (span, {"startDate": "2015-02-29", "endDate": "2015-03-17"}, 40007),
        (span, {"startDate": "2015-02-16", "endDate": "2015-03-18"}, 40007),
        (span, {"startDate": "0000-01-01", "endDate": "2015-03-18"}, 40007),
        (span, {"startDate": "2015-03-17"}, 40008),
        (span, {"startDate": "2015-03-17", "endDate": "17.3.2015"}, 40008),
        (span, {"startDate": "2015-03-17", "endDate": "2015-03-16"}, 40008),
        (selection.labels, {"labelIdList": ";"}, 40009),
        (selection.labels, {"labelIdList": "7;x"}, 40015),
        (selection.api_users, {"apiUserList": ""}, 40010),
        (selection.email, {"email": ""}, 40011),
        (selection.needed_email, {}, 40011),
        (selection.email, {"email": "Ben <ben@x.cn>"}, 40012),
        (selection.needed_email, {"email": "nobody"}, 40012),
        (selection.domains, {"domainList": ""}, 40013),
        (selection.label, {"labelId": ""}, 40014),
        (selection.label, {"labelId": "-1"}, 40015),
        (selection.label, {"labelId": "٣"}, 40015),
        (selection.is_aggregated, {"aggregate": "2"}, 40017),
        (selection.status, {"status": "2"}, 49901),
        (selection.sub_statuses, {"subStatus": "406;502"}, 49901),
        (selection.email_ids, {"emailIds": "x"}, 49901),
        (selection.email_ids, {"emailIds": f"{MESSAGE_ID}0$a@b.c;" * 1001}, 49901),
    ],
)
def test_each_wrong_value_has_its_code(
    read: Callable[..., Any], texts: dict[str, str], code: int
) -> None:
    """And a sentence that names the parameter (SENDCLOUD.md 8)."""
    with pytest.raises(Refused) as refused:
        read(**texts) if read is span else read(given(**texts))
    assert refused.value.code == code
    assert any(name in refused.value.detail for name in NAMES)


@pytest.mark.parametrize(
    ("texts", "window"),
    [({}, (0, 100)), ({"start": "7", "limit": "0"}, (7, 0)), ({"limit": " 5 "}, (0, 5))],
)
def test_a_window_has_a_hundred_rows_at_most(
    texts: dict[str, str], window: tuple[int, int]
) -> None:
    """All of them when nothing is said, from the first on."""
    assert selection.window(given(**texts)) == window


def test_the_longest_spans_are_taken() -> None:
    """By number of days and by dates, both ends included."""
    assert span(days="30") == span(startDate="2015-02-16", endDate="2015-03-17")
    assert spans.days_in(span(92, days="92")) == 92


def test_days_go_before_dates() -> None:
    """As one of the two is needed, one of the two is read; an empty one is none."""
    assert span(days="1", startDate="x") == spans.last_days(1, NOW_MS)
    today = span(days="", startDate="2015-03-17", endDate="2015-03-17")
    assert today == spans.last_days(1, NOW_MS)


def test_lists_are_read() -> None:
    """What is left out is any; entries stand between semicolons."""
    assert (
        selection.labels(given()) is selection.label(given()) is selection.domains(given()) is None
    )
    assert selection.labels(given(labelIdList="7; 0")) == ("7", "0")
    assert selection.label(given(labelId="7")) == ("7",)
    assert selection.domains(given(domainList="x.cn;y.cn")) == ("x.cn", "y.cn")
    assert selection.api_users(given(apiUserList="one;two")) == ["one", "two"]
    assert selection.api_users(given()) == []
    assert selection.sub_statuses(given(subStatus="406;503")) == (406, 503)
    assert selection.sub_statuses(given()) is None
    assert selection.status(given()) is None
    assert selection.status(given(status="5")) is EmailStatus.SOFT_BOUNCE


def test_email_ids_are_taken_apart() -> None:
    """Into messageId, position and recipient."""
    texts = f"{MESSAGE_ID}0$a@b.c;{MESSAGE_ID}12$d@e.f"
    assert selection.email_ids(given(emailIds=texts)) == (
        EmailId(MESSAGE_ID, 0, "a@b.c"),
        EmailId(MESSAGE_ID, 12, "d@e.f"),
    )


@pytest.mark.parametrize(("text", "is_so"), [("", False), ("0", False), ("1", True)])
def test_aggregation_is_off_unless_asked_for(text: str, is_so: bool) -> None:  # noqa: FBT001
    """0 or 1."""
    assert selection.is_aggregated(given(aggregate=text)) is is_so


def test_the_address_is_read() -> None:
    """Where it is given."""
    assert selection.email(given()) is None
    assert selection.email(given(email=" a@b.c ")) == selection.needed_email(given(email="a@b.c"))
