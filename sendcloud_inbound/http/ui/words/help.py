"""The help page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "help.title": ("帮助", "Help"),
    "help.first": ("最初五分钟", "The first five minutes"),
    "help.first.text": (
        "让程序把邮件发到下面的地址，邮件会立即出现在收件箱里。不会有任何邮件寄到外面。",
        (
            "Let your program send to this server, and the mail is in the inbox at once. "
            "Nothing leaves the sandbox."
        ),
    ),
    "help.server": ("服务器", "Server"),
    "help.server.host": ("SMTP 主机", "SMTP host"),
    "help.server.port": ("SMTP 端口", "SMTP port"),
    "help.server.user": ("用户名（API_USER）", "User (API_USER)"),
    "help.server.key": ("密码（API_KEY）", "Password (API_KEY)"),
    "help.server.http": ("HTTP", "HTTP"),
    "help.server.note": (
        "上方可以选择其他 API_USER；在容器里，端口以映射到外面的为准。",
        (
            "Another API_USER can be chosen above. Of a container, take the port that it "
            "is published at."
        ),
    ),
    "help.server.elsewhere": (
        "邮件由另一个进程接收，端口以它的设置为准。",
        "Another process takes the mail: see its settings for the port.",
    ),
    "help.clients": ("常用客户端", "From your program"),
    "help.clients.text": (
        ("每段代码发一封信给两个收件人，%name% 各不相同。X-SMTPAPI 是最后一个信头，写在一行里。"),
        (
            "Each sends one mail to two recipients, each with a %name% of their own. "
            "X-SMTPAPI is the last header, in one line."
        ),
    ),
    "help.copy": ("复制", "Copy"),
    "help.copied": ("已复制", "Copied"),
    "help.then": ("接下来", "And then"),
    "help.then.inbox": (
        "每个收件人看到的邮件、检查结果和事件",
        "what each recipient gets, what is wrong with it, what happened to it",
    ),
    "help.then.rules": (
        "让邮件退回、延迟、被打开，或在会话中被拒绝",
        "have mail bounce, be late, be opened, or be refused in the session",
    ),
    "help.then.fidelity": (
        "沙箱与 SendCloud 一致和不同的地方",
        "where the sandbox is as SendCloud, and where it is not",
    ),
    "help.fidelity": ("对照表", "Fidelity"),
    "help.api": ("HTTP API", "HTTP API"),
    "help.api.send": (
        "SendCloud 的 HTTP API 也在这里，只需更换地址：",
        "SendCloud's own HTTP API is here too; only the host is another:",
    ),
    "help.api.text": (
        "页面上的一切都能通过 HTTP 以 JSON 取得：",
        "All that the pages show can be had as JSON by HTTP:",
    ),
    "help.api.docs": ("接口说明", "The calls"),
    "help.webhook.text": (
        "下面的接收程序会验证签名。启动后在这里添加它的地址：",
        "This receiver verifies the signature. Start it, and add its URL here:",
    ),
    "help.ci.text": (
        "在持续集成中，沙箱随测试启动和停止：",
        "In CI a sandbox starts and stops with the tests:",
    ),
}
