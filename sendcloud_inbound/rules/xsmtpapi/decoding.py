"""From the value of X-SMTPAPI to its model, in four steps: base64, UTF-8, JSON, types.

What stops it is a finding, and so is what it stepped over (S3, S9, S13, D17).
"""

from __future__ import annotations

import binascii
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

import pybase64
from pydantic import ValidationError

from sendcloud_inbound.rules.lint import MAX_TOLD, finding
from sendcloud_inbound.rules.xsmtpapi.model import Number, XSmtpApi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from sendcloud_inbound.rules.model import Finding

_Pairs = list[tuple[str, Any]]

_MAX_DEPTH = 64
"""Not documented. No use of the header nests deeper than 5; the JSON reader itself ends somewhere
below 1000, at a depth that depends on its caller's."""

_LONGEST_STRING = 60
"""A string in place of an array is written as one up to this length."""

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_HEX = "[0-9a-fA-F]{2}"
_ESCAPE = re.compile(
    rf"\\(?:u[dD][89abAB]{_HEX}\\u[dD][c-fC-F]{_HEX}|(u[dD][89a-fA-F]{_HEX})|.)", re.DOTALL
)
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*+"|(NaN|-?Infinity)', re.DOTALL)


class NotReadable(ValueError):  # noqa: N818 - it names what the value is
    """The value cannot be read; the findings say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(findings[0].message)
        self.findings = findings


def decode(value: bytes) -> tuple[XSmtpApi, tuple[Finding, ...]]:
    """Return the model of a header's value and what was stepped over; else `NotReadable`."""
    text = _to_text(_to_octets(value))
    document, repeated = _to_json(text)
    if not isinstance(document, dict):
        _stop("xsmtpapi-not-object", got=_kind(document))
    if _is_too_deep(text, document):
        _stop("xsmtpapi-not-json", why=f"it is nested more than {_MAX_DEPTH} deep")
    api = _to_model(document)
    return api, tuple(
        finding("xsmtpapi-duplicate-key", "X-SMTPAPI", key=key) for key in repeated[:MAX_TOLD]
    )


def _to_octets(value: bytes) -> bytes:
    try:
        return pybase64.b64decode(value, validate=True)
    except binascii.Error:
        _stop("xsmtpapi-not-base64", why=_why_not_base64(value))


def _why_not_base64(value: bytes) -> str:
    if value.startswith(b"{"):
        return "it is JSON as it is"
    if foreign := _NOT_BASE64.search(value):
        return f"{foreign[0].decode('latin-1')!r} at octet {foreign.start() + 1}"
    try:
        # The standard library's strict decoder lets padding pass that fills no group.
        binascii.a2b_base64(value, strict_mode=True)
    except binascii.Error:
        return f"the padding of its {len(value)} octets is wrong"
    return "padding after its end"


def _to_text(octets: bytes) -> str:
    try:
        text = octets.decode()
    except UnicodeDecodeError as error:
        _stop("xsmtpapi-not-json", why=f"octet {error.start + 1} is not UTF-8")
    if "\\" in text and ("\\ud" in text or "\\uD" in text):  # one character is found at once
        # Half a surrogate pair is no character: no mail, database or reply could hold it.
        return _ESCAPE.sub(lambda escape: "\\ufffd" if escape[1] else escape[0], text)
    return text


def _to_json(text: str) -> tuple[Any, list[str]]:
    repeated: list[str] = []

    def members(pairs: _Pairs) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.extend(_repeated(pairs))
        return found

    def refuse(constant: str) -> NoReturn:
        place = next(found.start() for found in _CONSTANT.finditer(text) if found[1])
        raise json.JSONDecodeError(f"{constant} is no JSON", text, place)

    reader = json.JSONDecoder(
        object_pairs_hook=members, parse_int=Number, parse_float=Number, parse_constant=refuse
    )
    try:
        return reader.decode(text), repeated
    except json.JSONDecodeError as error:
        _stop("xsmtpapi-not-json", why=_why_not_json(error))
    except RecursionError:
        _stop("xsmtpapi-not-json", why=f"it is nested more than {_MAX_DEPTH} deep")


def _why_not_json(error: json.JSONDecodeError) -> str:
    near = error.doc[max(0, error.pos - 12) : error.pos + 12]
    return f"line {error.lineno}, column {error.colno}: {error.msg}, near {near!r}"


def _repeated(pairs: _Pairs) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def _is_too_deep(text: str, document: dict[str, Any]) -> bool:
    if not _has_many(text, "[") and not _has_many(text, "{"):
        return False
    level: list[Any] = [document]
    for _ in range(_MAX_DEPTH):
        members = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for part in members for each in part if isinstance(each, (dict, list))]
    return bool(level)


def _has_many(text: str, bracket: str) -> bool:
    """Tell whether there are enough of one kind for half of the depth that is allowed."""
    at = -1
    for _ in range(_MAX_DEPTH // 2):
        at = text.find(bracket, at + 1)  # a hundredth of what a split of a megabyte takes
        if at < 0:
            return False
    return True


def _to_model(document: dict[str, Any]) -> XSmtpApi:
    try:
        return XSmtpApi.model_validate(document)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_context=False)
    raise NotReadable(*map(_mistake, mistakes[:MAX_TOLD]))


def _mistake(mistake: ErrorDetails) -> Finding:
    path, given = mistake["loc"], mistake["input"]
    if path == ("to",) and isinstance(given, str):
        return finding(
            "xsmtpapi-to-string", _place(path), address=f'"{given}"', array=_as_array(given)
        )
    expected = _EXPECTED.get(mistake["type"], mistake["msg"])
    return finding("xsmtpapi-wrong-type", _place(path), expected=expected, got=_kind(given))


def _as_array(addresses: str) -> str:
    """Return JSON that holds the addresses of a string, if it is short enough to be shown."""
    if len(addresses) > _LONGEST_STRING:
        return '["ben@ifaxin.com", "joe@ifaxin.com"]'
    listed = [each.strip() for each in re.split("[,;]", addresses) if each.strip()]
    return json.dumps(listed, ensure_ascii=False)


_EXPECTED = {
    "string_type": "a string",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
}


def _place(path: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"X-SMTPAPI {''.join(steps).removeprefix('.')}"


_KINDS = {
    type(None): "null",
    bool: "a boolean",
    str: "a string",
    Number: "a number",
    list: "an array",
    dict: "an object",
}


def _kind(value: object) -> str:
    """Return JSON's word for a value."""
    return _KINDS[type(value)]


def _stop(code: str, **fills: object) -> NoReturn:
    raise NotReadable(finding(code, "X-SMTPAPI", **fills)) from None
