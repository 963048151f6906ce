"""The peers: how each is installed and started. None keeps what it is given, but for maildev."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tests.bench.comparing.cache import cache, run
from tests.bench.comparing.loads import ASYNCIO, HARAKA, MAILDEV, SINK, UVLOOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.comparing.loads import Load

_HARAKA, _MAILDEV = "haraka@3.3.4", "maildev@3.0.0"
_BARE = Path(__file__).with_name("bare_aiosmtpd.py")


@dataclass(frozen=True)
class Command:
    """How a server is started."""

    words: list[str]
    env: dict[str, str] = field(default_factory=dict)


Starter: TypeAlias = "Callable[[Path, int, Load], Command]"
"""Takes a folder of the server's own, a free port and the load."""


def _aiosmtpd(loop: str) -> Callable[[], Starter]:
    def command(folder: Path, port: int, load: Load) -> Command:
        limit = [str(load.longest_line)] if load.longest_line else []
        return Command([sys.executable, str(_BARE), str(port), loop, *limit])

    return lambda: command


def _npm(package: str) -> Path:
    """Install a package of npm; return the folder of its programs."""
    folder = cache(package)
    programs = folder / "node_modules" / ".bin"
    if not programs.exists():
        run(["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), package], folder)
    return programs


def _haraka() -> Starter:
    programs = _npm(_HARAKA)

    def command(folder: Path, port: int, load: Load) -> Command:
        config, plugins = folder / "config", folder / "plugins"
        stock = programs.parent / "haraka" / "config"
        for made in (config, plugins):
            made.mkdir(parents=True, exist_ok=True)
        shutil.copy(stock / "connection.ini", config)
        (config / "smtp.ini").write_text(f"listen=127.0.0.1:{port}\nnodes=0\n")
        (config / "log.ini").write_text("[main]\nlevel=error\n")
        (config / "plugins").write_text("accept\nqueue/discard\n")
        (plugins / "accept.js").write_text("exports.hook_rcpt = (next) => next(OK)\n")
        words = ["node", str(programs / "haraka"), "-c", str(folder)]
        return Command(words, {"YES_REALLY_DO_DISCARD": "1"})

    return command


def _maildev() -> Starter:
    programs = _npm(_MAILDEV)

    def command(folder: Path, port: int, load: Load) -> Command:
        words = ["node", str(programs / "maildev"), "--smtp", str(port), "--ip", "127.0.0.1"]
        return Command([*words, "--disable-web", "--silent", "--max-emails", "100"])

    return command


def _sink() -> Starter:
    """Take smtp-sink out of Debian's package of Postfix; that needs no rights."""
    installed = shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin")
    root = cache("postfix")
    program = Path(installed) if installed else root / "usr/sbin/smtp-sink"
    if not program.exists():
        run(["apt-get", "download", "postfix"], root)
        package = next(root.glob("postfix_*.deb"))
        run(["dpkg", "-x", package.name, "."], root)
        package.unlink()
    env = {} if installed else {"LD_LIBRARY_PATH": str(root / "usr/lib/postfix")}

    def command(folder: Path, port: int, load: Load) -> Command:
        user = ["-u", "root"] if os.geteuid() == 0 else []
        address = f"127.0.0.1:{port}"
        return Command([str(program), *user, "-m", "20000", address, "1000"], env)

    return command


PEERS: dict[str, Callable[[], Starter]] = {
    UVLOOP: _aiosmtpd("uvloop"),
    ASYNCIO: _aiosmtpd("asyncio"),
    HARAKA: _haraka,
    SINK: _sink,
    MAILDEV: _maildev,
}
"""What installs each, and gives what makes the command that starts it."""

SHORT = {"uvloop": UVLOOP, "asyncio": ASYNCIO, "haraka": HARAKA, "sink": SINK, "maildev": MAILDEV}
"""Their names on the command line."""
