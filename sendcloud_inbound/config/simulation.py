"""The settings of what is made to happen to mail, and when."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from sendcloud_inbound.config import values
from sendcloud_inbound.config.sections import Section

MagicDomain = Annotated[
    str,
    AfterValidator(values.domain),
    values.Expects("a domain", f"a name such as sandbox.test, or {values.NO_DOMAIN}"),
]


class Simulation(Section):
    """What can be asked for by the name of a recipient."""

    domain: MagicDomain = Field(
        default="sandbox.test",
        description="Domain of the magic addresses, as in invalid@sandbox.test. Nothing sent to it "
        "leaves the sandbox. Change it where tests need a domain of their own; none: no address is "
        "magic.",
    )

    def reserved(self) -> str:
        """Return the domain; empty when there is none."""
        return "" if self.domain == values.NO_DOMAIN else self.domain


class Events(Section):
    """When things happen to mail."""

    delay_s: values.Delay = Field(
        default=0,
        description="Seconds from the acceptance of a mail to its first event, beside what a rule "
        "adds. SendCloud takes some; raise it to see whether a client waits.",
    )
