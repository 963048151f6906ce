"""Logs: structlog, one canonical line per session and per message, for people or for collectors.

An event is named `noun_verb` and carries `message_id`, `api_user`, `peer`. It never shows a key, an
AUTH payload or a body: known secrets are masked, octets only counted. It is one line whatever a
client sent, and writing it never raises: a log must not stop mail.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Literal, TextIO

import structlog

from sendcloud_inbound.logs.bridge import bridge_libraries
from sendcloud_inbound.logs.lines import Console, Line, json_line
from sendcloud_inbound.logs.sink import Sink

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from structlog.typing import Processor

    from sendcloud_inbound.logs.lines import Render

__all__ = ["configure", "gathered"]


def configure(
    format: Literal["auto", "console", "json"] = "auto",  # noqa: A002 - the setting's name
    level: Literal["debug", "info", "warning", "error"] = "info",
    stream: TextIO | None = None,
) -> None:
    """Send the program's events and its libraries' warnings to a stream.

    It may be called again: loggers that are in use follow.

    Args:
        format: `auto` is `console` when the stream is a terminal, else `json`.
        level: The least that is written.
        stream: By default stderr as it stands at the call; lines for no stderr at all are dropped.
    """
    _SINK.attach(sys.stderr if stream is None else stream)
    _CHAIN[:] = [Line(_renderer(format))]
    _follow(level)
    structlog.configure(
        processors=_CHAIN,
        wrapper_class=_Logger,
        logger_factory=lambda *_: _SINK,
        cache_logger_on_first_use=True,
    )
    bridge_libraries()


def gathered() -> AbstractContextManager[None]:
    """Write the lines of the running event loop once per turn, from now to the end of the block.

    Who reads them is woken once for all of them, which under load is most of what a line costs.
    """
    return _SINK.gathered(asyncio.get_running_loop())


def _renderer(format: Literal["auto", "console", "json"]) -> Render:  # noqa: A002
    terminal = _SINK.is_terminal()
    if format == "json" or (format == "auto" and not terminal):
        return json_line
    return Console(colors=terminal and not os.environ.get("NO_COLOR"))


class _Logger(structlog.BoundLoggerBase):
    """The class of all loggers; it has the methods of the level that was configured last."""


def _follow(level: str) -> None:
    for name, method in vars(structlog.make_filtering_bound_logger(level)).items():
        if not name.startswith("__"):
            setattr(_Logger, name, method)


# These stay the same objects: a cached logger holds on to them.
_SINK = Sink()
_CHAIN: list[Processor] = []
