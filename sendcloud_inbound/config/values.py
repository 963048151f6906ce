"""What a single setting may hold: numbers, times, hosts, names and URLs, each with its own words.

A type here carries an `Expects`, from which every complaint about a value of that type is made:
`70000 is not a port; give a number from 0 to 65535`. Where that is not enough (a URL one slash
short), a validator calls `refuse` with a sentence of its own.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from sendcloud_inbound.rules.model import Fidelity

REFUSED = "refused"
"""The type of an error whose text is a whole sentence already."""


@dataclass(frozen=True, slots=True)
class Expects:
    """The words for a wrong value: it `is not <noun>; give <form>`."""

    noun: str
    form: str
    entry: str = ""
    """The noun of one entry, where the setting is a list."""

    @classmethod
    def one_of(cls, noun: str, *choices: str) -> Self:
        """Expect one of a few words."""
        return cls(noun, " or ".join((", ".join(choices[:-1]), choices[-1])))


def refuse(sentence: str, setting: str | None = None) -> NoReturn:
    """Refuse a value with a sentence of its own; `setting` names the culprit in a section."""
    raise PydanticCustomError(REFUSED, "{sentence}", {"sentence": sentence, "setting": setting})


# numbers and times


def _no_switch(value: object) -> object:
    """Keep `true` from being taken for the number 1."""
    if isinstance(value, bool):
        raise ValueError  # noqa: TRY004 - pydantic takes a ValueError; the words come from Expects
    return value


def _nothing(value: object) -> object:
    """Read an empty text as not set: TOML has no null."""
    return None if value == "" else value


def number_of_text(value: object) -> object:
    """Read the number that an environment gives as text, where only certain numbers are taken."""
    return int(value) if isinstance(value, str) and value.isdecimal() else _no_switch(value)


def _at_most(most: int) -> AfterValidator:
    """Refuse more than the store and the clocks of a machine can count."""

    def check(value: float) -> float:
        if value > most:
            refuse(f"{value} is too large; give {most:,} at most")
        return value

    return AfterValidator(check)


_MOST, _MOST_S, _MOST_PROCESSES = 10**12, 10**9, 256
"""Of whatever is counted; of seconds, thirty years; and of processes on one machine."""

Whole = Annotated[int, BeforeValidator(_no_switch)]
Number = Annotated[float, BeforeValidator(_no_switch), Field(allow_inf_nan=False)]

Port = Annotated[Whole, Field(ge=0, le=65535), Expects("a port", "a number from 0 to 65535")]
Limit = Annotated[
    Whole, Field(ge=0), _at_most(_MOST), Expects("a limit", "a whole number, 0 for no limit")
]
Count = Annotated[
    Whole, Field(ge=1), _at_most(_MOST), Expects("a count", "a whole number from 1 on")
]
Processes = Annotated[
    Whole, Field(ge=1), _at_most(_MOST_PROCESSES), Expects("a count", "a whole number from 1 on")
]
Serial = Annotated[
    Whole, Field(ge=0), _at_most(_MOST), Expects("a number", "a whole number, 0 or more")
]
Delay = Annotated[
    Number,
    Field(ge=0),
    _at_most(_MOST_S),
    Expects("a time in seconds", "a number of seconds, 0 or more"),
]
Duration = Annotated[
    Number,
    Field(gt=0),
    _at_most(_MOST_S),
    Expects("a time in seconds", "a number of seconds above 0"),
]
Switch = Annotated[bool, Expects("a switch", "true or false")]

OptionalPort = Annotated[
    Whole | None,
    Field(ge=0, le=65535),
    BeforeValidator(_nothing),
    Expects("a port", "a number from 0 to 65535"),
]
OptionalSerial = Annotated[
    Whole | None, BeforeValidator(_nothing), Expects("a number", "a whole number")
]

# texts, files, hosts

OptionalText = Annotated[
    str | None, BeforeValidator(_nothing), Expects("a text", "a text that is not empty")
]
OptionalSecret = Annotated[
    str | None,
    Field(repr=False),
    BeforeValidator(_nothing),
    Expects("a password", "a text that is not empty"),
]
OptionalDirectory = Annotated[
    Path | None, BeforeValidator(_nothing), Expects("a directory", "the path of a directory")
]

OptionalFile = Annotated[
    Path | None, BeforeValidator(_nothing), Expects("a file", "the path of a PEM file")
]

_HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[\w-]{1,63}\.)*[\w-]{0,62}[^\W\d][\w-]{0,62}\.?", re.ASCII
)
"""A name whose last label is no number: `127.0.0.256` is a mistyped address, not a name."""


def is_host(text: str) -> bool:
    """Tell whether a text is an IP address (IPv6 without brackets) or a host name."""
    try:
        ip_address(text)
    except ValueError:
        return _HOST_NAME.fullmatch(text) is not None
    return True


def _host(value: str) -> str:
    if not is_host(value):
        raise ValueError
    return value


def _ipv4(value: str) -> str:
    try:
        return str(IPv4Address(value))
    except AddressValueError:
        raise ValueError from None


Host = Annotated[
    str,
    AfterValidator(_host),
    Expects("a host", "an IP address such as 127.0.0.1 or ::1, or a host name"),
]
IPv4 = Annotated[str, AfterValidator(_ipv4), Expects("an IPv4 address", "one such as 10.10.127.51")]


def domain(value: str) -> str:
    """Return a domain as it is compared: in lower case, without a full stop at its end."""
    name = value.lower().removesuffix(".")
    if not _HOST_NAME.fullmatch(name):
        raise ValueError
    return name


Domain = Annotated[
    str, AfterValidator(domain), Expects("a domain", "a name such as mail.example.com")
]
NO_DOMAIN = "none"
"""An empty text could not say it: in the environment that counts as absent."""
Domains = Annotated[
    tuple[Domain, ...],
    Expects("a list of domains", 'names such as ["mail.example.com"]', "a domain"),
]

OptionalHost = Annotated[
    Annotated[str, AfterValidator(_host)] | None,
    BeforeValidator(_nothing),
    Expects("a host", "an IP address such as 127.0.0.1 or ::1, or a host name"),
]


# choices

Role = Literal["smtp", "worker", "http"]
Region = Literal["sc", "sg"]
LogFormat = Literal["auto", "console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]
Target = Literal["mailbox", "maildir", "relay"]
Tls = Literal["none", "starttls", "implicit"]


def words(value: object) -> object:
    """Read `smtp,worker` or `["smtp", "worker"]`, the forms of a list in the environment."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        with suppress(ValueError):
            return json.loads(value)
    return [word.strip() for word in value.split(",")]


def _once_each(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise ValueError
    return tuple(dict.fromkeys(roles))


Roles = Annotated[
    tuple[Role, ...],
    NoDecode,
    BeforeValidator(words),
    AfterValidator(_once_each),
    Expects("a role", "a list of smtp, worker and http (in the environment with commas between)"),
]
RegionName = Annotated[Region, Expects.one_of("a region", "sc", "sg")]
FidelityName = Annotated[Fidelity, Expects.one_of("a fidelity", *Fidelity)]


def _pattern(value: str) -> str:
    if not value or value != "".join(value.split()):
        raise ValueError
    return value


Patterns = Annotated[
    tuple[Annotated[str, AfterValidator(_pattern)], ...],
    NoDecode,
    BeforeValidator(words),
    Expects(
        "a list of patterns",
        'addresses or domains such as ["*@example.com"] (in the environment with commas between)',
        "a pattern",
    ),
]


def _network(value: str) -> str:
    return str(ip_network(value))


Networks = Annotated[
    tuple[Annotated[str, AfterValidator(_network)], ...],
    NoDecode,
    BeforeValidator(words),
    Expects(
        "a list of networks",
        'addresses or networks such as ["10.0.0.0/8", "::1"] (in the environment with commas '
        "between)",
        "a network",
    ),
]

TargetName = Annotated[Target, Expects.one_of("a target", "mailbox", "maildir", "relay")]
TlsName = Annotated[Tls, Expects.one_of("a way of TLS", "none", "starttls", "implicit")]
LogFormatName = Annotated[LogFormat, Expects.one_of("a log format", "auto", "console", "json")]
LogLevelName = Annotated[
    LogLevel, Expects.one_of("a log level", "debug", "info", "warning", "error")
]

# the store


_STORE_FORMS = "sqlite:///PATH, sqlite:// or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


def _store_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if scheme == "postgres":
        refuse("the URL begins with postgres://; write postgresql://")
    if url and not (separator and scheme in {"sqlite", "postgresql"}):
        raise ValueError
    if scheme == "sqlite" and rest:
        _sqlite_path(rest)
    elif scheme == "postgresql":
        _postgresql_address(url)
    return url


def _sqlite_path(rest: str) -> None:
    if not rest.startswith("/"):
        refuse("the URL has two slashes before the path; write three: sqlite:///PATH")
    if rest == "/":
        refuse("the URL names no file; give sqlite:///PATH")
    if rest == "/:memory:":
        refuse("memory cannot be shared; write sqlite:// for a private file, deleted at the stop")


def _postgresql_address(url: str) -> None:
    """Refuse what would be read otherwise than meant; say nothing of it: it holds the password."""
    try:
        address = urlsplit(url)
        _ = address.port  # read when asked for
    except ValueError:
        address = None
    if address is None or address.fragment or "@" in address.path:
        refuse("the URL cannot be read; in a password write / as %2F, # as %23, ? as %3F, @ as %40")
    if not (address.netloc or address.path.strip("/") or address.query):
        refuse("the URL names no database; give postgresql://USER:PASSWORD@HOST:PORT/DATABASE")


StoreUrl = Annotated[
    str,
    Field(repr=False),
    AfterValidator(_store_url),
    Expects("the URL of a store", _STORE_FORMS),
]
