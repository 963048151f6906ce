"""What was refused before there was a message."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "refused.title": ("被拒绝的会话", "Refused attempts"),
    "refused.text": (
        "还没有形成邮件就被 SMTP 拒绝的请求，以及解决办法。只保存在内存中。",
        "What SMTP refused before there was a message, and what to do about it. Kept in memory.",
    ),
    "refused.messages": ("被拒绝的邮件", "Refused messages"),
    "refused.none": ("没有被拒绝的请求。", "Nothing was refused."),
    "refused.command": ("客户端发送", "The client said"),
    "refused.nothing_said": ("（什么也没有）", "(nothing)"),
    "refused.login": ("登录名", "Login"),
    "refused.peer": ("来自", "From"),
    "refused.dialogue": ("对话", "Dialogue"),
    "refused.more": ("显示最近 {shown} 次，共 {count} 次。", "The last {shown} of {count}."),
}
