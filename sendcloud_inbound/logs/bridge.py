"""What libraries log by the standard library becomes an event of ours.

aiosmtpd, uvicorn, SQLAlchemy and asyncio are heard from warning on.
"""

from __future__ import annotations

import logging

import structlog

EVENT = "library_logged"
_NOISE = "Session.login_data is deprecated"
"""aiosmtpd 1.4.6 says so at every login, whatever its subclass does."""


class Bridge(logging.Handler):
    """Hands on what libraries log as an event of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log the record by structlog; whoever configured that decides what becomes of it."""
        message = _message(record)
        if message.startswith(_NOISE):
            return
        level = min(record.levelno // 10 * 10, logging.CRITICAL)  # structlog knows the round ones
        structlog.get_logger().log(
            level, EVENT, logger=record.name, message=message, exc_info=record.exc_info
        )


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - arguments that do not fit the text
        return str(record.msg)


BRIDGE = Bridge(logging.WARNING)


def bridge_libraries() -> None:
    """Hear the libraries; more than once is once."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    if BRIDGE not in root.handlers:
        root.addHandler(BRIDGE)
