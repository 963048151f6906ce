"""What an API_USER keeps beside mail: labels, templates, address lists (SENDCLOUD.md 7.8, 7.11).

The values and their limits. All are frozen, as in `model`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

MAX_TEMPLATES: Final = 50
"""Of one API_USER (D31, code 40219)."""
MAX_MEMBERS: Final = 100_000
"""Of one address list (SENDCLOUD.md 7.8)."""


class TemplateType(IntEnum):
    """Which mail a template is for: an API_USER's type must agree (code 40825)."""

    TRIGGER = 0
    BATCH = 1


class TemplateStat(IntEnum):
    """Where a template stands in its review (SENDCLOUD.md 7.11)."""

    NOT_SUBMITTED = -2
    REFUSED = -1
    WAITING = 0
    APPROVED = 1
    """The only one that may be sent (code 40824)."""


class Label(NamedTuple):
    """What mail is sorted by."""

    label_id: int
    name: str
    created_at_ms: int
    updated_at_ms: int


class TemplateHead(NamedTuple):
    """A template as a listing shows it."""

    invoke_name: str
    """What a call names it by."""
    name: str
    type: TemplateType
    stat: TemplateStat
    created_at_ms: int
    updated_at_ms: int | None = None
    """None: never changed."""


class TemplateBody(NamedTuple):
    """What a template makes of a mail."""

    subject: str
    html: str
    text: str = ""
    content_summary: str = ""


class Template(NamedTuple):
    """A template whole."""

    head: TemplateHead
    body: TemplateBody


class AddressList(NamedTuple):
    """A list of members that one call sends to."""

    key: int
    """The store's own number; 0 of one that is not stored yet."""
    address: str
    """`xxx@maillist.sendcloud.org`, in lower case."""
    name: str
    description: str
    list_type: int
    member_count: int
    created_at_ms: int
    updated_at_ms: int


class Member(NamedTuple):
    """One address of a list, with what is its in a mail to all."""

    address: str
    name: str
    """What `%name%` becomes; may be empty."""
    vars: str
    """A JSON object of further variables, names without `%`; empty where there are none."""
    created_at_ms: int
    updated_at_ms: int


class MemberChange(NamedTuple):
    """What is to become of one member; None leaves a value as it is."""

    address: str
    new_address: str
    name: str | None
    vars: str | None
