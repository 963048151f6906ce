"""What stands on every page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "nav.label": ("主导航", "Main"),
    "nav.inbox": ("收件箱", "Inbox"),
    "nav.webhooks": ("Webhook", "Webhooks"),
    "nav.rules": ("规则", "Rules"),
    "nav.lists": ("列表与模板", "Lists & templates"),
    "nav.suppressions": ("不再发送", "Suppressions"),
    "nav.statistics": ("统计", "Statistics"),
    "nav.settings": ("设置", "Settings"),
    "nav.help": ("帮助", "Help"),
    "common.skip": ("跳到正文", "Skip to content"),
    "common.api_user": ("API_USER", "API_USER"),
    "common.api_user.all": ("全部", "All"),
    "common.show": ("显示", "Show"),
    "common.language": ("语言", "Language"),
    "common.theme": ("外观", "Theme"),
    "common.theme.auto": ("跟随系统", "System"),
    "common.theme.light": ("浅色", "Light"),
    "common.theme.dark": ("深色", "Dark"),
    "common.keys": ("键盘快捷键", "Keyboard"),
    "common.keys.show": ("显示快捷键", "Show the keys"),
    "common.close": ("关闭", "Close"),
    "common.live": ("实时", "Live"),
    "common.offline": ("连接已断开，正在重试", "Connection lost, trying again"),
    "problem.title": ("出错了", "That did not work"),
    "problem.status": ("HTTP 状态", "HTTP status"),
    "problem.back": ("返回收件箱", "Back to the inbox"),
}
