"""`SandboxClient`: the sandbox API, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

import httpx

from sendcloud_inbound.client import calls
from sendcloud_inbound.client.call import Call, Listing, Login, checked, gone, method_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Given = ParamSpec("Given")
Result = TypeVar("Result")


def _does(
    make: Callable[Given, Call[Result]],
) -> Callable[Concatenate[SandboxClient, Given], Result]:
    """Return the method that makes a call."""

    @method_for(make)
    def method(self: SandboxClient, /, *given: Given.args, **named: Given.kwargs) -> Result:
        return self.do(make(*given, **named))

    return method


def _lists(
    make: Callable[Given, Listing[Result]],
) -> Callable[Concatenate[SandboxClient, Given], Iterator[Result]]:
    """Return the method that yields a listing, page by page."""

    @method_for(make)
    def method(
        self: SandboxClient, /, *given: Given.args, **named: Given.kwargs
    ) -> Iterator[Result]:
        return self.all_of(make(*given, **named))

    return method


class SandboxClient:
    """A sandbox at a URL such as `http://127.0.0.1:8025`; its calls are those of `client.calls`.

    Filters are those of the sandbox API, by name. Every error is a `SandboxError` with the server's
    own words. A server that wants a login finds it in the URL, `http://USERNAME:PASSWORD@HOST:PORT`,
    or in `login`.
    """

    def __init__(self, url: str, *, login: Login | None = None) -> None:
        self.url, told = checked(url)
        # A proxy of the environment is for the world outside, not for a sandbox. Whoever waits
        # holds a connection.
        limits = httpx.Limits(max_connections=None)
        self._client = httpx.Client(
            base_url=self.url, auth=login or told, trust_env=False, limits=limits
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    messages = _lists(calls.messages)
    message = _does(calls.message)
    raw = _does(calls.raw)
    transcript = _does(calls.transcript)
    findings = _does(calls.findings)
    refusals = _does(calls.refusals)
    clear = _does(calls.clear)
    delete_message = _does(calls.delete_message)
    inbound = _does(calls.inbound)

    emails = _lists(calls.emails)
    email = _does(calls.email)
    email_raw = _does(calls.email_raw)
    email_html = _does(calls.email_html)
    email_text = _does(calls.email_text)
    attachment = _does(calls.attachment)
    happen = _does(calls.happen)
    release = _does(calls.release)

    events = _lists(calls.events)
    wait_for = _does(calls.wait_for)
    wait_for_email = _does(calls.wait_for_email)
    wait_for_event = _does(calls.wait_for_event)

    rules = _does(calls.rules)
    put_rules = _does(calls.put_rules)
    remove_rules = _does(calls.remove_rules)
    suppressions = _does(calls.suppressions)
    add_suppression = _does(calls.add_suppression)
    lift_suppressions = _does(calls.lift_suppressions)
    bounces = _lists(calls.bounces)
    forget_bounces = _does(calls.forget_bounces)

    address_lists = _lists(calls.address_lists)
    members = _lists(calls.members)
    remove_address_list = _does(calls.remove_address_list)
    templates = _lists(calls.templates)
    template = _does(calls.template)
    template_html = _does(calls.template_html)
    remove_template = _does(calls.remove_template)
    review_template = _does(calls.review_template)

    webhooks = _does(calls.webhooks)
    add_webhook = _does(calls.add_webhook)
    remove_webhook = _does(calls.remove_webhook)
    pause_webhook = _does(calls.pause_webhook)
    resume_webhook = _does(calls.resume_webhook)
    deliveries = _lists(calls.deliveries)
    delivery = _does(calls.delivery)
    replay = _does(calls.replay)
    replay_all = _does(calls.replay_all)

    api_users = _does(calls.api_users)
    create_api_user = _does(calls.create_api_user)
    delete_api_user = _does(calls.delete_api_user)
    clock = _does(calls.clock)
    set_clock = _does(calls.set_clock)
    reset_clock = _does(calls.reset_clock)
    statistics = _does(calls.statistics)
    config = _does(calls.config)
    fidelity = _does(calls.fidelity)

    def do(self, call: Call[Result]) -> Result:
        """Make one call, and return what is answered."""
        try:
            answer = self._client.request(**call.request())
        except httpx.HTTPError as error:
            raise gone(self.url, error) from error
        return call.result(answer)

    def all_of(self, listing: Listing[Result]) -> Iterator[Result]:
        """Yield all of a listing, page by page."""
        cursor = None
        while True:
            items, cursor = self.do(listing.page(cursor))
            yield from items
            if cursor is None:
                return
