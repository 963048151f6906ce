"""Rules and magic addresses."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "rules.title": ("规则与魔法地址", "Rules and magic addresses"),
    "rules.of": ("规则：", "Rules of"),
    "rules.what": (
        "第一条符合收件人且按概率命中的规则决定结果；保存后立即生效。",
        (
            "The first rule that matches a recipient and hits decides. It holds as soon as "
            "it is saved."
        ),
    ),
    "rules.none": (
        "没有规则：所有邮件都会送达。",
        "No rules: all mail is delivered.",
    ),
    "rules.recipient": ("收件人", "Recipient"),
    "rules.happens": ("结果", "What happens"),
    "rules.details": ("细节", "Details"),
    "rules.probability": ("概率", "Probability"),
    "rules.edit": ("编辑（JSON）", "Edit (JSON)"),
    "rules.save": ("保存", "Save"),
    "rules.saved": ("已保存，立即生效。", "Saved; it holds from now on."),
    "rules.remove": ("全部移除", "Remove all"),
    "rules.remove.asks": ("移除全部规则？", "Remove all rules?"),
    "rules.removed": ("已移除。", "Removed."),
    "rules.examples": ("加入示例：", "Put in an example:"),
    "rules.script": (
        "保存需要脚本；也可以用 PUT /sandbox/v1/rules。",
        "Saving needs scripts; PUT /sandbox/v1/rules does the same.",
    ),
    "rules.magic": ("魔法地址", "Magic addresses"),
    "rules.magic.what": (
        (
            "发往 {domain} 的邮件不会离开沙箱，地址的名字决定结果；"
            "后面可以加 +标签，如 open+ben@{domain}。"
        ),
        (
            "Mail to {domain} never leaves the sandbox: the name says what becomes of it. "
            "A +tag may stand behind it, as in open+ben@{domain}."
        ),
    ),
    "rules.magic.none": (
        "魔法地址已关闭（simulation.domain）。",
        "Magic addresses are switched off (simulation.domain).",
    ),
    "rules.address": ("地址", "Address"),
    "rules.copy": ("复制", "Copy"),
    "rules.copied": ("已复制", "Copied"),
    "rules.outcome.deliver": ("送达", "Delivered"),
    "rules.outcome.invalid": ("无效邮件", "Invalid"),
    "rules.outcome.soft_bounce": ("软退信", "Soft bounce"),
    "rules.outcome.report_spam": ("送达，随后举报垃圾邮件", "Delivered, then reported as spam"),
    "rules.outcome.open": ("送达，随后打开", "Delivered, then opened"),
    "rules.outcome.click": (
        "送达、打开，随后点击链接",
        "Delivered, opened, then a link is clicked",
    ),
    "rules.outcome.unsubscribe": ("送达，随后取消订阅", "Delivered, then unsubscribed"),
    "rules.outcome.defer": ("推迟若干次后送达", "Put off some times, then delivered"),
    "rules.outcome.slow": ("过一会儿才送达", "Delivered after a while"),
    "rules.outcome.refuse": ("在 RCPT 时被拒绝", "Refused at RCPT"),
    "rules.outcome.data": ("在 DATA 结束时被拒绝", "Refused at the end of DATA"),
    "rules.outcome.drop": ("收下后不应答，断开连接", "Taken, then the connection is cut"),
    "rules.call.bad_signature": ("Webhook：签名错误", "Webhook: wrong signature"),
    "rules.call.old_timestamp": ("Webhook：时间戳过旧", "Webhook: old timestamp"),
    "rules.call.duplicate": ("Webhook：重复调用", "Webhook: called more than once"),
    "rules.call.out_of_order": ("Webhook：次序颠倒", "Webhook: out of order"),
    "rules.call.late": ("Webhook：延迟", "Webhook: late"),
    "rules.call.dropped": ("Webhook：丢弃", "Webhook: never called"),
}
