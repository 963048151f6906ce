"""Addresses: as the dialogue takes and echoes them (HARAKA.md 2, "Address rules"), and in `to`.

The server named in the banner is lenient on the left of the `@` and strict on its right; what it
echoes is normalised: domain in lower case, local part as sent, no source route. Plain addresses,
which is nearly all, take one pattern; the rest takes the careful way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|IPv6:[0-9A-Fa-f:.]+)\])"

_KEYWORD = {
    "MAIL": re.compile(r"from:\s*", re.IGNORECASE),
    "RCPT": re.compile(r"to:\s*", re.IGNORECASE),
}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_PARAMETER = re.compile(r"\s+([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^= \x00-\x1f]+))?$")
_SOURCE_ROUTE = re.compile(rf"@{_DOMAIN}(?:,@{_DOMAIN})*:")
_USER_AT_HOST = re.compile(rf"(.*)@({_DOMAIN})", re.DOTALL)
# Quoted local part: qtext, which lacks the blank (`"a b"` is 501), or a quoted pair.
_QUOTED = re.compile(r'"((?:[\x01-\x08\x0b\x0c\x0e-\x1f\x21\x23-\x5b\x5d-\x7f]|\\[\x01-\x7f])+)"')
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_MUST_QUOTE = re.compile(r"([^a-zA-Z0-9!#$%&'*+\-/=?^_`{|}~.])")

_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_U_ATOM = r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,.\"]"
_U_LABEL = r"[^\W_](?:[^\W_]|-)*(?<!-)"
_U_DOMAIN = rf"{_U_LABEL}(?:\.{_U_LABEL})*"
_RECIPIENT = re.compile(rf"{_U_ATOM}+(?:\.{_U_ATOM}+)*@{_U_DOMAIN}")
_OUTSIDE = re.compile(rf"(?:{_U_ATOM}|\.)+@{_U_DOMAIN}")


@dataclass(frozen=True, slots=True)
class Path:
    """What follows MAIL or RCPT: an address and its parameters."""

    address: str
    """Normalised, without the angle brackets; empty for the null sender."""
    parameters: tuple[tuple[str, str | None], ...] = ()
    """Keyword in upper case, value as sent or None."""


def parse_path(verb: str, argument: str) -> Path:
    """Read what follows `MAIL` or `RCPT`; `ValueError` when it cannot be read (501)."""
    if _CONTROL.search(argument):
        raise ValueError("a control character")  # it would be echoed, and stored
    keyword = _KEYWORD[verb].match(argument)
    rest = argument[keyword.end() :] if keyword else argument
    rest, parameters = _take_parameters(rest)
    if not rest and parameters:
        # `MAIL user` without brackets looks like a parameter: the first one is the address.
        rest, parameters = _as_text(parameters[0]), parameters[1:]
    if not rest:
        if verb == "RCPT":
            raise ValueError("no recipient")
        return Path("")
    address = normalise(rest[1:-1] if rest[0] == "<" and rest[-1] == ">" else rest)
    return Path(address, tuple((key.upper(), value) for key, value in parameters))


def normalise(address: str) -> str:
    """Return an address as the server echoes it; `ValueError` when it is none."""
    address = _SOURCE_ROUTE.sub("", address, count=1) if address.startswith("@") else address
    if not address:
        return ""
    if address.lower() == "postmaster":
        return "postmaster"
    found = _USER_AT_HOST.fullmatch(address)
    if found is None:
        raise ValueError("no domain, or one that cannot be")
    local, domain = found.groups()
    return f"{_normal_local(local)}@{domain.lower()}"


def is_recipient(text: str) -> bool:
    """Tell whether an entry of X-SMTPAPI `to` is a bare address (S12); UTF-8 is carried (D6)."""
    return len(text) <= _LONGEST and _RECIPIENT.fullmatch(text) is not None


def is_outside(text: str) -> bool:
    """Tell whether a text is a bare address of some server: theirs may have `a.@` and `a..b@`."""
    return len(text) <= _LONGEST and _OUTSIDE.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """Return what stands behind the last `@`, in lower case; all of it where there is none."""
    return address.rpartition("@")[2].lower()


def is_domain(text: str) -> bool:
    """Tell whether a text is the name of a domain, of at least two labels in ASCII."""
    return _NAME.fullmatch(text) is not None


_LONGEST = 320
"""64 octets of local part, `@`, 255 of domain (RFC 5321 4.5.3.1)."""


def _take_parameters(rest: str) -> tuple[str, list[tuple[str, str | None]]]:
    """Chew `KEY` and `KEY=value` off the right end."""
    rest = rest if rest.startswith("<") else " " + rest
    parameters: list[tuple[str, str | None]] = []
    while found := _PARAMETER.search(rest):
        parameters.append((found[1], found[2]))
        rest = rest[: found.start()]
    rest = rest.strip()
    if re.search(r"@.*\s", rest):
        raise ValueError("parameters that cannot be read")
    return rest, parameters[::-1]


def _as_text(parameter: tuple[str, str | None]) -> str:
    key, value = parameter
    return key if value is None else f"{key}={value}"


def _normal_local(local: str) -> str:
    if re.match(_ATOM, local):
        # Only the first character is looked at: `a..b`, `a.` and even `a b` pass (HARAKA.md 2).
        text = local
    elif quoted := _QUOTED.fullmatch(local):
        text = _QUOTED_PAIR.sub(r"\1", quoted[1])
    else:
        raise ValueError("a local part that cannot be")
    escaped = _MUST_QUOTE.sub(r"\\\1", text)
    return text if escaped == text else f'"{escaped}"'
