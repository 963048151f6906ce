"""Options in groups, as typer and a command see them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated

import typer

from sendcloud_inbound.cli.grouping import grouped

Colour = Annotated[str | None, typer.Option("--colour", help="Of the thing.")]


@dataclass(frozen=True)
class Look:
    """A group."""

    colour: Colour = None
    size: Annotated[int, typer.Option("--size", help="In metres.")] = 3


@grouped
def paint(name: str, *, look: Look, quick: bool = False) -> tuple[str, Look, bool]:
    """Paint it."""
    return name, look, quick


def test_typer_sees_the_options_of_a_group_where_the_group_stands() -> None:
    """With their types and defaults; the words of the command stay."""
    seen = inspect.signature(paint).parameters
    assert [*seen] == ["name", "colour", "size", "quick"]
    assert (seen["colour"].annotation, seen["size"].default) == (Colour, 3)
    assert (paint.__name__, paint.__doc__) == ("paint", "Paint it.")


def test_the_command_gets_a_group_as_one_value() -> None:
    """The other parameters come as they are."""
    called = paint(name="door", colour="red", size=2, quick=True)
    assert called == ("door", Look("red", 2), True)
