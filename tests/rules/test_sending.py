"""What each email is sent with (SENDCLOUD.md 3.1, 3.2; D41, D45, S13, S14)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from sendcloud_inbound.rules.model import NO_PAGE, Account, AccountType, Level
from sendcloud_inbound.rules.sending import Chosen, Effective, InVain, Origin, effective, in_vain
from sendcloud_inbound.rules.xsmtpapi.model import Number, XSmtpApi
from tests.builders import account

if TYPE_CHECKING:
    from sendcloud_inbound.rules.model import Finding

OWN = Origin.ACCOUNT
DOMAIN = "sandbox.sendcloud.org"
AS_NEW = Effective(
    type=Chosen(AccountType.TRIGGER, OWN),
    sending_domain=Chosen(DOMAIN, OWN),
    open_tracking=Chosen(True, OWN),
    click_tracking=Chosen(False, OWN),
    subscription_tracking=Chosen(True, OWN),
    page_id=Chosen(NO_PAGE, OWN),
)


def model(document: object) -> XSmtpApi:
    """Return the model of a JSON object, its numbers as the header's decoding makes them."""
    text = json.dumps(document)
    return XSmtpApi.model_validate(json.loads(text, parse_int=Number, parse_float=Number))


def switch(enable: object, kind: str = "open_tracking") -> dict[str, Any]:
    """Return an X-SMTPAPI with one filter."""
    return {"filters": {kind: {"settings": {"enable": enable}}}}


def page(page_id: object) -> dict[str, Any]:
    """Return an X-SMTPAPI with a page_id."""
    return {"settings": {"unsubscribe": {"page_id": page_id}}}


def told(of: Account, document: object, recipients: int = 1) -> list[Finding]:
    """Return what this X-SMTPAPI asks of an account in vain."""
    return list(in_vain(of, model(document), recipients))


# The account's own


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"filters": {}},
        {"filters": {"open_tracking": {"settings": {}}}},
        {"settings": {"unsubscribe": {}}},
        switch(None) | page(None) | {"send_domain": None},
    ],
)
def test_what_nobody_asks_for_is_the_accounts(document: dict[str, Any]) -> None:
    """Without a word of X-SMTPAPI, or with null (S13), all is as the API_USER has it."""
    assert effective(account(), model(document), 0, 1) == AS_NEW
    assert told(account(), document) == []


def test_without_xsmtpapi_all_is_the_accounts() -> None:
    """A plain mail is sent with the API_USER's own settings, whatever they are."""
    assert effective(account(), None, 0, 1) == AS_NEW
    of = account(
        type=AccountType.BATCH,
        sending_domain="a.example",
        open_tracking=False,
        click_tracking=True,
        subscription_tracking=False,
        default_page_id=9,
    )
    assert effective(of, None, 3, 5) == Effective(
        type=Chosen(AccountType.BATCH, OWN),
        sending_domain=Chosen("a.example", OWN),
        open_tracking=Chosen(False, OWN),
        click_tracking=Chosen(True, OWN),
        subscription_tracking=Chosen(False, OWN),
        page_id=Chosen(9, OWN),
    )


def test_only_clicks_need_a_tracking_domain_by_themselves() -> None:
    """Of the account's own switches, opens and unsubscribing need no CNAME (SENDCLOUD.md 6.1)."""
    email = effective(account(click_tracking=True, tracking_domain=None), None, 0, 1)
    assert email.click_tracking == Chosen(False, Origin.TRACKING)
    assert email.open_tracking == email.subscription_tracking == Chosen(True, OWN)


# filters


@pytest.mark.parametrize(("enable", "on"), [("1", True), (1, True), ("0", False), (0, False)])
@pytest.mark.parametrize("of", [account(), account(open_tracking=False)])
def test_enable_is_a_string_or_a_number(of: Account, enable: object, *, on: bool) -> None:
    """The number of the same meaning switches as the string does."""
    email = effective(of, model(switch(enable)), 0, 1)
    assert email.open_tracking == Chosen(on, Origin.FILTERS)


@pytest.mark.parametrize("enable", ["", "true", "on", " 1", "2", 2, 1.0, -1])
def test_what_is_neither_0_nor_1_leaves_the_accounts_switch(enable: object) -> None:
    """Another value of enable asks for nothing that SendCloud knows (SENDCLOUD.md 3.1)."""
    for tracking_domain in ("localhost", None):
        of = account(tracking_domain=tracking_domain)
        email = effective(of, model(switch(enable)), 0, 1)
        assert email.open_tracking == Chosen(True, OWN, InVain.NO_SWITCH)
        assert told(of, switch(enable)) == []


def test_each_kind_is_switched_by_itself() -> None:
    """A filter changes its own kind of tracking and no other."""
    email = effective(account(), model(switch("1", "click_tracking")), 0, 1)
    assert email.click_tracking == Chosen(True, Origin.FILTERS)
    assert email.open_tracking == email.subscription_tracking == Chosen(True, OWN)


def test_d45_filters_without_a_tracking_domain_are_told() -> None:
    """D45: each enable that does not count is a finding, whether it asks for on or off."""
    document = switch("0") | page(1)
    document["filters"] |= switch(1, "click_tracking")["filters"]
    of = account(tracking_domain=None, click_tracking=True)
    opened, clicked = told(of, document)
    assert {opened.code, clicked.code} == {"xsmtpapi-tracking-not-configured"}
    assert (opened.level, clicked.level) == (Level.IGNORED, Level.IGNORED)
    assert opened.where == "X-SMTPAPI filters.open_tracking.settings.enable"
    assert opened.message.endswith("this tracking is on")
    assert clicked.where == "X-SMTPAPI filters.click_tracking.settings.enable"
    assert clicked.message.endswith("this tracking is off")
    assert told(account(click_tracking=True), document) == []


# page_id


@pytest.mark.parametrize(
    "spelling", ["561", "-1", "562.0", "5.62e2", "1" + "0" * 18, "9" * 5000], ids="{:.12}".format
)
def test_s14_an_unknown_page_gives_the_default(spelling: str) -> None:
    """S14: what is no number of a page made in the console is ignored, and told."""
    of = account(page_ids=(562, 563), default_page_id=563)
    api = XSmtpApi.model_validate(page(Number(spelling)))
    assert effective(of, api, 0, 1).page_id == Chosen(563, OWN, InVain.UNKNOWN_PAGE)
    [found] = in_vain(of, api, 1)
    assert (found.code, found.level) == ("xsmtpapi-page-unknown", Level.IGNORED)
    assert found.where == "X-SMTPAPI settings.unsubscribe.page_id"


def test_s14_without_a_list_of_pages_every_number_is_known() -> None:
    """An account whose pages nobody listed takes any number, but nothing else."""
    assert effective(account(), model(page(0)), 0, 1).page_id == Chosen(0, Origin.PAGE_ID)
    assert told(account(), page(0)) == []
    in_half = effective(account(), model(page(0.5)), 0, 1).page_id
    assert in_half == Chosen(NO_PAGE, OWN, InVain.UNKNOWN_PAGE)


def test_d41_an_array_is_taken_position_by_position() -> None:
    """D41: of an array only the unknown pages fall back, each told with its place."""
    of = account(page_ids=(1, 3))
    pages = [effective(of, model(page([1, 2, 3])), position, 3).page_id for position in range(3)]
    assert pages == [
        Chosen(1, Origin.PAGE_ID),
        Chosen(NO_PAGE, OWN, InVain.UNKNOWN_PAGE),
        Chosen(3, Origin.PAGE_ID),
    ]
    [found] = told(of, page([1, 2, 3]), 3)
    assert found.where == "X-SMTPAPI settings.unsubscribe.page_id[1]"
    assert "no unsubscribe page 2:" in found.message


@pytest.mark.parametrize("pages", [[], [1], [1, 1, 1]])
def test_d41_an_array_of_another_length_gives_the_default(pages: list[int]) -> None:
    """D41, G20: its pages are not even looked at; one page in an array is no single number."""
    of = account(page_ids=(2,), default_page_id=2)
    for position in range(2):
        email = effective(of, model(page(pages)), position, 2)
        assert email.page_id == Chosen(2, OWN, InVain.OTHER_LENGTH)
    assert told(of, page(pages), 2) == []


def test_unknown_pages_are_told_up_to_ten() -> None:
    """A hundred unknown pages do not become a hundred findings."""
    found = told(account(page_ids=(1,)), page(list(range(100, 200))), 100)
    assert len(found) == 10


# send_domain


@pytest.mark.parametrize("asked", ["a.example", "A.Example"])
def test_send_domain_is_compared_without_case(asked: str) -> None:
    """A domain is a domain however it is spelt."""
    of = account(send_domains=("a.example",))
    email = effective(of, model({"send_domain": asked}), 0, 1)
    assert email.sending_domain == Chosen("a.example", Origin.SEND_DOMAIN)
    assert told(of, {"send_domain": asked}) == []


def test_the_accounts_own_domain_needs_no_permission() -> None:
    """Naming the domain that the mail leaves from anyway is not in vain."""
    email = effective(account(), model({"send_domain": DOMAIN}), 0, 1)
    assert email.sending_domain == Chosen(DOMAIN, Origin.SEND_DOMAIN)


@pytest.mark.parametrize(
    ("asked", "why", "code", "shown"),
    [
        ("c.example", InVain.NOT_PERMITTED, "xsmtpapi-send-domain-not-permitted", "c.example:"),
        ("", InVain.NOT_PERMITTED, "xsmtpapi-send-domain-not-permitted", '"":'),
        ("B.example", InVain.NOT_VERIFIED, "xsmtpapi-send-domain-not-verified", "B.example is"),
    ],
)
def test_s14_a_domain_that_may_not_be_used_is_told(
    asked: str, why: InVain, code: str, shown: str
) -> None:
    """S14: the mail leaves from the API_USER's own domain, and the finding names both."""
    of = account(send_domains=("a.example",), unverified_domains=("b.example",))
    email = effective(of, model({"send_domain": asked}), 0, 1)
    assert email.sending_domain == Chosen(DOMAIN, OWN, why)
    [found] = told(of, {"send_domain": asked})
    assert (found.code, found.level) == (code, Level.IGNORED)
    assert found.where == "X-SMTPAPI send_domain"
    assert f"{shown}" in found.message
    assert found.message.endswith(f"the mail leaves from {DOMAIN}")


# Anything

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
absent = st.none()
filters = st.dictionaries(
    st.sampled_from(["open_tracking", "click_tracking", "subscription_tracking", "bcc"]),
    st.fixed_dictionaries(
        {}, optional={"settings": st.fixed_dictionaries({"enable": absent | st.text() | numbers})}
    ),
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "filters": absent | filters,
        "settings": (absent | numbers | st.lists(numbers, max_size=5)).map(
            lambda page_id: page(page_id)["settings"]
        ),
        "send_domain": absent | st.text() | st.sampled_from(["a.example", "b.example"]),
    },
)
accounts = st.builds(
    account,
    type=st.sampled_from(AccountType),
    open_tracking=st.booleans(),
    click_tracking=st.booleans(),
    subscription_tracking=st.booleans(),
    default_page_id=st.integers(-1, 5),
    page_ids=st.lists(st.integers(0, 5)).map(tuple),
    send_domains=st.sampled_from([(), ("a.example",)]),
    unverified_domains=st.sampled_from([(), ("b.example",)]),
    tracking_domain=absent | st.just("localhost"),
)
positions = st.integers(1, 5).flatmap(
    lambda recipients: st.tuples(st.integers(0, recipients - 1), st.just(recipients))
)


@given(accounts, documents, positions)
def test_any_model_gives_what_an_email_is_sent_with(
    of: Account, document: dict[str, Any], place: tuple[int, int]
) -> None:
    """Each value has an origin, and what was asked for in vain leaves exactly the account's."""
    api = model(document)
    email, plain = effective(of, api, *place), effective(of, None, *place)
    for name in Effective.__dataclass_fields__:
        chosen, own = getattr(email, name), getattr(plain, name)
        assert own.in_vain is None
        if chosen.in_vain is not None or chosen.origin in (OWN, Origin.TRACKING):
            assert (chosen.value, chosen.origin) == (own.value, own.origin)
    for found in in_vain(of, api, place[1]):
        assert found.level is Level.IGNORED
