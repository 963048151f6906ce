"""What real clients put on the wire, kept as test data: runs them against the real server.

    python tests/clients/capture.py [NAME[.hundred] ...]   without names: all of expected.toml

Each program in `programs/` sends one mail, as users of its library would write it; `.hundred` makes
its three recipients a hundred. What the server
stored, octet for octet, becomes `captures/NAME.eml`; who sent it, its commands and the code of the
last reply become `captures/NAME.toml`. Refused mail is kept too. What has to be there, as far as
programs are asked for:

    Debian: swaks curl msmtp mutt s-nail sendemail php-cli libphp-phpmailer php-symfony-mailer
            php-mail libmime-lite-perl libemail-sender-perl libauthen-sasl-perl ruby-mail
            libmail-java libjakarta-mail-java libcommons-email-java, and a JDK
    PyPI:   "Django<6" aiosmtplib fastapi-mail Flask-Mail redmail, for the interpreter that
            CLIENTS_PYTHON names
    npm:    nodemailer emailjs, in the folder that CLIENTS_NODE names

Some clients write the machine's name into Message-ID. To give it another one, as root:

    unshare --uts sh -c 'hostname client && python tests/clients/capture.py'

What the captures must be judged to be stands in `expected.toml`; a new one needs a row there.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.clients import libraries, runners  # noqa: E402 - it is not installed
from tests.processes import ProgramProcess, wait_until  # noqa: E402

CAPTURES = HERE / "captures"
_COMMAND = re.compile(r"\S+ C: (?!\(\d+ octets\))(.*)")
"""What the client said, without the time; the message itself is kept apart."""
_REPLY = re.compile(r" S: (\d{3}) ")
_PATIENCE_S = 5


def main(names: list[str]) -> None:
    """Run the programs of those names, or all."""
    CAPTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = ProgramProcess(Path(folder))
        server.start()
        try:
            for name in names or tomllib.loads((HERE / "expected.toml").read_text()):
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
    raw = server.octets(f"{place}/raw")
    (CAPTURES / f"{name}.eml").write_bytes(raw)
    transcript = server.octets(f"{place}/transcript").decode()
    (CAPTURES / f"{name}.toml").write_text(_facts(name, transcript))
    print(f"{name}: {len(raw)} octets")


def _ids(server: ProgramProcess) -> set[str]:
    return {row["message_id"] for row in server.all_of("messages")}


def _facts(name: str, transcript: str) -> str:
    version = libraries.version(name)
    assert version, f"{libraries.made_by(name)} is not installed"
    # JSON writes texts and lists as TOML does.
    commands = "".join(f"    {json.dumps(each)},\n" for each in _COMMAND.findall(transcript))
    code = _REPLY.findall(transcript)[-1]
    told = f'library = "{libraries.made_by(name)}"\nversion = {json.dumps(version)}\n'
    return f"{told}reply = {code}\ncommands = [\n{commands}]\n"


if __name__ == "__main__":
    main(sys.argv[1:])
