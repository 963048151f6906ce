"""The settings, and the clock."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "settings.title": ("设置", "Settings"),
    "settings.in_force": ("当前设置", "In force"),
    "settings.what": (
        (
            "命令行优先于环境变量，环境变量优先于配置文件，最后是默认值；密钥和密码不显示。"
            "在这里只能查看。"
        ),
        (
            "Command line before environment before config file before default. Keys and "
            "passwords are masked. They are only shown here."
        ),
    ),
    "settings.name": ("名称", "Setting"),
    "settings.value": ("值", "Value"),
    "settings.origin": ("来源", "From"),
    "settings.default": ("默认值", "default"),
    "settings.fidelity": ("与 SendCloud 的逐项对照", "How the sandbox compares with SendCloud"),
    "settings.clock": ("时钟", "Clock"),
    "settings.clock.what": (
        "重试、过期、限额和退订都按这个时钟；邮件照常接收和展开。",
        "Retries, expiry, limits and suppressions follow it. Mail is taken and expanded as ever.",
    ),
    "settings.clock.shared": (
        "多个进程共用这份邮件，各有各的时钟，所以不能在这里更改。",
        "Other processes work on the same mail by their own clocks, so it cannot be changed here.",
    ),
    "settings.clock.runs": ("运行中", "Runs"),
    "settings.clock.frozen": ("已停住", "Stands"),
    "settings.clock.advance": ("拨快（秒）", "Seconds"),
    "settings.clock.advance.do": ("拨快", "Move on"),
    "settings.clock.set": ("时间", "Time"),
    "settings.clock.set.do": ("设定", "Set"),
    "settings.clock.freeze": ("停住", "Stop"),
    "settings.clock.go": ("继续走", "Go on"),
    "settings.clock.reset": ("恢复真实时间", "Real time again"),
    "settings.clock.done": ("已更改。", "Done."),
}
