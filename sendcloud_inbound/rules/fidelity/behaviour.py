"""What a row of the matrix says.

Each names where the behaviour is written down and the tests that keep the row true. Sources are
sections of SENDCLOUD.md, its guide examples (G), disagreements of the documents (D) and silences
(S).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fidelity = Literal["implemented", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One behaviour of SendCloud."""

    name: str
    """Short, unique, for programs."""
    behaviour: str
    """What SendCloud does, in one sentence; of `unknown`, what nobody has written down."""
    status: Fidelity
    """`implemented`: as documented. `differs`: documented, and other here. `unknown`: the documents
    are silent or contradict one another, and the sandbox has decided."""
    source: str
    tests: tuple[str, ...]
    """The pytest ids of the tests that keep the row true; together they prove all of it."""
    sandbox: str | None = None
    """What the sandbox does, where that is not the documented behaviour."""


def documented(name: str, behaviour: str, source: str, *tests: str) -> Behaviour:
    """Return a row of what is as documented."""
    return Behaviour(name, behaviour, "implemented", source, tests)


def differs(name: str, behaviour: str, sandbox: str, source: str, *tests: str) -> Behaviour:
    """Return a row of what is documented, and other here."""
    return Behaviour(name, behaviour, "differs", source, tests, sandbox)


def unknown(name: str, behaviour: str, sandbox: str, source: str, *tests: str) -> Behaviour:
    """Return a row of what nobody has written down, and the sandbox had to decide."""
    return Behaviour(name, behaviour, "unknown", source, tests, sandbox)


def dialogue(name: str) -> str:
    """Return the id of the test that plays a transcript."""
    return f"tests/dialogues/test_dialogues.py::test_server_keeps_to_the_transcript[{name}]"
