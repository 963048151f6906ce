"""Every return code that the calls can give is given in a test."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from sendcloud_inbound.rules.results import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
CALLS = ("sendcloud_inbound/http/apiv2", "sendcloud_inbound/rules/api")
TESTS = ("tests/http/apiv2", "tests/rules/api", "tests/e2e")
FIRST = 40_000


def numbers(*folders: str) -> Iterator[int]:
    """Yield the codes that stand in the modules of some folders."""
    for folder in folders:
        for path in (ROOT / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, int) and value >= FIRST and value in MESSAGES:
                    yield value


def test_every_code_is_given_in_a_test() -> None:
    """Codes of one call may be given by another's test, for most are of a parameter."""
    given = {*numbers(*CALLS)}
    assert len(given) > 100
    assert given - {*numbers(*TESTS)} == set()
