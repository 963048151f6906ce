"""Every exception of the program.

    InboundError
    ├── ConfigError         a setting is wrong; one line, exit status 2
    ├── StartupError        a port, a certificate or the store cannot be used; one line, exit 1
    ├── StoreUnavailable    the store cannot write or read now; 451 to the client, try again
    ├── MessageIdTaken      the store holds that messageId already; make another
    ├── Overtaken           somebody else has written that already; look again
    └── CopyTooLarge        a copy would be too large; that recipient's email is invalid

One class per reaction. Each message is one sentence for the person who reads it: what is wrong,
where, and what to do.
"""

from __future__ import annotations


class InboundError(Exception):
    """The base of all errors that the program raises on purpose."""


class ConfigError(InboundError):
    """A setting is unknown, missing or has an impossible value."""


class StartupError(InboundError):
    """Something outside the settings stands in the way of starting, such as a taken port."""


class StoreUnavailable(InboundError):  # noqa: N818 - it names a state, which passes
    """The store cannot be reached or cannot write at the moment; the same call may work later."""


class MessageIdTaken(InboundError):  # noqa: N818
    """A message of that messageId is stored already; the caller makes a new one."""


class Overtaken(InboundError):  # noqa: N818 - it names what happened
    """What was to be written rests on a state that is no more: another process was quicker."""


class CopyTooLarge(InboundError):  # noqa: N818 - it names what cannot be
    """One recipient's copy would have more octets than a copy may; there is none."""
