"""The help page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.title": ("帮助", "Help"),
    "help.first": ("最初五分钟", "The first five minutes"),
    "help.first.text": (
        "在终端运行下面的命令，邮件会立即出现在收件箱里。",
        "Run this in a terminal; the mail is in the inbox at once.",
    ),
    "help.api": ("给程序用的接口", "For programs"),
    "help.api.text": (
        "页面上的一切都能通过 HTTP 以 JSON 取得：",
        "All that the pages show can be had as JSON by HTTP:",
    ),
    "help.api.docs": ("接口说明", "The calls"),
}
