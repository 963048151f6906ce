"""Options in groups: what several commands take, declared once as a dataclass.

    @grouped
    def clear(*, mail: filters.Chosen, json: options.AsJson = False, sandbox: places.Sandbox): ...

typer sees the fields of `Chosen`, `--json` and the fields of `Sandbox`, in that order.
"""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")


def grouped(command: Callable[..., Result]) -> Callable[..., Result]:
    """Let typer see the options of a command's groups, and the command their values.

    A parameter whose type is a dataclass is a group: each of its fields is an option.
    """
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, Any] = {
        each.name: each.annotation
        for each in signature.parameters.values()
        if is_dataclass(each.annotation)
    }

    @wraps(command)
    def ungrouped(**given: Any) -> Result:  # noqa: ANN401 - whatever the options are
        for name, group in groups.items():
            given[name] = group(**{each.name: given.pop(each.name) for each in fields(group)})
        return command(**given)

    options = [option for each in signature.parameters.values() for option in _options(each)]
    ungrouped.__signature__ = signature.replace(parameters=options)  # type: ignore[attr-defined]
    ungrouped.__annotations__ = {each.name: each.annotation for each in options}
    return ungrouped


def _options(given: inspect.Parameter) -> Iterator[inspect.Parameter]:
    """Yield the parameter itself, or one for each option of a group."""
    group = given.annotation
    if not is_dataclass(group):
        yield given
        return
    hints = get_type_hints(group, include_extras=True)
    for each in fields(group):
        yield given.replace(name=each.name, annotation=hints[each.name], default=each.default)
