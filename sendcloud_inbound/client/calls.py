"""Each call of the sandbox API by its name: what is asked, and what is answered. Nothing is sent.

Both clients have all of them as methods; they say the same and take the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from sendcloud_inbound.client.call import ANSWER_S, CLEARING_S, Call, Filter, Filters, Listing
from sendcloud_inbound.client.errors import SandboxError
from sendcloud_inbound.client.fitting import of
from sendcloud_inbound.client.reading import (
    as_json,
    count,
    items,
    nothing,
    octets,
    one,
    settings,
    text,
)
from sendcloud_inbound.client.values import (
    AddressList,
    ApiUser,
    ApiUserRow,
    Behaviour,
    Bounce,
    Clock,
    Copy,
    Delivery,
    Email,
    Event,
    Finding,
    Member,
    Message,
    Refusal,
    Release,
    Suppression,
    Template,
    TemplateRow,
    Webhook,
    WholeMessage,
)

_KINDS: dict[str, type[Any]] = {"email": Email, "message": Message, "event": Event}


# messages


def messages(**filters: Filter) -> Listing[Message]:
    """Yield the messages that match, newest first."""
    return Listing("/messages", partial(of, Message), filters)


def message(message_id: str) -> Call[WholeMessage]:
    """Return a message whole: envelope, session, headers, X-SMTPAPI, findings and emails."""
    return Call("GET", _path("/messages/{}", message_id), one(WholeMessage))


def raw(message_id: str) -> Call[bytes]:
    """Return the exact bytes of a message."""
    return Call("GET", _path("/messages/{}/raw", message_id), octets)


def transcript(message_id: str) -> Call[str]:
    """Return the dialogue that a message came by."""
    return Call("GET", _path("/messages/{}/transcript", message_id), text)


def findings(message_id: str) -> Call[list[Finding]]:
    """Return what SendCloud would have refused or ignored in a message."""
    return Call("GET", _path("/messages/{}/lint", message_id), items(Finding))


def refusals(api_user: str | None = None, *, limit: int = 300) -> Call[list[Refusal]]:
    """Return what SMTP refused before there was a message, newest first."""
    return Call("GET", "/refusals", items(Refusal), {"api_user": api_user, "limit": limit})


def clear(**filters: Filter) -> Call[int]:
    """Delete the messages that match, all of them without a filter; return how many."""
    read = count("messages")
    return Call("DELETE", "/messages", read, filters, timeout_s=CLEARING_S)


def delete_message(message_id: str) -> Call[None]:
    """Delete one message with all that is its."""
    return Call("DELETE", _path("/messages/{}", message_id), nothing)


def inbound(
    api_user: str, content: bytes, *, mail_from: str = "", rcpt_to: str = ""
) -> Call[Event]:
    """Let a message come in from outside, told to webhooks as `route`; return that event."""
    params = {"api_user": api_user, "mail_from": mail_from, "rcpt_to": rcpt_to}
    return Call("POST", "/inbound", one(Event), params, content=content)


# emails


def emails(**filters: Filter) -> Listing[Email]:
    """Yield the emails that match, newest message first, then by position."""
    return Listing("/emails", partial(of, Email), filters)


def email(email_id: str) -> Call[Copy]:
    """Return the copy that a recipient gets."""
    return Call("GET", _path("/emails/{}", email_id), one(Copy))


def email_raw(email_id: str) -> Call[bytes]:
    """Return the exact bytes that a recipient gets."""
    return Call("GET", _path("/emails/{}/raw", email_id), octets)


def email_html(email_id: str) -> Call[str]:
    """Return the HTML that a recipient gets, decoded; `SandboxError` when there is none."""
    return Call("GET", _path("/emails/{}/html", email_id), text)


def email_text(email_id: str) -> Call[str]:
    """Return the text that a recipient gets, decoded; `SandboxError` when there is none."""
    return Call("GET", _path("/emails/{}/text", email_id), text)


def attachment(email_id: str, n: int) -> Call[bytes]:
    """Return an attachment's content; `n` is its own in `email(email_id).attachments`."""
    return Call("GET", _path("/emails/{}/attachments/{}", email_id, n), octets)


def happen(email_id: str, event: str, **more: Filter) -> Call[Event]:
    """Make something happen to an email: `open`, `click` (`url`), `invalid` ..."""
    path = _path("/emails/{}/events", email_id)
    return Call("POST", path, one(Event), json={"event": event, **_given(more)})


def release(email_id: str, *, to: str | None = None) -> Call[Release]:
    """Send a copy to the server of `delivery.host`: to an address, else to its own recipient."""
    path = _path("/emails/{}/release", email_id)
    return Call("POST", path, one(Release), json={"to": to})


# what happened, and waiting for it


def events(**filters: Filter) -> Listing[Event]:
    """Yield the events that match, newest first."""
    return Listing("/events", partial(of, Event), filters)


def wait_for(kind: str = "email", *, timeout_s: float = 10, **filters: Filter) -> Call[list[Any]]:
    """Return so many (`count`) emails, messages or events; none with `absent=True`.

    `NotComeError` when they do not come, or when what was to be absent does.
    """
    value = _KINDS.get(kind)
    if value is None:
        raise SandboxError(f"kind is one of {', '.join(_KINDS)}, not {kind!r}")
    params = {**filters, "kind": kind, "timeout_s": timeout_s}
    return Call("GET", "/wait", items(value), params, timeout_s=timeout_s + ANSWER_S)


def wait_for_email(*, timeout_s: float = 10, **filters: Filter) -> Call[Email]:
    """Return the email that is waited for; `NotComeError` says what nearly was it."""
    return _wait_for_one("email", filters, timeout_s)


def wait_for_event(event: str, *, timeout_s: float = 10, **filters: Filter) -> Call[Event]:
    """Return the event that is waited for."""
    return _wait_for_one("event", {"event": event, **filters}, timeout_s)


# what is to happen


def rules(api_user: str) -> Call[dict[str, Any]]:
    """Return the rules of an API_USER, as they can be put again."""
    return Call("GET", "/rules", as_json, {"api_user": api_user})


def put_rules(api_user: str, rules: dict[str, Any] | bytes) -> Call[dict[str, Any]]:
    """Replace the rules of an API_USER, by an object or its JSON; return them with defaults."""
    put = Call("PUT", "/rules", as_json, {"api_user": api_user})
    return replace(put, content=rules) if isinstance(rules, bytes) else replace(put, json=rules)


def remove_rules(api_user: str) -> Call[None]:
    """Remove the rules of an API_USER."""
    return Call("DELETE", "/rules", nothing, {"api_user": api_user})


def suppressions(api_user: str | None = None) -> Call[list[Suppression]]:
    """Return the addresses that mail is not sent to, oldest first: an API_USER's, or all."""
    return Call("GET", "/suppressions", items(Suppression), {"api_user": api_user})


def add_suppression(
    api_user: str, address: str, kind: str = "blacklist", **more: str | None
) -> Call[Suppression]:
    """Send an API_USER's mail to an address no more.

    `kind` is `unsubscribe`, `spam` or `blacklist`; `until` (ISO 8601; None: for ever) says when it
    ends. Left out, a spam report ends after 180 days and the others never.
    """
    order = {"api_user": api_user, "address": address, "kind": kind, **more}
    return Call("POST", "/suppressions", one(Suppression), json=order)


def lift_suppressions(api_user: str, address: str, kind: str | None = None) -> Call[int]:
    """Send mail to an address again, whatever kind forbade it, or one; return how many did."""
    params = {"api_user": api_user, "address": address, "kind": kind}
    return Call("DELETE", "/suppressions", count("lifted"), params)


def bounces(api_user: str | None = None) -> Listing[Bounce]:
    """Yield the addresses that mail came back from, each with its last bounce, newest first."""
    return Listing("/bounces", partial(of, Bounce), {"api_user": api_user})


def forget_bounces(api_user: str, address: str) -> Call[int]:
    """Take an address off that list until mail comes back again; return how many there were."""
    params = {"api_user": api_user, "address": address}
    return Call("DELETE", "/bounces", count("forgotten"), params)


# what an API_USER keeps


def address_lists(api_user: str) -> Listing[AddressList]:
    """Yield the address lists of an API_USER."""
    return Listing("/address-lists", partial(of, AddressList), {"api_user": api_user})


def members(api_user: str, address: str) -> Listing[Member]:
    """Yield the members of an address list, in the order in which they were added."""
    path = _path("/address-lists/{}/members", address)
    return Listing(path, partial(of, Member), {"api_user": api_user})


def remove_address_list(api_user: str, address: str) -> Call[None]:
    """Remove an address list with its members."""
    path = _path("/address-lists/{}", address)
    return Call("DELETE", path, nothing, {"api_user": api_user})


def templates(api_user: str) -> Listing[TemplateRow]:
    """Yield the templates of an API_USER, without their texts."""
    return Listing("/templates", partial(of, TemplateRow), {"api_user": api_user})


def template(api_user: str, invoke_name: str) -> Call[Template]:
    """Return a template whole."""
    path = _path("/templates/{}", invoke_name)
    return Call("GET", path, one(Template), {"api_user": api_user})


def template_html(api_user: str, invoke_name: str) -> Call[str]:
    """Return the HTML of a template."""
    path = _path("/templates/{}/html", invoke_name)
    return Call("GET", path, text, {"api_user": api_user})


def remove_template(api_user: str, invoke_name: str) -> Call[None]:
    """Remove a template."""
    path = _path("/templates/{}", invoke_name)
    return Call("DELETE", path, nothing, {"api_user": api_user})


def review_template(api_user: str, invoke_name: str, *, is_approved: bool) -> Call[None]:
    """Approve a template of an API_USER, or refuse it, wherever it stands in its review."""
    path = _path("/templates/{}/review", invoke_name)
    return Call("POST", path, nothing, {"api_user": api_user}, {"is_approved": is_approved})


# webhooks


def webhooks() -> Call[list[Webhook]]:
    """Return all webhooks, in the order in which they were added."""
    return Call("GET", "/webhooks", items(Webhook))


def add_webhook(url: str, **order: object) -> Call[Webhook]:
    """Tell events to a URL; `api_user` and `events` say which."""
    return Call("POST", "/webhooks", one(Webhook), json={"url": url, **order})


def remove_webhook(webhook_id: int) -> Call[None]:
    """Tell a webhook nothing more."""
    return Call("DELETE", _path("/webhooks/{}", webhook_id), nothing)


def pause_webhook(webhook_id: int) -> Call[Webhook]:
    """Let what a webhook is to be told wait."""
    return Call("POST", _path("/webhooks/{}/pause", webhook_id), one(Webhook))


def resume_webhook(webhook_id: int) -> Call[Webhook]:
    """Tell a webhook what has waited, and what comes."""
    return Call("POST", _path("/webhooks/{}/resume", webhook_id), one(Webhook))


def deliveries(**filters: Filter) -> Listing[Delivery]:
    """Yield the calls of webhooks that match, newest first, each with its attempts."""
    return Listing("/webhook-deliveries", partial(of, Delivery), filters)


def delivery(delivery_id: int) -> Call[Delivery]:
    """Return one call of a webhook with its attempts."""
    return Call("GET", _path("/webhook-deliveries/{}", delivery_id), one(Delivery))


def replay(delivery_id: int, *, signature: str = "fresh") -> Call[Delivery]:
    """Make a call of a webhook once more, signed anew or as it was (`original`); return the new."""
    path = _path("/webhook-deliveries/{}/replay", delivery_id)
    return Call("POST", path, one(Delivery), {"signature": signature})


def replay_all(*, signature: str = "fresh", **filters: Filter) -> Call[int]:
    """Make all calls that match and do not wait any more once more; return how many."""
    params = {"signature": signature, **filters}
    return Call("POST", "/webhook-deliveries/replay", count("replayed"), params)


# API_USERs, and what the sandbox is like


def api_users() -> Call[list[ApiUserRow]]:
    """Return all API_USERs, without their keys."""
    return Call("GET", "/api-users", items(ApiUserRow))


def create_api_user(**order: object) -> Call[ApiUser]:
    """Make an API_USER, with keys of its own unless they are given."""
    return Call("POST", "/api-users", one(ApiUser), json=_given(order))


def delete_api_user(api_user: str) -> Call[int]:
    """Remove an API_USER and all that is its; return how many messages that were."""
    path = _path("/api-users/{}", api_user)
    return Call("DELETE", path, count("messages"), timeout_s=CLEARING_S)


def clock() -> Call[Clock]:
    """Return what time it is in the sandbox."""
    return Call("GET", "/clock", one(Clock))


def set_clock(**order: Filter) -> Call[Clock]:
    """Change the time: `set` (ISO 8601), `advance_s`, `freeze`; what is due by then happens."""
    return Call("POST", "/clock", one(Clock), json=_given(order))


def reset_clock() -> Call[Clock]:
    """Let the clock tell the real time again."""
    return Call("DELETE", "/clock", one(Clock))


def statistics(range: str = "hour", api_user: str | None = None) -> Call[dict[str, Any]]:  # noqa: A002 - its name in the API
    """Return how mail went in the last `hour`, `day` or `week`, an API_USER's or everybody's."""
    return Call("GET", "/statistics", as_json, {"range": range, "api_user": api_user})


def config() -> Call[dict[str, str]]:
    """Return the settings in force by name, keys and passwords masked."""
    return Call("GET", "/config", settings)


def fidelity(status: str | None = None) -> Call[list[Behaviour]]:
    """Return SendCloud's behaviours: `implemented`, `differs`, `unknown`, or all."""
    return Call("GET", "/fidelity", items(Behaviour), {"status": status})


# how they are asked


def _path(form: str, *names: str | int) -> str:
    return form.format(*(quote(str(name), safe="") for name in names))


def _given(members: Filters) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _wait_for_one(kind: str, filters: Filters, timeout_s: float) -> Call[Any]:
    """Return the call that waits for at least one, and gives the first."""
    if filters.get("absent"):
        raise SandboxError(f"what is not to come is no {kind}: call wait_for(..., absent=True)")
    call = wait_for(kind, timeout_s=timeout_s, **filters)
    return call.read_by(lambda answer: call.read(answer)[0])
