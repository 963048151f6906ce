"""What real clients put on the wire, kept as test data: runs them against the real server.

    python tests/clients/capture.py [NAME ...]       without names: every program

Each program in `programs/` sends one mail, as users of its library would write it. What the server
took, octet for octet, becomes `captures/NAME.eml`, and who sent it and what it was told
`captures/NAME.toml`; refused mail is kept too. Needed are the programs' own interpreters and
libraries, as far as programs are asked for:

    Debian: swaks curl msmtp libphp-phpmailer php-cli libmime-lite-perl libauthen-sasl-perl
            ruby-mail libmail-java, and a JDK
    PyPI:   Django aiosmtplib redmail, in the environment that runs this
    npm:    nodemailer emailjs, in the folder that CLIENTS_NODE names
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.processes import ProgramProcess, wait_until  # noqa: E402 - it is not installed

RUNNERS = {
    ".py": [sys.executable],
    ".js": ["node"],
    ".mjs": ["node"],
    ".php": ["php"],
    ".pl": ["perl"],
    ".rb": ["ruby"],
    ".sh": ["sh"],
    ".java": ["java", "-cp", "/usr/share/java/javax.mail.jar:/usr/share/java/javax.activation.jar"],
}
VERSIONS = {
    "aiosmtplib_client": [sys.executable, "-m", "pip", "show", "aiosmtplib"],
    "django_mail": [sys.executable, "-m", "pip", "show", "django"],
    "redmail_client": [sys.executable, "-m", "pip", "show", "redmail"],
    "phpmailer": ["dpkg-query", "-W", "-f", "PHPMailer ${Version}", "libphp-phpmailer"],
    "perl": ["dpkg-query", "-W", "-f", "MIME::Lite ${Version}", "libmime-lite-perl"],
    "ruby_mail": ["dpkg-query", "-W", "-f", "mail ${Version}", "ruby-mail"],
    "ruby_net_smtp": ["ruby", "--version"],
    "swaks": ["swaks", "--version"],
    "curl": ["curl", "--version"],
    "msmtp": ["msmtp", "--version"],
    "javax_mail": ["dpkg-query", "-W", "-f", "JavaMail ${Version}", "libmail-java"],
    "py": [sys.executable, "--version"],
}
_WORDS = re.compile(r"(?:Name: (?P<name>\S+)\nVersion: (?P<version>\S+))|(?P<line>[^\n]+)")


def main(names: list[str]) -> None:
    """Run the programs of those names, or all."""
    programs = {path.stem: path for path in sorted((HERE / "programs").iterdir())}
    with tempfile.TemporaryDirectory() as folder:
        server = ProgramProcess(Path(folder))
        server.start()
        try:
            for name in names or programs:
                _capture(server, programs[name])
        finally:
            server.stop()


def _capture(server: ProgramProcess, program: Path) -> None:
    before = {row["message_id"] for row in server.all_of("messages")}
    host, port = server.addresses["smtp"]
    told = {
        "SENDCLOUD_SMTP_HOST": host,
        "SENDCLOUD_SMTP_PORT": str(port),
        "SENDCLOUD_API_USER": "sandbox_user",
        "SENDCLOUD_API_KEY": "sandbox_key",
    }
    path = _at_its_modules(program)
    command = [*RUNNERS[program.suffix], str(path)]
    subprocess.run(command, env=os.environ | told, timeout=60, check=False)  # it may be refused

    def new() -> list[dict[str, str]]:
        rows = server.all_of("messages")
        return [
            row for row in rows if row["message_id"] not in before and row["status"] != "queued"
        ]

    wait_until(new, f"the mail of {program.name}")
    (row,) = new()
    raw = server.octets(f"/sandbox/v1/messages/{row['message_id']}/raw")
    captures = HERE / "captures"
    captures.mkdir(exist_ok=True)
    (captures / f"{program.stem}.eml").write_bytes(raw)
    reply = 552 if row["status"] == "refused" else 250
    client = json.dumps(_version(program))
    (captures / f"{program.stem}.toml").write_text(
        f'client = {client}\nprogram = "{program.name}"\nreply = {reply}\n'
    )
    print(f"{program.stem}: {len(raw)} octets, {reply}")


def _at_its_modules(program: Path) -> Path:
    """Return where Node finds the modules: beside the program, so it is copied to them."""
    if program.suffix not in {".js", ".mjs"}:
        return program
    return Path(shutil.copy(program, os.environ["CLIENTS_NODE"]))


def _version(program: Path) -> str:
    if program.suffix in {".js", ".mjs"}:
        library = program.stem.partition("_")[0]
        package = Path(os.environ["CLIENTS_NODE"], "node_modules", library, "package.json")
        return f"{library} {json.loads(package.read_text())['version']}"
    command = VERSIONS.get(program.stem) or VERSIONS[program.stem.partition("_")[0]]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = _WORDS.search(said)
    assert found is not None
    return found["line"] or f"{found['name']} {found['version']}"


if __name__ == "__main__":
    main(sys.argv[1:])
