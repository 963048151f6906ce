"""How answers are read: each of these makes of one what a call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sendcloud_inbound.client.fitting import of

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

Result = TypeVar("Result")


def one(kind: type[Result]) -> Callable[[httpx.Response], Result]:
    """Read one value."""
    return lambda answer: of(kind, answer.json())


def items(kind: type[Result]) -> Callable[[httpx.Response], list[Result]]:
    """Read all values of a listing that comes at once."""
    return lambda answer: [of(kind, each) for each in answer.json()["items"]]


def count(name: str) -> Callable[[httpx.Response], int]:
    """Read how many there were."""
    return lambda answer: int(answer.json()[name])


def settings(answer: httpx.Response) -> dict[str, str]:
    """Read the settings by name."""
    return {str(each["setting"]): str(each["value"]) for each in answer.json()["items"]}


def as_json(answer: httpx.Response) -> dict[str, Any]:
    """Read an object as it is."""
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError
    return found


def as_is(given: dict[str, Any]) -> dict[str, Any]:
    """Read an item of a listing as it is."""
    return given


def octets(answer: httpx.Response) -> bytes:
    """Read exact bytes."""
    return answer.content


def text(answer: httpx.Response) -> str:
    """Read a text."""
    return answer.text


def nothing(_: httpx.Response) -> None:
    """Read nothing: that it was done is all there is to know."""
