"""mail/send and its kin: mail by parameters, which goes the way of all mail (7.4, 7.7)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.http.apiv2 import list_mail
from sendcloud_inbound.http.apiv2.call import Call
from sendcloud_inbound.http.apiv2.envelope import TOO_FREQUENT
from sendcloud_inbound.http.apiv2.labels import label_of_mail
from sendcloud_inbound.http.apiv2.once import once
from sendcloud_inbound.rules import replies, transcript
from sendcloud_inbound.rules.acceptance import Verdict
from sendcloud_inbound.rules.api import sendtemplate
from sendcloud_inbound.rules.api.composing import compose
from sendcloud_inbound.rules.api.given import LOGIN, Refused, shown
from sendcloud_inbound.rules.api.mail import PARAMETERS, Audience, Invitation, read_mail
from sendcloud_inbound.rules.api.meeting import PARAMETERS as MEETING, read_meeting, write_calendar
from sendcloud_inbound.rules.ids import email_id
from sendcloud_inbound.rules.model import SessionFacts, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from starlette.responses import Response

    from sendcloud_inbound.http.apiv2.call import Asked
    from sendcloud_inbound.rules.api.mail import ApiMail
    from sendcloud_inbound.rules.books import AddressList, Template
    from sendcloud_inbound.rules.replies import Reply

_MAX_OCTETS = 16_000_000
"""Of a message, as by SMTP (D5)."""
_NOT_SENT, _OVER_QUOTA, _XSMTPAPI = 40901, 40913, 40813
_NO_TEMPLATE = 40823


class Taken(NamedTuple):
    """A mail that is on disk."""

    mail: ApiMail
    message_id: str = ""
    """Empty of a mail to lists."""
    task_ids: Sequence[int] = ()
    """Of a mail to lists: a number for each."""

    @property
    def email_ids(self) -> list[str]:
        """The emailIds of its recipients."""
        return [
            email_id(self.message_id, position, recipient)
            for position, recipient in enumerate(self.mail.recipients)
        ]


async def send(asked: Asked) -> Response:
    """Takes a mail; once it is on disk, the emailIds of its recipients are told.

    Of a mail to address lists the numbers of its tasks are told.
    """
    return _answer(asked, await take(asked))


def _answer(asked: Asked, taken: Taken) -> Response:
    if taken.task_ids:
        return asked.success({"maillistTaskId": [*taken.task_ids]}, list_mail.CREATED)
    return asked.success({"emailIdList": taken.email_ids} if taken.mail.tells_ids else {})


async def send_calendar(asked: Asked) -> Response:
    """Takes a mail that invites to a meeting, or says that it has changed or is off."""
    meeting = read_meeting(asked.given)
    uid = meeting.uid or asked.program.random_octets(16).hex()
    now_ms = asked.program.clock.now_ms()
    invitation = Invitation(meeting.method, write_calendar(meeting, uid, now_ms))
    taken = await take(asked, _CALENDAR, invitation)
    info = {"emailIdList": taken.email_ids} if taken.mail.tells_ids else {}
    return asked.success(info | {"uid": uid})


async def send_template(asked: Asked) -> Response:
    """Takes a mail with a template that was approved for its body."""
    return _answer(asked, await take_template(asked))


async def take(
    asked: Asked,
    known: Collection[str] = PARAMETERS,
    invitation: Invitation | None = None,
) -> Taken:
    """Take a mail by its parameters; `Refused` when it cannot be, or not now."""
    _check(asked)
    lists = await _lists(asked) if invitation is None else ()
    audience = Audience.LISTS if lists else Audience.ANYBODY
    mail = await asyncio.to_thread(read_mail, asked.given, known, audience)
    return await _hand_in(asked, mail._replace(invitation=invitation), lists)


async def take_template(asked: Asked) -> Taken:
    """Take a mail by a template and the parameters beside it; `Refused` as `take`."""
    _check(asked)
    lists = await _lists(asked)
    audience = Audience.LISTS if lists else Audience.INDIVIDUALS
    given, in_vain = sendtemplate.filled(asked.given, await _template(asked))
    mail = await asyncio.to_thread(read_mail, given, sendtemplate.KNOWN, audience)
    return await _hand_in(asked, mail._replace(findings=in_vain + mail.findings), lists)


async def _lists(asked: Asked) -> Sequence[AddressList]:
    """Return the lists that a mail is to go to; none when it goes to people."""
    is_to_lists = asked.given.flag("useAddressList", 40874, default=False)
    return await list_mail.lists_of(asked) if is_to_lists else ()


async def _template(asked: Asked) -> Template:
    """Return the template that a call names, if it may be sent."""
    name = sendtemplate.read_template_name(asked.given)
    template = await asked.program.templates.template(asked.account.api_user, name)
    if template is None:
        raise Refused(_NO_TEMPLATE, f"there is no template {name}")
    sendtemplate.may_be_sent(template.head, asked.account)
    return template


def _check(asked: Asked) -> None:
    """Raise `Refused` when the API_USER cannot send, or not now."""
    program, account = asked.program, asked.account
    if program.usage.too_frequent(account, program.clock.now_ms()):
        raise Refused(TOO_FREQUENT, f"more than {account.rate_limit_per_minute} mails a minute")


async def _hand_in(asked: Asked, mail: ApiMail, lists: Sequence[AddressList]) -> Taken:
    """Compose a mail and take it in."""
    now_ms = asked.program.clock.now_ms()
    label_id = await label_of_mail(asked)
    submission = Submission(
        api_user=asked.account.api_user,
        label_id=label_id,
        source=Source.API,
        session=SessionFacts.of_api(asked.peer),
        mail_from=mail.sender.address,
        rcpt_to=mail.recipients,
        content=await _composed(mail, now_ms),
        transcript=_told(asked, now_ms),
    )
    async with once(asked):
        if lists:
            numbers = await list_mail.create(asked, lists, submission, mail.findings)
            return Taken(mail, task_ids=numbers)
        forced = Verdict(mail.findings, None)
        receipt = await asked.program.intake.take(asked.account, submission, forced)
        if receipt.refusal is not None:
            raise _refused(receipt.refusal)
        return Taken(mail, receipt.message_id)


async def _composed(mail: ApiMail, now_ms: int) -> bytes:
    """Compose the message, beside the event loop: it may take a while."""
    if mail.size > _MAX_OCTETS:  # encoded it is no smaller
        raise Refused(_NOT_SENT, f"the message would have more than {_MAX_OCTETS} octets")
    try:
        content = await asyncio.to_thread(compose, mail, now_ms)
    except ValueError as error:  # the email package knows more about headers than we do
        raise Refused(_NOT_SENT, f"no message can be made of this: {error}") from error
    if len(content) > _MAX_OCTETS:
        raise Refused(_NOT_SENT, f"the message would have more than {_MAX_OCTETS} octets")
    return content


def _refused(refusal: Reply) -> Refused:
    """Return the code for what SMTP would have said after the dot."""
    code = _OVER_QUOTA if refusal is replies.QUOTA_EXCEEDED else _NOT_SENT
    if "xsmtpapi" in str(refusal):
        code = _XSMTPAPI
    return Refused(code, f"by SMTP: {refusal}")


def _told(asked: Asked, now_ms: int) -> bytes:
    """Return the call as the transcript of its message: a line for each parameter, cut short."""
    lines = [f"POST {asked.path}"]
    for name, texts in asked.given.texts.items():
        lines += [f"{name}={_MASKED if name in LOGIN[1:] else shown(text)}" for text in texts]
    for name, files in asked.given.files.items():
        lines += [f"{name}: {shown(file.name)}, {len(file.content)} octets" for file in files]
    heard = (transcript.CLIENT + line.encode("utf-8", "replace") for line in lines)
    return transcript.at(now_ms) + transcript.END.join([*heard, b""])


_MASKED = transcript.MASK.decode()

_CALENDAR = {
    name: words
    for name, words in (PARAMETERS | MEETING).items()
    if name not in {"useAddressList", "useNotification"}
}

CALLS = (
    Call("mail/send", "Send a mail", send, PARAMETERS, by_get=False),
    Call(
        "mail/sendtemplate",
        "Send a template",
        send_template,
        sendtemplate.PARAMETERS,
        by_get=False,
    ),
    *list_mail.CALLS,
    Call("mail/sendcalendar", "Invite to a meeting", send_calendar, _CALENDAR, by_get=False),
)
