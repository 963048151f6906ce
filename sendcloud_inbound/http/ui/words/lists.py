"""Address lists and templates."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "lists.title": ("列表与模板", "Lists & templates"),
    "lists.what": (
        "由 SendCloud 的接口建立，在这里可以查看和删除。",
        "They are made by SendCloud's own API, and looked at and removed here.",
    ),
    "lists.left_out": (
        "另有 {count} 个 API_USER 未显示，请在上方选择。",
        "{count} more API_USERs are not shown; choose one above.",
    ),
    "lists.lists": ("地址列表", "Address lists"),
    "lists.none": ("没有地址列表。建立：", "No address lists. They are made by"),
    "lists.address": ("地址", "Address"),
    "lists.name": ("名称", "Name"),
    "lists.members": ("成员", "Members"),
    "lists.members.none": ("没有成员。", "No members."),
    "lists.vars": ("变量", "Variables"),
    "lists.updated": ("更改时间", "Changed"),
    "lists.more": ("更多成员", "More members"),
    "lists.remove": ("删除", "Delete"),
    "lists.remove.asks": ("删除 {name}？", "Delete {name}?"),
    "lists.removed": ("已删除。", "Deleted."),
    "lists.templates": ("模板", "Templates"),
    "lists.templates.none": ("没有模板。建立：", "No templates. They are made by"),
    "lists.invoke_name": ("调用名称", "Invoke name"),
    "lists.review": ("审核", "Review"),
    "lists.stat.-2": ("未提交", "Not submitted"),
    "lists.stat.-1": ("未通过", "Refused"),
    "lists.stat.0": ("待审核", "Waiting"),
    "lists.stat.1": ("已通过", "Approved"),
    "lists.approve": ("通过审核", "Approve"),
    "lists.refuse": ("不通过", "Refuse"),
    "lists.type": ("类型", "Type"),
    "lists.type.0": ("触发", "Trigger"),
    "lists.type.1": ("批量", "Batch"),
    "lists.subject": ("主题", "Subject"),
    "lists.preview": ("预览", "Preview"),
    "lists.html": ("HTML 源码", "HTML source"),
    "lists.text": ("纯文本", "Plain text"),
}
