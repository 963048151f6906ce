"""The peer: aiosmtpd as it comes, on uvloop, throwing every message away."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session


class Discard:
    """Takes everything and keeps nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say yes."""
        return "250 OK"


async def main(port_file: Path) -> None:
    """Serve until killed."""
    logging.disable(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Discard(), data_size_limit=None, hostname="bench"), "127.0.0.1", 0
    )
    unfinished = port_file.with_suffix(".new")
    unfinished.write_text(str(server.sockets[0].getsockname()[1]))
    unfinished.replace(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
