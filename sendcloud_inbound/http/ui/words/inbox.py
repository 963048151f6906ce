"""The inbox."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "inbox.title": ("收件箱", "Inbox"),
    "inbox.status": ("状态", "Status"),
    "inbox.status.queued": ("排队中", "Queued"),
    "inbox.status.expanded": ("已展开", "Expanded"),
    "inbox.status.invalid": ("无效", "Invalid"),
    "inbox.status.refused": ("已拒绝", "Refused"),
    "inbox.from": ("发件人", "From"),
    "inbox.to": ("收件人", "To"),
    "inbox.to.more": ("等 {count} 个地址", "and {count} more"),
    "inbox.subject": ("主题", "Subject"),
    "inbox.subject.none": ("（无主题）", "(no subject)"),
    "inbox.received": ("接收时间", "Received"),
    "inbox.size": ("大小", "Size"),
    "inbox.size.octets": ("{count} 字节", "{count} octets"),
    "inbox.findings": ("检查结果", "Findings"),
    "inbox.level.refused": ("拒绝 {count}", "{count} refused"),
    "inbox.level.invalid": ("无效 {count}", "{count} invalid"),
    "inbox.level.ignored": ("忽略 {count}", "{count} ignored"),
    "inbox.level.advice": ("建议 {count}", "{count} advice"),
    "inbox.empty": ("还没有邮件。", "No mail yet."),
    "inbox.empty.help": ("如何发送第一封邮件", "How to send the first one"),
    "inbox.older": ("更早的邮件", "Older mail"),
    "inbox.newest": ("最新的邮件", "Newest mail"),
    "inbox.keys.next": ("下一封", "Next message"),
    "inbox.keys.previous": ("上一封", "Previous message"),
}
