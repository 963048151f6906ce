"""The matrix of behaviours is true: every row has tests that are run."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sendcloud_inbound.rules.fidelity import MATRIX, Behaviour
from tests.http.serving import API, get, problem_of

if TYPE_CHECKING:
    import httpx

ROOT = Path(__file__).parents[2]
SOURCE = re.compile(r"(?:\d(?:\.\d+)?|[GDS]\d+)")
OF_NO_CALL = {
    "D39",
}
"""What is about a code that no call of ours answers."""
KNOWN = {
    *(f"D{number}" for number in range(1, 48)),
    *(f"S{number}" for number in range(1, 27)),
    *(f"G{number}" for number in range(1, 23)),
}
"""All disagreements and silences of the documents, and all examples of the guide."""


@cache
def functions_of(file: str) -> dict[str, bool]:
    """Return the tests of a file; whether each is run always."""
    found = ast.parse((ROOT / file).read_text()).body
    functions = [each for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {
        each.name: not any("skip" in ast.unparse(mark) for mark in each.decorator_list)
        for each in functions
    }


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_a_row_has_tests_that_are_run(row: Behaviour) -> None:
    """The file and the function are there; of a dialogue, the transcript is."""
    assert row.tests
    assert len(set(row.tests)) == len(row.tests)
    for test in row.tests:
        file, _, rest = test.partition("::")
        function, _, case = rest.partition("[")
        assert functions_of(file)[function]
        if case:
            assert (ROOT / "tests/dialogues" / f"{case.removesuffix(']')}.smtp").exists()


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row.name)
def test_a_row_is_complete(row: Behaviour) -> None:
    """Where the sandbox is not as documented, it is said what it does; sources can be found."""
    assert (row.sandbox is None) == (row.status == "implemented")
    assert all(SOURCE.fullmatch(each) for each in row.source.split(", "))
    assert row.behaviour.endswith(".")


def test_names_are_unique() -> None:
    """Programs look a row up by its name."""
    assert max(Counter(row.name for row in MATRIX).values()) == 1


def test_nothing_known_is_left_out() -> None:
    """Every silence, disagreement and example has its row, but for what no call answers."""
    sources = {each for row in MATRIX for each in row.source.split(", ")}
    assert KNOWN - sources == OF_NO_CALL


async def test_the_matrix_can_be_asked_for(client: httpx.AsyncClient) -> None:
    """All of it, or those of a status."""
    rows = (await get(client, "fidelity"))["items"]
    assert [row["name"] for row in rows] == [row.name for row in MATRIX]
    assert [row["tests"] for row in rows] == [[*row.tests] for row in MATRIX]
    differs = (await get(client, "fidelity", status="differs"))["items"]
    assert differs == [row for row in rows if row["status"] == "differs"] != []
    told = problem_of(await client.get(f"{API}/fidelity", params={"status": "maybe"}))
    assert told["type"] == "/docs#bad-parameter"


@pytest.mark.parametrize("call", ["list.get", "list.create", "listMember.add"])
async def test_other_calls_of_the_first_generation_are_not_there(
    client: httpx.AsyncClient, call: str
) -> None:
    """The row that says so goes with them."""
    answer = (await client.post(f"/webapi/{call}.json", data={})).json()
    assert answer == {"message": "error", "errors": [f"there is no call {call}"]}
