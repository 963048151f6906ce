"""What clients of the HTTP API put on the wire, kept as test data: runs them against the server.

    python tests/clients/http/capture.py [NAME ...]   without names: all of expected.toml

Each program in `programs/` sends one mail, as users of its library would write it. The octets of
its request become `captures/NAME.http`, with `localhost:8025` for the host; the library and the
answer, with M for the messageId, become `captures/NAME.toml`. What has to be there, as far as
programs are asked for:

    Debian: curl php-cli perl ruby, and a JDK
    PyPI:   "Django<6" django-sendcloud2 requests, for the interpreter that CLIENTS_PYTHON names
    npm:    sendcloud sendcloud-client, in the folder that CLIENTS_NODE names

What the captures must be judged to be stands in `expected.toml`; a new one needs a row there. Where
only the shape of a request is known, or its library cannot be had, the program writes the body by
hand and says so.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.clients import libraries, runners  # noqa: E402 - it is not installed
from tests.clients.http import replaying  # noqa: E402
from tests.clients.http.recorder import Recorder  # noqa: E402
from tests.processes import ProgramProcess  # noqa: E402

CAPTURES = HERE / "captures"


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
    with Recorder(server) as recorder:
        done = runners.run(name, recorder)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert recorder.octets, f"{name} has asked for nothing; it says: {said}"
    (CAPTURES / f"{name}.http").write_bytes(recorder.octets)
    version = libraries.version(name)
    assert version, f"{libraries.made_by(name)} is not installed"
    answer = replaying.replay(server, recorder.octets).shown
    # JSON writes texts as TOML does.
    facts = {"library": libraries.made_by(name), "version": version, "answer": answer}
    lines = (f"{key} = {json.dumps(each, ensure_ascii=False)}\n" for key, each in facts.items())
    (CAPTURES / f"{name}.toml").write_text("".join(lines))
    print(f"{name}: {len(recorder.octets)} octets, {answer}; it says: {said.strip()}")


if __name__ == "__main__":
    main(sys.argv[1:])
