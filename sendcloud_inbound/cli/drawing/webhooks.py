"""Webhooks and what was told to them, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from sendcloud_inbound.cli.drawing import plain, table, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table
    from rich.text import Text

    from sendcloud_inbound.client import Attempt, Delivery, Webhook


def webhooks_table(webhooks: Iterable[Webhook]) -> Table:
    """Return webhooks, a line each; the URL comes last and stays whole."""
    drawn = table("ID", "API_USER", "EVENTS", "STATE", "FROM", "URL")
    for webhook in webhooks:
        drawn.add_row(
            str(webhook.id),
            plain(webhook.api_user or "(every)"),
            plain(", ".join(webhook.events) if webhook.events else "(all)"),
            word("paused" if webhook.is_paused else "running"),
            plain("settings" if webhook.is_configured else "call"),
            plain(webhook.url),
        )
    drawn.columns[-1].no_wrap = True
    return drawn


def delivery_lines(delivery: Delivery) -> Group:
    """Return a delivery with its attempts, a line each."""
    head = plain(f"{delivery.id}  {delivery.created_at}  {delivery.event}  ", "bold")
    head.append_text(word(delivery.state))
    if delivery.fault is not None:
        head.append_text(plain(f"  on purpose: {delivery.fault}"))
    if delivery.due_at is not None:
        head.append_text(plain(f"  due at {delivery.due_at}"))
    about = delivery.email_id or delivery.message_id
    told = [plain(f"  to {delivery.url}")] + ([plain(f"  about {about}")] if about else [])
    return Group(head, *told, *map(_attempt, delivery.attempts))


def _attempt(attempt: Attempt) -> Text:
    came = attempt.error or f"HTTP {attempt.status}"
    line = plain(f"  {attempt.number}. {attempt.started_at}  {attempt.duration_ms} ms  ")
    return line.append_text(plain(came, "red" if attempt.error else "green"))
