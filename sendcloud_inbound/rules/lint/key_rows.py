"""Rows of the table about single keys of X-SMTPAPI (SENDCLOUD.md 3.1 to 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.model import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS: Mapping[str, Rule] = {
    "xsmtpapi-to-string": Rule(
        Level.REFUSED,
        "to is a string, {address}, where an array belongs; 552 xsmtpapi error",
        'Write an array, also for one address: "to": {array}',
        "SENDCLOUD.md 3.1, S3",
    ),
    "xsmtpapi-sub-short": Rule(
        Level.INVALID,
        "{key} has values for {values} of {recipients} recipients: it stays as written from "
        "position {values} on, counted from 0",
        "Give one value per recipient, in their order, an empty string where there is none. "
        "Python: [names.get(address, '') for address in to]",
        "SENDCLOUD.md 3.1, S7",
    ),
    "xsmtpapi-sub-long": Rule(
        Level.IGNORED,
        "{key} has {values} values, the recipients are {recipients}: those from position "
        "{recipients} on are ignored",
        "Give one value per recipient, in their order. If a recipient was dropped from to, drop "
        "his value at the same position",
        "SENDCLOUD.md 3.1, S7",
    ),
    "xsmtpapi-key-without-percent": Rule(
        Level.IGNORED,
        "The variable {key} does not begin and end with %: not documented, ignored here, and the "
        "vendor's own clients refuse it",
        "Write percent signs on both sides, in the key and in the text alike: %name%",
        "SENDCLOUD.md 3.3, SENDCLOUD.md 3.7",
    ),
    "xsmtpapi-enable": Rule(
        Level.IGNORED,
        "enable is {value}, neither 0 nor 1: the API_USER's own setting stays",
        'Write the string "1" to turn it on for this mail, "0" to turn it off: '
        '{{"settings": {{"enable": "1"}}}}',
        "SENDCLOUD.md 3.1, SENDCLOUD.md 3.7",
    ),
    "xsmtpapi-page-ids": Rule(
        Level.IGNORED,
        "page_id is an array of {numbers}, the recipients are {recipients}: everybody gets "
        "the API_USER's default page",
        "Give one number per recipient, in their order, or a single number for all. Python: "
        "[page] * len(to)",
        "SENDCLOUD.md 3.1, G20, D41",
    ),
}
"""What is wrong with single keys and their values."""
