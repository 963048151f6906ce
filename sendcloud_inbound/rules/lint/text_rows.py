"""Rows of the table about what only the texts of a message tell (SENDCLOUD.md 3.3, S8, S10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.model import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: Mapping[str, Rule] = {
    "variable-without-value": Rule(
        Level.ADVICE,
        "{name} stands in the text and has no value: it goes out as written",
        "Give it a value in sub or pubsub under exactly this name; upper and lower case differ",
        "S8, S10",
    ),
    "value-without-variable": Rule(
        Level.IGNORED,
        "{name} has a value and stands nowhere in the Subject or the texts: it has no effect",
        "Write {name} into the text, or leave the value out; upper and lower case differ, and "
        "attachments and other headers are not looked at",
        "S8, S10",
    ),
    "variable-in-braces": Rule(
        Level.ADVICE,
        "{{{{{name}}}}} stands in the text: SendCloud replaces only %{name}%",
        "Write %{name}% in the text and in X-SMTPAPI",
        "SENDCLOUD.md 3.3",
    ),
    "text-charset-unreadable": Rule(
        Level.ADVICE,
        "The text cannot be decoded as {charset}: its variables are looked for octet by octet, so "
        "that only names in ASCII are sure to be found",
        "Label the text with the charset it is written in, best as UTF-8",
        "S10",
    ),
    "too-many-variables": Rule(
        Level.IGNORED,
        "{count} variables more than count here: {limit} at most, their names of at most {longest} "
        "characters, with few percent signs inside",
        "Use fewer variables and shorter names",
        "SENDCLOUD.md 3.1, S8",
    ),
    "too-many-places": Rule(
        Level.IGNORED,
        "Variables stand in more than {limit} places: those behind them go out as written",
        "Repeat less of the text",
        "SENDCLOUD.md 3.3, S8",
    ),
    "unsubscribe-without-link": Rule(
        Level.ADVICE,
        "Subscription tracking is on, and no text says where its link belongs: SendCloud puts a "
        "button of its own, 点击这里取消订阅, at the end of the HTML",
        'Write <a href="%%user_defined_unsubscribe_link%%">unsubscribe</a> where it belongs',
        "SENDCLOUD.md 6.4",
    ),
    "unsubscribe-link-off": Rule(
        Level.IGNORED,
        "Subscription tracking is off for this mail: the placeholder of the unsubscribe link stays "
        "in the text as it is, and leads nowhere",
        'Leave filters.subscription_tracking out, or set its enable to "1"; or take the '
        "placeholder out",
        "SENDCLOUD.md 6.4, S8",
    ),
    "copy-too-large": Rule(
        Level.INVALID,
        "The copy of the recipient at position {position} would have more than {limit} octets: "
        "this recipient becomes invalid with sub-status 409",
        "Shorten the values, or write the variable less often",
        "SENDCLOUD.md 1.6, S12",
    ),
}
