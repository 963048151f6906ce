"""The settings of webhooks, and which webhooks they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from sendcloud_inbound.config import values
from sendcloud_inbound.config.sections import Section
from sendcloud_inbound.rules.backoff import CHINA, SCHEDULES
from sendcloud_inbound.rules.orders import Webhook, receiver_url

if TYPE_CHECKING:
    from sendcloud_inbound.config.settings import Settings

_URL_FORM = "one such as http://127.0.0.1:8000/hook"


def _parted(value: object) -> object:
    """Split `http://a/,http://b/`, the form of a list in the environment; one alone is a list."""
    return [url.strip() for url in value.split(",")] if isinstance(value, str) else value


def _waits(value: object) -> object:
    """Read the name of a schedule, or numbers with commas between them."""
    return SCHEDULES.get(value) or value.split(",") if isinstance(value, str) else value


Url = Annotated[str, AfterValidator(receiver_url), values.Expects("a URL to call", _URL_FORM)]
Urls = Annotated[
    tuple[Url, ...],
    NoDecode,
    BeforeValidator(_parted),
    values.Expects("a list of URLs", f"{_URL_FORM}, or a list of them", "a URL to call"),
]
Schedule = Annotated[
    tuple[values.Delay, ...],
    NoDecode,
    BeforeValidator(_waits),
    values.Expects(
        "a schedule", "china, aurora, or the seconds before each further attempt", "a wait"
    ),
]


class Webhooks(Section):
    """Telling events to receivers (SENDCLOUD.md 4.1)."""

    urls: Urls = Field(
        default=(),
        description="URLs that the events of every API_USER are told to; in the environment with "
        "commas between them. Those of one API_USER stand in its account.",
    )
    schedule: Schedule = Field(
        default=CHINA,
        description="Seconds before each further attempt at a call that was not answered with 200, "
        "or whose they are: china (60, 120, 240, 480, 960) or aurora (180, doubling, six of them).",
    )
    time_scale: values.Duration = Field(
        default=1,
        description="Divides the seconds of the schedule. 60 makes minutes pass as seconds: for "
        "tests.",
    )
    timeout_s: values.Duration = Field(
        default=3,
        description="Seconds in which a receiver must answer. SendCloud waits for 3; raise it only "
        "to look at a receiver in a debugger.",
    )
    concurrency: values.Count = Field(
        default=8,
        description="Most calls of one URL at a time, by all workers of a store together. 1 for a "
        "receiver that must see events in their order.",
    )
    check_urls: values.Switch = Field(
        default=True,
        description="Whether a URL that is added while the server runs must answer GET and POST "
        "with 200, as in SendCloud's console. Those of the settings are not tested.",
    )


def configured_webhooks(settings: Settings) -> list[Webhook]:
    """Return the webhooks that the settings ask for, each once."""
    everybodys = [Webhook(0, None, url, is_configured=True) for url in settings.webhooks.urls]
    theirs = [
        Webhook(0, account.api_user, url, is_configured=True)
        for account in settings.accounts
        for url in account.webhook_url
    ]
    return list(dict.fromkeys(everybodys + theirs))
