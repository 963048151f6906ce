"""The settings of how much mail is kept."""

from __future__ import annotations

from pydantic import Field

from sendcloud_inbound.config import values  # noqa: TC001 - pydantic reads it
from sendcloud_inbound.config.sections import Section


class Retention(Section):
    """What is kept at most; what is beyond it goes, the oldest first."""

    max_messages: values.Limit = Field(
        default=0,
        description="Most messages kept, 0 for all. Set it on a server that runs for long: the "
        "oldest go with all that is theirs, never one that still waits.",
    )
    max_age_s: values.Delay = Field(
        default=0,
        description="Seconds that a message is kept, 0 for ever. 86400 is a day.",
    )
    max_bytes: values.Limit = Field(
        default=0,
        description="Most octets of all messages together, as they were received, 0 for no "
        "limit. Set it where the disk is small; the store takes about twice as much.",
    )
