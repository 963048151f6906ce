"""The first generation of SendCloud's HTTP API, which old programs still ask (SENDCLOUD.md 7.13).

Its calls have the format of the answer in their path. The parameters are those of the second
generation under other names, and so is all that comes of them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.http.apiv2 import call, mail, parameters
from sendcloud_inbound.rules import results
from sendcloud_inbound.rules.api.given import Given, Refused
from sendcloud_inbound.rules.results import Language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.http.apiv2.mail import Taken

    Answer = Mapping[str, Any]
    Handler = Callable[[Asked], Awaitable[Answer]]

_NAMES = {
    "api_user": "apiUser",
    "api_key": "apiKey",
    "fromname": "fromName",
    "replyto": "replyTo",
    "label": "labelId",
    "x_smtpapi": "xsmtpapi",
    "substitution_vars": "xsmtpapi",
    "template_invoke_name": "templateInvokeName",
    "resp_email_id": "respEmailId",
    "use_maillist": "useAddressList",
    "gzip_compress": "gzipCompress",
}
"""What the parameters are called in the second generation."""
_MEDIA = {"json": "application/json;charset=UTF-8", "xml": "application/xml;charset=UTF-8"}

router = APIRouter(prefix="/webapi", include_in_schema=False)


@router.api_route("/{path:path}", methods=["GET", "POST"])
async def ask(request: Request, path: str) -> Response:
    """Answer a call, such as `mail.send.json`, in the format that ends its name."""
    name, _, form = path.rpartition(".")
    if form not in _MEDIA:  # the suffix is required (SENDCLOUD.md 7.1)
        return _write("json", _error(f"the path ends in .json or .xml, not /webapi/{path}"))
    if (handler := _CALLS.get(name)) is None:
        return _write(form, _error(f"there is no call {name}"))
    try:
        given = _renamed(await parameters.read(request))
        answer = await handler(call.ask(request, name, given, Language.ENGLISH))
    except Refused as refused:
        message = results.message(refused.code, Language.ENGLISH) + refused.appended
        answer = _error(f"{message}: {refused.detail}")
    except StoreUnavailable as error:
        answer = _error(str(error))
    return _write(form, answer)


async def _send(asked: Asked) -> Answer:
    return _told(asked, await mail.take(asked))


async def _send_template(asked: Asked) -> Answer:
    return _told(asked, await mail.take_template(asked))


def _told(asked: Asked, taken: Taken) -> Answer:
    if taken.task_ids:
        return {"message": "success", "mail_list_task_id_list": [*taken.task_ids]}
    if not asked.given.flag("respEmailId", 40859, default=False):
        return {"message": "success"}
    return {"message": "success", "email_id_list": taken.email_ids}


async def _queue_status(asked: Asked) -> Answer:
    """Return that nothing is held up: a sandbox asks nobody's reputation."""
    status = {
        "apiUser": asked.account.api_user,
        "domain": asked.account.sending_domain,
        "isStop": False,
        "reason": "",
        "timeout": 0,
        "unRequestNum": 0,
    }
    return {"message": "success", "queueStatus": [status]}


_CALLS: Mapping[str, Handler] = {
    "mail.send": _send,
    "mail.send_template": _send_template,
    "queueStatus.get": _queue_status,
}


def _renamed(given: Given) -> Given:
    """Return parameters under their names of the second generation; any file is attached."""
    texts = {_NAMES.get(name, name): value for name, value in given.texts.items()}
    files = tuple(chain.from_iterable(given.files.values()))
    return replace(given, texts=texts, files={"attachments": files} if files else {})


def _error(text: str) -> Answer:
    return {"message": "error", "errors": [text]}  # an array (D43)


def _write(form: str, answer: Answer) -> Response:
    text = _json(answer) if form == "json" else _xml(answer)
    return Response(text.encode("utf-8", "replace"), media_type=_MEDIA[form])


def _json(answer: Answer) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _xml(answer: Answer) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<result>{_element(answer)}</result>'


def _element(value: object) -> str:
    """Return a value as XML; nobody has written down how it looks, so it is plain (7.13)."""
    if isinstance(value, dict):
        return "".join(f"<{name}>{_element(each)}</{name}>" for name, each in value.items())
    if isinstance(value, list):
        return "".join(f"<item>{_element(each)}</item>" for each in value)
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
