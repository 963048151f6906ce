"""A captured request is sent again, and compared with what its program sends today."""

from __future__ import annotations

import re
import socket
from http.client import HTTPResponse
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.processes import ProgramProcess

_BOUNDARY = re.compile(rb"boundary=([^\s;]+)")
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PATIENCE_S = 30


class Answer(NamedTuple):
    """What the server answers, and the message that it has made of the request."""

    status: int
    text: str
    message_ids: list[str]
    """Of the messages that are new; one, when all is well."""

    @property
    def shown(self) -> str:
        """The text, with M in the place of the messageId (G3)."""
        text = self.text
        for message_id in self.message_ids:
            text = text.replace(message_id, "M")
        return text


def ids(server: ProgramProcess) -> set[str]:
    """Return what messages there are."""
    return {row["message_id"] for row in server.all_of("messages")}


def replay(server: ProgramProcess, octets: bytes) -> Answer:
    """Send a request, octet for octet."""
    known = ids(server)
    with socket.create_connection(server.addresses["http"], timeout=_PATIENCE_S) as connection:
        connection.sendall(octets)
        response = HTTPResponse(connection)
        response.begin()
        text = response.read().decode()
    return Answer(response.status, text, sorted(ids(server) - known))


def gist(octets: bytes) -> tuple[bytes, bytes, bytes]:
    """Return call, content type and body: all of a request that its library answers for.

    The boundary, which most make by chance, is left out.
    """
    head, _, body = octets.partition(b"\r\n\r\n")
    call = head.partition(b"\r\n")[0]
    (kind,) = _TYPE.findall(head)
    if found := _BOUNDARY.search(kind):
        kind, body = (each.replace(found[1], b"BOUNDARY") for each in (kind, body))
    return call, kind, body
