"""How the client programs are started, and where they are told the server is."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.processes import ProgramProcess

HERE = Path(__file__).parent
PROGRAMS = {path.stem: path for path in sorted((HERE / "programs").iterdir()) if path.is_file()}

NODE = Path(os.environ.get("CLIENTS_NODE", "."))
"""The folder that nodemailer and the like are installed in."""
PYTHON = os.environ.get("CLIENTS_PYTHON", sys.executable)
"""The interpreter that has Django and the like."""

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


def run(name: str, server: ProgramProcess) -> subprocess.CompletedProcess[bytes]:
    """Let a program send its mail; it may fail, for some of the mail is refused."""
    program = PROGRAMS[name]
    runner = _RUNNERS[program.suffix]
    command = [*runner.command, str(program)] if runner.takes_path else runner.command
    with program.open("rb") as text:
        return subprocess.run(
            command,
            env=os.environ | _place(server) | {"CLASSPATH": _class_path(name)},
            stdin=text,
            capture_output=True,
            cwd=runner.folder,
            timeout=60,
            check=False,
        )


def _place(server: ProgramProcess) -> dict[str, str]:
    host, port = server.addresses["smtp"]
    return {
        "SENDCLOUD_SMTP_HOST": host,
        "SENDCLOUD_SMTP_PORT": str(port),
        "SENDCLOUD_API_USER": "sandbox_user",
        "SENDCLOUD_API_KEY": "sandbox_key",
    }


def _class_path(name: str) -> str:
    jars = _JARS["jakarta" if name.startswith("jakarta") else "javax"]
    return ":".join(f"/usr/share/java/{jar}.jar" for jar in jars)
