"""The words of the pages: all there in both languages, all known, none left over."""

from __future__ import annotations

from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, nodes

from sendcloud_inbound.http.languages import Language
from sendcloud_inbound.http.ui import words
from sendcloud_inbound.http.ui.navigation import NAVIGATION
from sendcloud_inbound.http.ui.words import CATALOGUE, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = [
    each
    for each in files("sendcloud_inbound.http.ui").joinpath("templates").iterdir()
    if each.name.endswith(".html")
]
PAGES = {module.__name__.rpartition(".")[2]: module for module in words._MODULES}


def used(text: str) -> Iterator[tuple[str, bool, set[str]]]:
    """Yield each word of a template: its key, whether that is only its beginning, its values."""
    for call in Environment(autoescape=True).parse(text).find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name != "t":
            continue
        key, values = call.args[0], {each.key for each in call.kwargs}
        if isinstance(key, nodes.Const):
            yield str(key.value), False, values
        elif isinstance(key, nodes.Concat):
            assert isinstance(key.nodes[0], nodes.Const)
            yield str(key.nodes[0].value), True, values


USED = {template.name: [*used(template.read_text("utf-8"))] for template in TEMPLATES}


@pytest.mark.parametrize("page", PAGES)
def test_words_are_there_in_both_languages(page: str) -> None:
    """None is empty, and both have the same values in them."""
    for key, both in PAGES[page].WORDS.items():
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in both]
        assert all(text.strip() for text in both), key
        assert fields[0] == fields[1], key


def test_a_key_stands_in_one_module() -> None:
    """No page takes another's word away, and each names its keys for itself."""
    assert sum(len(module.WORDS) for module in PAGES.values()) == len(CATALOGUE)
    for name, module in PAGES.items():
        if name != "common":
            assert {key.partition(".")[0] for key in module.WORDS} == {name}


@pytest.mark.parametrize("template", USED)
def test_templates_know_what_they_say(template: str) -> None:
    """Every key of a template is there, with the values that its text needs."""
    for key, is_beginning, values in USED[template]:
        found = [one for one in CATALOGUE if one == key or (is_beginning and one.startswith(key))]
        assert found, key
        for each in found:
            needed = {name for _, name, _, _ in Formatter().parse(CATALOGUE[each][1]) if name}
            assert needed == values, each


def test_no_word_is_left_over() -> None:
    """Each is said by a template or by the navigation."""
    every = [each for some in USED.values() for each in some]
    said = {key for key, is_beginning, _ in every if not is_beginning}
    said |= {word for _, word in NAVIGATION}
    begun = tuple(key for key, is_beginning, _ in every if is_beginning)
    assert [key for key in CATALOGUE if key not in said and not key.startswith(begun)] == []


def test_values_stand_in_the_text() -> None:
    """In either language."""
    assert Words(Language.ENGLISH)("inbox.to.more", count=2) == "and 2 more"
    assert Words(Language.CHINESE)("inbox.to.more", count=2) == "及另外 2 个"
