"""How the client programs are started, and where they are told the server is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

HERE = Path(__file__).parent


def _in(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.iterdir()) if path.is_file()}


PROGRAMS = _in(HERE / "programs")
"""Those that send by SMTP."""
HTTP_PROGRAMS = _in(HERE / "http" / "programs")
"""Those that send by the HTTP API; none has the name of one of the others."""

HUNDRED = ".hundred"
"""What the name of a capture ends in when its X-SMTPAPI names a hundred recipients, not three."""
_MANY = (
    (re.compile(r"ben@ifaxin\.com(\W+)joe@ifaxin\.com\1bida@ifaxin\.com"), "user{}@ifaxin.com"),
    (re.compile(r"Ben(\W+)Joe\1Bida"), "Name{}"),
)

NODE = Path(os.environ.get("CLIENTS_NODE", "."))
"""The folder that nodemailer and the like are installed in."""
PYTHON = os.environ.get("CLIENTS_PYTHON", sys.executable)
"""The interpreter that has Django and the like."""


class Server(Protocol):
    """What the programs send to."""

    addresses: dict[str, tuple[str, int]]
    """Host and port of `smtp` and `http`."""


_JARS = {
    "javax": ("javax.mail", "javax.activation", "commons-email"),
    "jakarta": ("jakarta-mail", "jakarta-activation"),
}
"""The two hold classes of the same names."""


@dataclass(frozen=True)
class _Runner:
    """An interpreter; some are told the program's path, some read it from their input."""

    command: tuple[str, ...]
    takes_path: bool = True
    folder: Path | None = None


# Node looks for libraries beside a file, but where it was started when the program has none.
_RUNNERS = {
    ".py": _Runner((PYTHON,)),
    ".js": _Runner(("node", "--input-type=commonjs"), takes_path=False, folder=NODE),
    ".mjs": _Runner(("node", "--input-type=module"), takes_path=False, folder=NODE),
    ".php": _Runner(("php",)),
    ".pl": _Runner(("perl",)),
    ".rb": _Runner(("ruby",)),
    ".sh": _Runner(("sh",)),
    ".java": _Runner(("java",)),
}


def program(name: str) -> Path:
    """Return the program that is run under a name, be it for a hundred recipients."""
    return (PROGRAMS | HTTP_PROGRAMS)[name.removesuffix(HUNDRED)]


def is_installed(name: str) -> bool:
    """Whether there is what a program is started with."""
    return shutil.which(_RUNNERS[program(name).suffix].command[0]) is not None


def run(name: str, server: Server) -> subprocess.CompletedProcess[bytes]:
    """Let a program send its mail; it may fail, for some of the mail is refused."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, program(name).name)
        copy.write_text(_text(name))
        return _run(copy, server, Path(folder))


def class_path(name: str) -> str:
    """Return where Java finds the library of a program."""
    jars = _JARS["jakarta" if name.startswith("jakarta") else "javax"]
    return ":".join(f"/usr/share/java/{jar}.jar" for jar in jars)


def _run(copy: Path, server: Server, home: Path) -> subprocess.CompletedProcess[bytes]:
    runner = _RUNNERS[copy.suffix]
    command = [*runner.command, str(copy)] if runner.takes_path else runner.command
    env = {"CLASSPATH": class_path(copy.stem), "HOME": str(home)}  # no settings of the user's
    with copy.open("rb") as text:
        return subprocess.run(
            command,
            env=os.environ | _place(server) | env,
            stdin=text,
            capture_output=True,
            cwd=runner.folder,
            timeout=60,
            check=False,
        )


def _text(name: str) -> str:
    """Return a program, the three recipients and their names made a hundred if it is to be so."""
    text = program(name).read_text()
    if name.endswith(HUNDRED):
        for three, many in _MANY:
            # What stands between two of them is the language's own.
            text = three.sub(r"\1".join(many.format(number) for number in range(100)), text)
    return text


def _place(server: Server) -> dict[str, str]:
    host, port = server.addresses["smtp"]
    return {
        "SENDCLOUD_SMTP_HOST": host,
        "SENDCLOUD_SMTP_PORT": str(port),
        "SENDCLOUD_HTTP_URL": "http://{}:{}".format(*server.addresses["http"]),
        "SENDCLOUD_API_USER": "sandbox_user",
        "SENDCLOUD_API_KEY": "sandbox_key",
    }
