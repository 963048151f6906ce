"""A running Mailpit, as `import` asks it (https://mailpit.axllent.org/docs/api-v1/)."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from typer import BadParameter

from sendcloud_inbound.cli.composing import on_the_wire
from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.letters import LARGEST, TOO_LARGE, Letter, Source, Unreadable

if TYPE_CHECKING:
    from sendcloud_inbound.cli.letters import Letters

Answer = TypeVar("Answer", bound=BaseModel)

_ANSWER_S = 30
_PAGE = 500


class _Row(BaseModel):
    """A message of the listing."""

    ID: str


class _Listing(BaseModel):
    """A page of the messages, newest first."""

    messages: list[_Row]


class _Address(BaseModel):
    """Of a header field, or of RCPT: Mailpit adds to Bcc whom the header does not name."""

    Address: str


class _Message(BaseModel):
    """As much of a message as its envelope is made of."""

    ReturnPath: str = ""
    """The address of MAIL; where that was empty, the one of From."""
    To: list[_Address] | None = None
    Cc: list[_Address] | None = None
    Bcc: list[_Address] | None = None


class Mailpit:
    """Mailpit's API. Whoever asks for a message marks it as read there."""

    def __init__(self, url: str) -> None:
        """Take a base URL, with name and password where it wants them."""
        try:
            given = httpx.URL(url.rstrip("/"))
        except httpx.InvalidURL as error:
            raise BadParameter(f"{url} is no URL: {error}", param_hint="PATH") from error
        self._shown = str(given.copy_with(username=None, password=None))
        # As with the sandbox: a proxy of the environment is for the world outside.
        self._client = httpx.Client(base_url=given, timeout=_ANSWER_S, trust_env=False)

    def source(self) -> Source:
        """Return its messages, oldest first."""
        try:
            found = self._ids()
        except BaseException:
            self._client.close()
            raise
        return Source(self._letters(found), len(found))

    def _ids(self) -> list[str]:
        """Return all ids; mail that comes meanwhile moves the pages, so some come twice."""
        found: dict[str, None] = {}
        start = 0
        while True:
            page = self._get(f"messages?start={start}&limit={_PAGE}")
            if page is None:
                raise self._foreign()
            rows = self._read(_Listing, page).messages
            if not rows:
                return list(found)[::-1]
            found.update((row.ID, None) for row in rows)
            start += len(rows)

    def _letters(self, ids: list[str]) -> Letters:
        with closing(self._client):
            for each in ids:
                yield self._letter(each)

    def _letter(self, wanted: str) -> Letter | Unreadable:
        call = f"message/{quote(wanted, safe='')}"
        place = f"{self._shown} message {wanted}"
        detail, raw = self._get(call), self._get(f"{call}/raw")
        if detail is None or raw is None:
            return Unreadable(place, "it is not there any more")
        if len(raw) > LARGEST:
            return Unreadable(place, TOO_LARGE)
        message = self._read(_Message, detail)
        listed = [*(message.To or ()), *(message.Cc or ()), *(message.Bcc or ())]
        rcpt_to = tuple(dict.fromkeys(each.Address for each in listed if each.Address))
        return Letter(place, on_the_wire(raw), message.ReturnPath or None, rcpt_to)

    def _get(self, call: str) -> bytes | None:
        """Return what is answered, one octet beyond the largest message at most; None for 404."""
        content = bytearray()
        try:
            with self._client.stream("GET", f"/api/v1/{call}") as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                if not answer.is_success:
                    raise self._foreign(f" (HTTP {answer.status_code})")
                for chunk in answer.iter_bytes():
                    content += chunk
                    if len(content) > LARGEST:
                        break
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise CommandFailed(
                f"no Mailpit answers at {self._shown} ({why}): name its http://HOST:PORT"
            ) from error
        return bytes(content)

    def _read(self, model: type[Answer], content: bytes) -> Answer:
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise self._foreign() from error

    def _foreign(self, detail: str = "") -> CommandFailed:
        return CommandFailed(
            f"what answers at {self._shown} is not Mailpit{detail}: name its http://HOST:PORT"
        )
