"""What is known of a connection, as messages and refusals keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendcloud_inbound.rules.model import SessionFacts

if TYPE_CHECKING:
    from aiosmtpd.smtp import Session


def facts_of(session: Session) -> SessionFacts:
    """Return who is at the other end, what it calls itself, and its TLS."""
    host, port = (*(session.peer or ()), "", "")[:2]
    tls = f"{session.ssl['version']} {session.ssl['cipher']}" if session.ssl else None
    return SessionFacts(peer=f"{host}:{port}", helo=session.host_name or "", tls=tls)
