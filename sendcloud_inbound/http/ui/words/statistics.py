"""The statistics."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "statistics.title": ("统计", "Statistics"),
    "statistics.what": (
        "按接收时间（沙箱的时钟）统计；状态是现在的状态，已删除的邮件不计。",
        (
            "By the time of acceptance, on the sandbox's clock; states are those of now. "
            "Deleted mail is not counted."
        ),
    ),
    "statistics.range": ("时间范围", "How far back"),
    "statistics.range.hour": ("1 小时", "Hour"),
    "statistics.range.day": ("1 天", "Day"),
    "statistics.range.week": ("1 周", "Week"),
    "statistics.ago.hour": ("1 小时前", "an hour ago"),
    "statistics.ago.day": ("1 天前", "a day ago"),
    "statistics.ago.week": ("1 周前", "a week ago"),
    "statistics.now": ("现在", "now"),
    "statistics.none": ("这段时间没有邮件。", "No mail in this time."),
    "statistics.table": ("以表格显示", "As a table"),
    "statistics.since": ("自", "From"),
    "statistics.arrivals": ("收到的邮件", "Messages that came"),
    "statistics.came.expanded": ("已展开", "Expanded"),
    "statistics.came.queued": ("排队中", "Queued"),
    "statistics.came.invalid": ("无效", "Invalid"),
    "statistics.came.refused": ("已拒绝", "Refused"),
    "statistics.outcomes": ("每个收件人的结果", "What became of each recipient's email"),
    "statistics.stands.delivered": ("送达", "Delivered"),
    "statistics.stands.requested": ("请求中", "Under way"),
    "statistics.stands.soft_bounce": ("软退信", "Soft bounce"),
    "statistics.stands.invalid": ("无效邮件", "Invalid"),
    "statistics.latency": ("自 250 应答起的耗时", "How long it took from the 250"),
    "statistics.took.expansion": ("到展开（邮件）", "until expanded (messages)"),
    "statistics.took.delivery": ("到送达（收件人）", "until delivered (emails)"),
    "statistics.took.up_to": ("不超过", "Up to"),
    "statistics.took": (
        "平均 {mean} ms，最长 {largest} ms",
        "mean {mean} ms, longest {largest} ms",
    ),
}
