"""The index of full-text search: which grams stand in the text of which message.

PostgreSQL has them as an array under GIN, which needs no extension. SQLite has FTS5 with its
trigram tokenizer; that knows runs of three characters only, so it is given each text twice, the
second time with a mark between its characters: `abc` is also `a|b|c`, where `a|b` is the pair and
`|b|` the single character. Both find what has all grams of a query, which is a little more than
what holds its words: whoever asks compares the texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, text

from sendcloud_inbound.rules import search
from sendcloud_inbound.store.tables import messages, search_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection

_MARK = "\x02"
"""No character of a folded text."""
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_STILL_THERE = (
    select(messages.c.key)
    .where(messages.c.key.in_(_KEYS))
    .order_by(messages.c.key)
    # Two nodes never take in the same one, and none that is being deleted.
    .with_for_update(skip_locked=True)
)
_ARE_IN = select(search_texts.c.message_key).where(search_texts.c.message_key.in_(_KEYS))
_TEXTS = select(search_texts.c.message_key, search_texts.c.text).where(
    search_texts.c.message_key.in_(_KEYS)
)
_BY_GRAMS = (
    select(search_texts.c.message_key)
    .where(
        search_texts.c.grams.contains(bindparam("grams", type_=search_texts.c.grams.type)),
        search_texts.c.message_key < bindparam("below"),
    )
    .order_by(search_texts.c.message_key.desc())
    .limit(bindparam("limit"))
)
_BY_MATCH = text(
    "SELECT rowid FROM search_grams WHERE search_grams MATCH :match AND rowid < :below "
    "ORDER BY rowid DESC LIMIT :limit"
)
_ADD = text("INSERT INTO search_grams (rowid, text) VALUES (:key, :text)")
_FORGET = text(
    "INSERT INTO search_grams (search_grams, rowid, text) VALUES ('delete', :key, :text)"
)


def find(conn: Connection, sought: Sequence[str], below: int, limit: int) -> Sequence[int]:
    """Return the keys below `below` of texts that may hold all words, the newest first."""
    grams = search.sought_grams(sought)
    if conn.dialect.name == "sqlite":
        match = " AND ".join(map(_term, grams))
        asked = {"match": match, "below": below, "limit": limit}
        return conn.scalars(_BY_MATCH, asked).all()
    return conn.scalars(_BY_GRAMS, {"grams": grams, "below": below, "limit": limit}).all()


def holding(conn: Connection, sought: Sequence[str], keys: Sequence[int]) -> list[int]:
    """Return those of `keys` whose text really holds all words."""
    rows = conn.execute(_TEXTS, {"keys": keys})
    return [row.message_key for row in rows if search.matches(row.text, sought)]


def add(conn: Connection, texts: Mapping[int, str]) -> None:
    """Take the folded texts of messages in, by key, but of those that are gone or in already."""
    there = conn.scalars(_STILL_THERE, {"keys": [*texts]}).all()
    known = {*conn.scalars(_ARE_IN, {"keys": there})}
    new = {key: texts[key] for key in there if key not in known}
    if not new:
        return
    is_sqlite = conn.dialect.name == "sqlite"
    conn.execute(
        insert(search_texts),
        [
            {"message_key": key, "text": one, "grams": None if is_sqlite else [*search.grams(one)]}
            for key, one in new.items()
        ],
    )
    if is_sqlite:
        conn.execute(_ADD, [{"key": key, "text": _twice(one)} for key, one in new.items()])


def forget(conn: Connection, keys: Collection[int]) -> None:
    """Delete what is known of messages. Call it after their rows are deleted.

    So it also hits what another node took in until then.
    """
    if conn.dialect.name == "sqlite":
        rows = conn.execute(_TEXTS, {"keys": [*keys]}).all()
        if rows:  # FTS5 keeps no texts: it is told what it once was given
            gone = [{"key": row.message_key, "text": _twice(row.text)} for row in rows]
            conn.execute(_FORGET, gone)
    conn.execute(delete(search_texts).where(search_texts.c.message_key.in_(keys)))


def _twice(folded: str) -> str:
    return folded + _MARK + _MARK.join(folded)


def _term(gram: str) -> str:
    """Return a gram as FTS5's query language quotes it."""
    marked = f"{_MARK}{gram}{_MARK}" if len(gram) == 1 else _MARK.join(gram)
    term = gram if len(gram) == search.LONGEST_GRAM else marked
    return '"' + term.replace('"', '""') + '"'
