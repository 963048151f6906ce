"""The peer: aiosmtpd as it comes, on asyncio or uvloop, throwing every message away.

bare_aiosmtpd.py PORT asyncio|uvloop [LONGEST LINE]
"""

from __future__ import annotations

import asyncio
import logging
import sys

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session


class Discard:
    """Takes everything and keeps nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Say yes."""
        return "250 OK"


async def main(port: int) -> None:
    """Serve until killed."""
    logging.disable(logging.CRITICAL)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Discard(), data_size_limit=None, hostname="bench"), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    if len(sys.argv) > 3:
        SMTP.line_length_limit = int(sys.argv[3])
    {"asyncio": asyncio.run, "uvloop": uvloop.run}[sys.argv[2]](main(int(sys.argv[1])))
