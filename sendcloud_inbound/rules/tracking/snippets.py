"""The HTML that SendCloud puts into a mail (SENDCLOUD.md 6.4)."""

from __future__ import annotations

_PIXEL = (
    '<br><br><div style="width:1px;height:0px;overflow:hidden">'
    '<img style="width:0;height:0" src="{}"></div>'
)
"""As seen."""
_BUTTON = (
    '<div style="text-align:center;margin:20px 0"><a href="{}" style="display:inline-block;'
    "padding:6px 16px;background-color:#999999;color:#ffffff;font-size:12px;"
    'text-decoration:none">{}</a></div>'
)
"""Of the form that was seen; the octets are ours."""
_WORDS = "点击这里取消订阅".encode("ascii", "xmlcharrefreplace").decode("ascii")
"""As references, which any charset can hold."""
_LINE_END = "\r\n"
"""In front of each, lest a line gets longer than a mail may have."""


def pixel(url: str) -> str:
    """Return the open pixel."""
    return _LINE_END + _PIXEL.format(url)


def unsubscribe_block(url: str) -> str:
    """Return the block for mail that does not say where its unsubscribe link belongs."""
    return _LINE_END + _BUTTON.format(url, _WORDS)
