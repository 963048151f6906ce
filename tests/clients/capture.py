"""What real clients put on the wire, kept as test data: runs them against the real server.

    python tests/clients/capture.py [NAME ...]       without names: every program

Each program in `programs/` sends one mail, as users of its library would write it. What the server
stored, octet for octet, becomes `captures/NAME.eml`; who sent it and the code of the last reply
become `captures/NAME.toml`. Refused mail is kept too. What has to be there, as far as programs are
asked for:

    Debian: swaks curl msmtp mutt s-nail sendemail php-cli libphp-phpmailer php-symfony-mailer
            php-mail libmime-lite-perl libemail-sender-perl libauthen-sasl-perl ruby-mail
            libmail-java libjakarta-mail-java libcommons-email-java, and a JDK
    PyPI:   "Django<6" aiosmtplib redmail, for the interpreter that CLIENTS_PYTHON names
    npm:    nodemailer emailjs, in the folder that CLIENTS_NODE names

Some clients write the machine's name into Message-ID. To give it another one, as root:

    unshare --uts sh -c 'hostname client && python tests/clients/capture.py'

What the captures must be judged to be stands in `expected.toml`; a new one needs a row there.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.clients import runners  # noqa: E402 - it is not installed
from tests.processes import ProgramProcess, wait_until  # noqa: E402

CAPTURES = HERE / "captures"
LIBRARIES = {
    "aiosmtplib": ("aiosmtplib", "pypi"),
    "commons_email": ("Commons Email", "libcommons-email-java"),
    "curl": ("curl", "curl"),
    "django": ("Django", "pypi"),
    "emailjs": ("emailjs", "npm"),
    "jakarta_mail": ("Jakarta Mail", "libjakarta-mail-java"),
    "javax_mail": ("JavaMail", "libmail-java"),
    "msmtp": ("msmtp", "msmtp"),
    "mutt": ("mutt", "mutt"),
    "nodemailer": ("nodemailer", "npm"),
    "pear_mail": ("PEAR Mail", "php-mail"),
    "perl_email_sender": ("Email::Sender", "libemail-sender-perl"),
    "perl_mime_lite": ("MIME::Lite", "libmime-lite-perl"),
    "phpmailer": ("PHPMailer", "libphp-phpmailer"),
    "py": ("smtplib", "python"),
    "redmail": ("redmail", "pypi"),
    "ruby_mail": ("mail", "ruby-mail"),
    "ruby_net_smtp": ("Net::SMTP", "ruby"),
    "s_nail": ("s-nail", "s-nail"),
    "sendemail": ("sendEmail", "sendemail"),
    "swaks": ("swaks", "swaks"),
    "symfony_mailer": ("Symfony Mailer", "php-symfony-mailer"),
}
"""By the beginning of a program's name: the library, and what knows its version."""

_PATIENCE_S = 5


def main(names: list[str]) -> None:
    """Run the programs of those names, or all."""
    CAPTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = ProgramProcess(Path(folder))
        server.start()
        try:
            for name in names or runners.PROGRAMS:
                _capture(name, server)
        finally:
            server.stop()


def _capture(name: str, server: ProgramProcess) -> None:
    known = _ids(server)
    done = runners.run(name, server)
    said = (done.stdout + done.stderr).decode(errors="replace")
    wait_until(lambda: _ids(server) - known, f"the mail of {name}, which says: {said}", _PATIENCE_S)
    (message_id,) = _ids(server) - known
    place = f"/sandbox/v1/messages/{message_id}"
    raw, code = server.octets(f"{place}/raw"), _last_code(server.octets(f"{place}/transcript"))
    (CAPTURES / f"{name}.eml").write_bytes(raw)
    (CAPTURES / f"{name}.toml").write_text(_facts(name, code))
    print(f"{name}: {len(raw)} octets, {code}")


def _ids(server: ProgramProcess) -> set[str]:
    return {row["message_id"] for row in server.all_of("messages")}


def _last_code(transcript: bytes) -> int:
    return int(re.findall(rb" S: (\d{3}) ", transcript)[-1])


def _facts(name: str, code: int) -> str:
    library, told_by = LIBRARIES[max(filter(name.startswith, LIBRARIES), key=len)]
    version = json.dumps(_version(library, told_by))
    return f'library = "{library}"\nversion = {version}\nreply = {code}\n'


def _version(library: str, told_by: str) -> str:
    if told_by == "python":
        return f"Python {platform.python_version()}"
    if told_by == "npm":
        package = runners.NODE / "node_modules" / library / "package.json"
        return str(json.loads(package.read_text())["version"])
    command = ["dpkg-query", "-W", "-f", "Debian ${Version}", told_by]
    if told_by == "pypi":
        question = f"import importlib.metadata as m; print(m.version({library!r}))"
        command = [runners.PYTHON, "-c", question]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1:])
