"""How a refusal is mended: for each reply, by what the client had said, in two languages."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sendcloud_inbound.rules import replies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sendcloud_inbound.rules.refusals.attempts import Attempt


class Trouble(StrEnum):
    """What stood in the way."""

    UNKNOWN_API_USER = "unknown-api-user"
    WRONG_API_KEY = "wrong-api-key"
    NO_API_KEY = "no-api-key"
    NO_LOGIN = "no-login"
    API_USER_GONE = "api-user-gone"
    AUTH_METHOD = "auth-method"
    NO_STARTTLS = "no-starttls"
    TLS_IN_CLEAR = "tls-in-clear"
    HTTP_SPOKEN = "http-spoken"
    UNKNOWN_COMMAND = "unknown-command"
    WRONG_ORDER = "wrong-order"
    SYNTAX = "syntax"
    ADDRESS = "address"
    FREQUENCY = "frequency"
    RECIPIENT = "recipient"
    SENDER = "sender"
    TOO_MANY_RECIPIENTS = "too-many-recipients"
    TOO_MANY_MESSAGES = "too-many-messages"
    TOO_MANY_CONNECTIONS = "too-many-connections"
    TOO_BIG = "too-big"
    BARE_LF = "bare-lf"
    TIMEOUT = "timeout"
    STORE = "store"
    FAULT = "fault"
    PROXY = "proxy"
    OTHER = "other"


class Remedy(NamedTuple):
    """What to do about it."""

    english: str
    chinese: str


REMEDIES: Mapping[Trouble, Remedy] = {
    Trouble.UNKNOWN_API_USER: Remedy(
        "No API_USER has that name. Log in with one of this server's.",
        "没有这个 API_USER。请使用本服务器的 API_USER 登录。",
    ),
    Trouble.WRONG_API_KEY: Remedy(
        "The API_USER is right, the API_KEY is not. Copy the key again, without spaces.",
        "API_USER 正确，但 API_KEY 不对。请重新复制密钥，不要带空格。",
    ),
    Trouble.NO_API_KEY: Remedy(
        "The key was empty, or no base64. Set the API_KEY as the client's password.",
        "密钥为空或不是 base64。请把 API_KEY 设为客户端的密码。",
    ),
    Trouble.NO_LOGIN: Remedy(
        "Log in before MAIL: the API_USER is the client's user name, the API_KEY its password.",
        "MAIL 之前要先登录：用户名填 API_USER，密码填 API_KEY。",
    ),
    Trouble.API_USER_GONE: Remedy(
        "The API_USER was removed while the session went on. Log in with another.",
        "会话期间该 API_USER 已被删除。请换一个 API_USER 登录。",
    ),
    Trouble.AUTH_METHOD: Remedy(
        "Only AUTH LOGIN is taken, once, and after EHLO: not PLAIN, not CRAM-MD5, not after HELO.",
        "只支持 AUTH LOGIN，须在 EHLO 之后，只登录一次：不支持 PLAIN、CRAM-MD5，也不接受 HELO。",
    ),
    Trouble.NO_STARTTLS: Remedy(
        "STARTTLS is not on offer here: switch it off in the client, or set smtp.tls_cert and "
        "smtp.tls_key. It needs EHLO, and works once in a session.",
        "此处不提供 STARTTLS：请在客户端关闭它，或设置 smtp.tls_cert 和 smtp.tls_key。"
        "它须在 EHLO 之后，每个会话一次。",
    ),
    Trouble.TLS_IN_CLEAR: Remedy(
        "The client began with TLS on a port in clear. Switch SSL off in it, or use the port of "
        "smtp.implicit_tls_port.",
        "客户端在明文端口上直接使用了 TLS。请关闭 SSL，或改用 smtp.implicit_tls_port 的端口。",
    ),
    Trouble.HTTP_SPOKEN: Remedy(
        "That was HTTP. This port speaks SMTP; the page and the API are on the HTTP port.",
        "这是 HTTP 请求。本端口是 SMTP；网页和接口在 HTTP 端口上。",
    ),
    Trouble.UNKNOWN_COMMAND: Remedy(
        "SMTP has no such command, or this server does not. See what the client was set to send.",
        "SMTP 或本服务器没有这个命令。请检查客户端发送的内容。",
    ),
    Trouble.WRONG_ORDER: Remedy(
        "The commands go EHLO, AUTH LOGIN, MAIL, RCPT, DATA; one that was refused does not count.",
        "命令的顺序是 EHLO、AUTH LOGIN、MAIL、RCPT、DATA；被拒绝的命令不算数。",
    ),
    Trouble.SYNTAX: Remedy(
        "The command has an argument too many, too few, or with other than ASCII characters.",
        "命令的参数过多、过少，或含有非 ASCII 字符。",
    ),
    Trouble.ADDRESS: Remedy(
        "The address was not understood: write it as <name@domain>, without a display name.",
        "无法识别该地址：请写成 <name@domain>，不要带显示名称。",
    ),
    Trouble.FREQUENCY: Remedy(
        "More messages in a minute than the API_USER may send (rate_limit_per_minute). Wait.",
        "一分钟内发送的邮件超过该 API_USER 的限制（rate_limit_per_minute）。请稍候再发。",
    ),
    Trouble.RECIPIENT: Remedy(
        "A rule of the API_USER, or the magic address itself, has this recipient refused.",
        "该 API_USER 的规则或魔法地址使此收件人被拒绝。",
    ),
    Trouble.SENDER: Remedy(
        "The sender was refused. Look at the parameters of MAIL: they need EHLO.",
        "发件人被拒绝。请检查 MAIL 的参数：它们须在 EHLO 之后。",
    ),
    Trouble.TOO_MANY_RECIPIENTS: Remedy(
        "More recipients than smtp.max_recipients. Put them into X-SMTPAPI's `to`.",
        "收件人数超过 smtp.max_recipients。请把他们放进 X-SMTPAPI 的 `to`。",
    ),
    Trouble.TOO_MANY_MESSAGES: Remedy(
        "More messages than smtp.max_messages_per_connection. Open another connection.",
        "邮件数超过 smtp.max_messages_per_connection。请另开一个连接。",
    ),
    Trouble.TOO_MANY_CONNECTIONS: Remedy(
        "More connections than smtp.max_connections. Close those that are not used.",
        "连接数超过 smtp.max_connections。请关闭不用的连接。",
    ),
    Trouble.TOO_BIG: Remedy(
        "The message is larger than smtp.max_message_bytes. Make its attachments smaller.",
        "邮件大于 smtp.max_message_bytes。请减小附件。",
    ),
    Trouble.BARE_LF: Remedy(
        "A line ended with LF alone. Every line ends with CRLF (\\r\\n).",
        "有一行只以 LF 结尾。每一行都要以 CRLF（\\r\\n）结尾。",
    ),
    Trouble.TIMEOUT: Remedy(
        "The client fell silent. A message ends with a line that has only a dot.",
        "客户端长时间没有动静。邮件以只有一个点的行结束。",
    ),
    Trouble.STORE: Remedy(
        "The message could not be stored: the server's log says why. Send it again later.",
        "邮件无法保存：原因见服务器日志。请稍后重发。",
    ),
    Trouble.FAULT: Remedy(
        "Something went wrong in the server, or in its handler: its log has the details.",
        "服务器或其处理程序出错：详情见服务器日志。",
    ),
    Trouble.PROXY: Remedy(
        "PROXY comes from a load balancer that this server does not know. Switch it off there.",
        "PROXY 来自本服务器不认识的负载均衡器。请在那里关闭它。",
    ),
    Trouble.OTHER: Remedy(
        "See the dialogue for what came before.",
        "请查看对话中此前的内容。",
    ),
}
"""By trouble; each says what to change."""

_BY_REPLY = {
    replies.AUTH_INVALID: Trouble.NO_API_KEY,
    replies.EIGHT_BIT: Trouble.SYNTAX,
    replies.SYNTAX_ERROR: Trouble.SYNTAX,
    replies.LINE_TOO_LONG: Trouble.SYNTAX,
    **dict.fromkeys(replies.NO_NAME.values(), Trouble.SYNTAX),
    **dict.fromkeys(replies.ALREADY_SAID.values(), Trouble.WRONG_ORDER),
    replies.HELLO_FIRST: Trouble.WRONG_ORDER,
    replies.MAIL_FIRST: Trouble.WRONG_ORDER,
    replies.DATA_NO_MAIL: Trouble.WRONG_ORDER,
    replies.DATA_NO_RCPT: Trouble.WRONG_ORDER,
    replies.PARSING_FAILED: Trouble.ADDRESS,
    replies.INVALID_PARAMETERS: Trouble.SENDER,
    replies.FREQUENCY_LIMITED: Trouble.FREQUENCY,
    replies.TOO_MANY_RECIPIENTS: Trouble.TOO_MANY_RECIPIENTS,
    replies.TOO_MANY_MESSAGES: Trouble.TOO_MANY_MESSAGES,
    replies.TOO_MANY_CONNECTIONS: Trouble.TOO_MANY_CONNECTIONS,
    replies.TOO_MANY_BAD: Trouble.UNKNOWN_COMMAND,
    replies.MESSAGE_TOO_BIG: Trouble.TOO_BIG,
    replies.BARE_LF: Trouble.BARE_LF,
    replies.TIMEOUT: Trouble.TIMEOUT,
    replies.TRY_LATER: Trouble.STORE,
    replies.INTERNAL_ERROR: Trouble.FAULT,
}
_BY_COMMAND = (
    (re.compile(rb"\x16\x03"), Trouble.TLS_IN_CLEAR),
    (re.compile(rb"AUTH\b", re.IGNORECASE), Trouble.AUTH_METHOD),
    (re.compile(rb"STARTTLS\b", re.IGNORECASE), Trouble.NO_STARTTLS),
    (re.compile(rb"(GET|HEAD|POST|PUT|OPTIONS) /"), Trouble.HTTP_SPOKEN),
    (re.compile(rb"PROXY\b", re.IGNORECASE), Trouble.PROXY),
)
"""What the beginning of a command tells that no session here understands."""
_NOT_UNDERSTOOD = frozenset({replies.UNRECOGNIZED, replies.EIGHT_BIT})
_BY_VERB = {b"RCPT": Trouble.RECIPIENT, b"MAIL": Trouble.SENDER}


def trouble_of(attempt: Attempt, *, is_known: bool) -> Trouble:
    """Return what stood in the way; `is_known` tells whether the login's name is an API_USER's."""
    reply, command = attempt.refusal.reply, attempt.command
    if reply == replies.AUTH_FAILED:
        return Trouble.WRONG_API_KEY if is_known else Trouble.UNKNOWN_API_USER
    if reply == replies.AUTH_REQUIRED:
        return Trouble.API_USER_GONE if attempt.is_logged_in else Trouble.NO_LOGIN
    if reply in _NOT_UNDERSTOOD or command[:5].upper() == b"PROXY":
        for beginning, trouble in _BY_COMMAND:
            if beginning.match(command):
                return trouble
    if reply == replies.UNRECOGNIZED:
        return Trouble.UNKNOWN_COMMAND
    return _BY_REPLY.get(reply) or _BY_VERB.get(command[:4].upper(), Trouble.OTHER)
