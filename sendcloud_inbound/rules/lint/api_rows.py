"""Rows of the table about the parameters of the HTTP API (SENDCLOUD.md 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.model import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

API: Mapping[str, Rule] = {
    "api-parameter-unknown": Rule(
        Level.IGNORED,
        "{parameter} is no parameter of this call: it has no effect",
        "Leave it out, or write it as the documents do; the nearest name is {nearest}",
        "SENDCLOUD.md 7.4",
    ),
    "api-file-expected": Rule(
        Level.IGNORED,
        "{parameter} is given as a text: without a file name nothing is attached",
        "Send the part with a file name, as curl does with -F '{parameter}=@FILE'",
        "SENDCLOUD.md 7.4",
    ),
    "api-text-expected": Rule(
        Level.IGNORED,
        "{parameter} is given as a file, where a text belongs: it has no effect",
        "Send the part without a file name, as curl does with -F '{parameter}=<FILE'",
        "SENDCLOUD.md 7.4",
    ),
    "api-plain-ignored": Rule(
        Level.IGNORED,
        "html and plain are both given: html is sent alone",
        "Leave plain out; both parts are sent only by arrangement with SendCloud",
        "D34",
    ),
    "api-body-ignored": Rule(
        Level.IGNORED,
        "{parameter} has no effect beside a template, which is the body",
        "Leave it out, change the template by template/update, or call mail/send",
        "SENDCLOUD.md 7.5",
    ),
    "api-summary-ignored": Rule(
        Level.IGNORED,
        "contentSummary is given with plain: only html has a preview text",
        "Send html, or leave contentSummary out",
        "SENDCLOUD.md 7.4",
    ),
    "api-recipients-ignored": Rule(
        Level.IGNORED,
        "{parameter} is given beside to of xsmtpapi: nobody in it gets the mail",
        "Put all recipients into to of xsmtpapi, each of whom gets a mail of its own, or leave it "
        "out there",
        "SENDCLOUD.md 7.4",
    ),
    "api-beside-lists-ignored": Rule(
        Level.IGNORED,
        "{parameter} is given with useAddressList: it has no effect",
        "Leave it out; the variables of a member are those of the list (addressmember/add)",
        "SENDCLOUD.md 7.4",
    ),
    "api-header-ignored": Rule(
        Level.IGNORED,
        "{header} in headers is not the client's to set: it has no effect",
        "Use the parameter for it (from, to, subject, replyTo, xsmtpapi), or leave it out",
        "SENDCLOUD.md 7.4",
    ),
}
