"""The header of a text part whose copy is written in another encoding or charset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.mime.parameters import without_charset
from sendcloud_inbound.rules.rewriting import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendcloud_inbound.rules.mime import Part
    from sendcloud_inbound.rules.substitution.texts import Body

_TYPE, _ENCODING, _VERSION = b"content-type", b"content-transfer-encoding", b"mime-version"


class Relabelling:
    """One place in the header of a part: what stands there in a copy as it was, and in another."""

    def __init__(self, part: Part, name: bytes) -> None:
        found = part.block.find(name)
        self._name = name
        if found:
            self.start, self.end = part.begin + found.begin, part.begin + found.end
            self._as_sent, self._form = found.raw, b" %b"
        else:
            self.start = self.end = part.begin + first_line(part.block)
            self._as_sent, self._form = b"", _FORMS[name]

    def octets(self, body: Body) -> bytes:
        """Return what stands there in one copy."""
        if self._name == _TYPE:
            return self._type(body.charset) if body.charset else self._as_sent
        return self._form % _VALUES[self._name] if body.rebuilt else self._as_sent

    def _type(self, charset: str) -> bytes:
        kept = without_charset(self._as_sent).strip() or b"text/plain"
        return self._form % (b'%b; charset="%b"' % (kept.rstrip(b"; \t\r\n"), charset.encode()))


_FORMS = {
    _TYPE: b"Content-Type: %b\r\n",
    _ENCODING: b"Content-Transfer-Encoding: %b\r\n",
    _VERSION: b"MIME-Version: %b\r\n",
}
_VALUES = {_ENCODING: b"base64", _VERSION: b"1.0"}


def of(part: Part) -> Iterator[Relabelling]:
    """Yield the places in a part's header; the root must tell the version as well."""
    yield Relabelling(part, _TYPE)
    yield Relabelling(part, _ENCODING)
    if not part.begin and part.block.find(_VERSION) is None:
        yield Relabelling(part, _VERSION)
