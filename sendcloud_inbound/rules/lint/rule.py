"""What a row of the table of findings holds."""

from __future__ import annotations

from dataclasses import dataclass

from sendcloud_inbound.rules.model import Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: what is said of one kind of mistake."""

    level: Level
    message: str
    """What is wrong and what becomes of it; `{...}` is filled in by `finding`."""
    remedy: str
    """How to mend it; what is for one client alone has a line of its own."""
    source: str
    strict: bool = False
    """Refused in strict mode although SendCloud takes it, or may take it (D12)."""

    @property
    def refused_in_strict(self) -> bool:
        """Whether strict mode refuses it: all that fails later in faithful mode."""
        return self.strict or self.level in (Level.REFUSED, Level.INVALID)
