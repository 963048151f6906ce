"""The settings of webhooks, and the webhooks they ask for."""

from __future__ import annotations

from typing import Any

import pytest

from sendcloud_inbound.config import Settings, configured_webhooks, load, masked
from sendcloud_inbound.errors import ConfigError
from sendcloud_inbound.rules.backoff import AURORA, CHINA
from sendcloud_inbound.rules.orders import Webhook

A, B = "http://127.0.0.1:8000/a", "https://b.example/hook?x=1"
ENV = "SENDCLOUD_INBOUND_WEBHOOKS__"


def settings(webhooks: dict[str, Any], **account: Any) -> Settings:
    """Return settings with this section, and one account with more."""
    accounts = [{"api_user": "my_user", "api_key": "k", **account}]
    return Settings.from_mapping({"webhooks": webhooks, "accounts": accounts})


def complaint(**wrong: Any) -> str:
    """Return what is said of such a section."""
    with pytest.raises(ConfigError) as refusal:
        settings(wrong)
    return str(refusal.value)


def test_webhooks_are_everybodys_or_an_api_users() -> None:
    """Each URL once for whom it is, in the order of the settings."""
    given = settings({"urls": [A, B, A]}, webhook_url=[A, B])
    assert configured_webhooks(given) == [
        Webhook(0, None, A, is_configured=True),
        Webhook(0, None, B, is_configured=True),
        Webhook(0, "my_user", A, is_configured=True),
        Webhook(0, "my_user", B, is_configured=True),
    ]
    assert configured_webhooks(Settings.from_mapping({})) == []


def test_one_url_is_a_list() -> None:
    """An account's is called `webhook_url`, and mostly is one."""
    (webhook,) = configured_webhooks(settings({}, webhook_url=A))
    assert (webhook.api_user, webhook.url) == ("my_user", A)
    account = settings({}, webhook_url=A).accounts[0].to_account(None)
    assert account.api_user == "my_user"


@pytest.mark.parametrize(
    ("schedule", "waits"),
    [("china", CHINA), ("aurora", AURORA), ([1, 2.5], (1, 2.5)), ([], ()), ("1, 0.5", (1, 0.5))],
)
def test_a_schedule_is_a_name_or_seconds(schedule: object, waits: tuple[float, ...]) -> None:
    """Whichever way it is written."""
    assert settings({"schedule": schedule}).webhooks.schedule == waits


def test_the_environment_has_lists_with_commas() -> None:
    """URLs and seconds alike."""
    environ = {f"{ENV}URLS": f"{A}, {B}", f"{ENV}SCHEDULE": "1,2", f"{ENV}CHECK_URLS": "false"}
    webhooks = load(environ=environ).settings.webhooks
    assert (webhooks.urls, webhooks.schedule, webhooks.check_urls) == ((A, B), (1, 2), False)
    assert load(environ={f"{ENV}SCHEDULE": "aurora"}).settings.webhooks.schedule == AURORA


def test_they_are_shown_as_they_are_in_force() -> None:
    """A schedule as its seconds."""
    shown = {name: text for name, text, _ in masked(load(environ={f"{ENV}URLS": A}))}
    assert shown["webhooks.urls"] == A
    assert shown["webhooks.schedule"] == "60, 120, 240, 480, 960"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"urls": ["b.example"]}, 'webhooks.urls[0]: "b.example" is not a URL to call; give one'),
        ({"urls": 5}, "webhooks.urls: 5 is not a list of URLs; give one such as"),
        ({"schedule": "soon"}, 'webhooks.schedule[0]: "soon" is not a wait; give china, aurora'),
        ({"schedule": [-1]}, "webhooks.schedule[0]: -1 is not a wait"),
        ({"schedule": 60}, "webhooks.schedule: 60 is not a schedule; give china, aurora"),
        ({"timeout_s": 0}, "webhooks.timeout_s: 0 is not a time in seconds"),
        ({"time_scale": 0}, "webhooks.time_scale: 0 is not a time in seconds"),
        ({"concurrency": 0}, "webhooks.concurrency: 0 is not a count"),
        ({"timescale": 60}, "unknown setting webhooks.timescale; did you mean webhooks.time_scale"),
    ],
)
def test_a_wrong_setting_is_named(wrong: dict[str, Any], said: str) -> None:
    """With what to give instead."""
    assert complaint(**wrong).startswith(said)
