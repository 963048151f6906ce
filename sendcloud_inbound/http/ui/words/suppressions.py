"""Who is not sent to."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "suppressions.title": ("不再发送的地址", "Suppressions"),
    "suppressions.what": (
        "取消订阅、举报垃圾邮件或列入黑名单的地址：下一封邮件直接是无效邮件。",
        (
            "Addresses that unsubscribed, reported spam or are blacklisted: the next mail "
            "to them is invalid at once."
        ),
    ),
    "suppressions.suppressed": ("不再发送", "Not sent to"),
    "suppressions.none": ("没有。所有地址都会发送。", "None: every address is sent to."),
    "suppressions.address": ("地址", "Address"),
    "suppressions.kind": ("原因", "Kind"),
    "suppressions.kind.unsubscribe": ("取消订阅", "Unsubscribed"),
    "suppressions.kind.spam": ("举报垃圾邮件", "Reported spam"),
    "suppressions.kind.blacklist": ("黑名单", "Blacklisted"),
    "suppressions.since": ("开始", "Since"),
    "suppressions.until": ("结束", "Until"),
    "suppressions.for_ever": ("永久", "for ever"),
    "suppressions.lift": ("解除", "Lift"),
    "suppressions.lifted": ("已解除。", "Lifted."),
    "suppressions.add": ("添加地址", "Add an address"),
    "suppressions.added": ("已添加。", "Added."),
    "suppressions.bounces": ("退信地址", "Bounced"),
    "suppressions.bounces.what": (
        "邮件被退回的地址和最近一次的原因；仍会再次尝试发送。",
        "Addresses that mail came back from, with the last reason. They are tried again.",
    ),
    "suppressions.bounces.none": ("没有退信。", "Nothing came back."),
    "suppressions.event.invalid": ("无效", "Invalid"),
    "suppressions.event.soft_bounce": ("软退信", "Soft bounce"),
    "suppressions.why": ("原因", "Why"),
    "suppressions.bounced": ("时间", "When"),
    "suppressions.forget": ("忘记", "Forget"),
    "suppressions.forgotten": ("已忘记。", "Forgotten."),
    "suppressions.older": ("更早的", "Older ones"),
}
