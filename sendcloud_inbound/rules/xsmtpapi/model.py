"""The keys of X-SMTPAPI (SENDCLOUD.md 3.1).

Null members are absent. Unknown keys are kept aside, to be told, and have no effect (S13). Types
are those of the documents and are not bent: a number is no string. What `sub` and `pubsub` hold as
values is any JSON (SENDCLOUD.md 3.6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, FailFast, field_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_RECIPIENTS = 100
"""Addresses in `to` (SENDCLOUD.md 1.6)."""


class Number(NamedTuple):
    """A JSON number in the JSON's own spelling: `1989.0` goes into the mail as `1989.0` (S9)."""

    spelling: str


class Part(BaseModel):
    """A JSON object within the header."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class Enable(Part):
    """`{"enable": "1"}`: a string by the documents; a number does no harm."""

    enable: Any = None

    @field_validator("enable")
    @classmethod
    def _is_string_or_number(cls, value: object) -> object:
        # A union would take an array of one string for a Number.
        if value is None or isinstance(value, (str, Number)):
            return value
        raise PydanticCustomError("enable_type", "a string or a number")


class Switch(Part):
    """One kind of tracking."""

    settings: Enable | None = None


class Filters(Part):
    """Tracking switches, stronger than the API_USER's."""

    subscription_tracking: Switch | None = None
    open_tracking: Switch | None = None
    click_tracking: Switch | None = None


class Unsubscribe(Part):
    """The unsubscribe page: a number, or one per recipient (D41)."""

    page_id: Any = None

    @field_validator("page_id")
    @classmethod
    def _is_number_or_array(cls, value: object) -> object:
        numbers = value if isinstance(value, list) else [value]
        if value is None or all(isinstance(each, Number) for each in numbers):
            return value
        raise PydanticCustomError("page_id_type", "a number or an array of numbers")


class Settings(Part):
    """What else can be set for a mail."""

    unsubscribe: Unsubscribe | None = None


class XSmtpApi(Part):
    """The object in the header."""

    to: Annotated[list[str] | None, FailFast()] = None
    sub: dict[str, list[Any] | None] | None = None
    pubsub: dict[str, Any] | None = None
    section: dict[str, str | None] | None = None
    filters: Filters | None = None
    settings: Settings | None = None
    send_domain: str | None = None


def has_known_keys(api: XSmtpApi) -> bool:
    """Tell whether any key is there that SendCloud knows."""
    return any(getattr(api, name) is not None for name in XSmtpApi.model_fields)


class UnknownKey(NamedTuple):
    """A key that SendCloud does not know, such as `bcc` at `filters.bcc`."""

    path: str
    key: str
    known: tuple[str, ...]
    """Those that can stand there."""


def unknown_keys(part: Part, path: str = "") -> Iterator[UnknownKey]:
    """Yield the keys that SendCloud does not know, at any depth."""
    known = tuple(type(part).model_fields)
    yield from (UnknownKey(f"{path}{key}", key, known) for key in part.model_extra or ())
    for name in type(part).model_fields:
        inner = getattr(part, name)
        if isinstance(inner, Part):
            yield from unknown_keys(inner, f"{path}{name}.")
