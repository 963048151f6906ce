"""The answer of every call: always HTTP 200, told apart by what the JSON says (7.3, D19, D23)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from sendcloud_inbound.rules import results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.api.given import Refused
    from sendcloud_inbound.rules.results import Language


class ApiAnswer(BaseModel):
    """What every call of SendCloud's API answers, with HTTP status 200."""

    result: bool = Field(description="Whether it was done.")
    statusCode: int = Field(description="200, or the code of what is wrong.")  # noqa: N815 - theirs
    message: str = Field(description="The code in words: Chinese under /apiv2, English under /api.")
    info: dict[str, Any] = Field(description="What the call gives.")


MEDIA_TYPE = "application/json;charset=UTF-8"
_LONGEST_DETAIL = 1_000
_COMPACT = (",", ":")
_NO_INFO: Mapping[str, Any] = {}
TOO_FREQUENT = 50_000
_FREQUENT = (
    b'{"result": false, "statuscode": 50000, "message": "interface frequency limited", "info": {}}'
)
"""As it is printed, blanks and the lower-case `c` included (D22)."""


def success(
    language: Language, info: Mapping[str, Any] = _NO_INFO, code: int = results.SUCCESS
) -> Response:
    """Return what a call gives."""
    return _answer(code, results.message(code, language), info, result=True)


def failure(language: Language, refused: Refused) -> Response:
    """Return why a call gives nothing; the sentence for people is in a header of ours."""
    if refused.code == TOO_FREQUENT:
        response = Response(_FREQUENT, media_type=MEDIA_TYPE)
    else:
        message = results.message(refused.code, language) + refused.appended
        response = _answer(refused.code, message, _NO_INFO, result=False)
    tell(response, refused.detail)
    return response


def tell(response: Response, detail: str) -> None:
    """Say something to people beside an answer, where programs do not look."""
    # Header fields are Latin-1 by HTTP and ASCII by good manners (RFC 9110 5.5).
    text = detail.encode("ascii", "backslashreplace").decode()
    response.headers["X-Sandbox-Detail"] = text[:_LONGEST_DETAIL]


def _answer(code: int, message: str, info: Mapping[str, Any], *, result: bool) -> Response:
    content = {"result": result, "statusCode": code, "message": message, "info": info}
    octets = json.dumps(content, ensure_ascii=False, separators=_COMPACT).encode("utf-8", "replace")
    return Response(octets, media_type=MEDIA_TYPE)
