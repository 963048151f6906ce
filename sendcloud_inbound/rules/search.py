"""Full-text search: how texts are compared, and the grams that find them quickly.

A message is found when each word of the query stands somewhere in its text, as a part of whatever
is there: Chinese is written without spaces, so no words are sought in the text. SendCloud has no
such search; the sandbox API has (DESIGN: 4).

Every character is folded by itself, so that the folding of a part is a part of the folding: what
was read in a message, however little of it, finds the message.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST_GRAM = 3
"""Single characters and pairs too, for words that are no longer: most Chinese ones."""

_MOST_GRAMS = 32
"""Of a query: more would find no fewer, and all that is found is compared anyway."""
_SIMPLE = re.compile(r"[\t-\r\x1c-\x7e]*")
_OWNER = "\x01"
"""No character of a folded text."""
_LAST_KEPT = 0xFFFF


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it is met."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if code <= _LAST_KEPT:
            self[code] = folded
        return folded


def _folded(character: str) -> str:
    if character == "\ufeff":  # a byte order mark, which nobody sees
        return ""
    if unicodedata.category(character) in {"Cc", "Cs"} and not character.isspace():
        return "\ufffd"  # no text column holds NUL or half a character
    return unicodedata.normalize("NFKC", character).casefold()


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return `text` as it is compared: without case, full width letters as plain ones (NFKC)."""
    return text.lower() if _SIMPLE.fullmatch(text) else text.translate(_FOLDING)


def words(query: str) -> tuple[str, ...]:
    """Return the words of a query, folded, each once; none when there is nothing to look for."""
    return tuple(dict.fromkeys(fold(query).split()))


def owner(api_user: str) -> tuple[str, ...]:
    """Return words that stand for an API_USER, in a text and in a query; no query spells them."""
    return tuple(f"{_OWNER}{fold(api_user)}{_OWNER}".split())


def matches(text: str, sought: Iterable[str]) -> bool:
    """Tell whether a folded text holds all words."""
    return all(word in text for word in sought)


def grams(text: str) -> set[str]:
    """Return all grams of a folded text: what up to three characters in a row there are."""
    return {
        word[start : start + length]
        for word in set(text.split())
        for length in range(1, LONGEST_GRAM + 1)
        for start in range(len(word) - length + 1)
    }


def sought_grams(sought: Sequence[str]) -> list[str]:
    """Return grams that every text has which holds these words; not many."""
    return list(dict.fromkeys(islice(chain.from_iterable(map(_grams_of, sought)), _MOST_GRAMS)))


def _grams_of(word: str) -> Iterator[str]:
    """Yield the longest grams of a word, side by side, and its last.

    Of an owner the last two alone: names of API_USERs differ at their ends, and a gram that nearly
    every text has costs a search of a million texts some 40 ms and rules nothing out.
    """
    last = max(len(word) - LONGEST_GRAM, 0)
    if word.startswith(_OWNER):
        yield word[last:]
        yield word[max(last - 1, 0) :][:LONGEST_GRAM]
        return
    for start in range(0, last, LONGEST_GRAM):
        yield word[start : start + LONGEST_GRAM]
    yield word[last:]
