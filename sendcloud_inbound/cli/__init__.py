"""The command line: `main`, and how every command ends.

Results go to stdout, logs and complaints to stderr. The exit status is 0 when all is well, 1 when
a check failed or a time ran out, 2 when the command line or a setting is wrong, 130 at Ctrl-C.

What is slow to import is imported by the command that needs it, in its body: `ready` is asked
every few seconds in a container and must not load a web framework for it.
"""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from typer import TyperException

from sendcloud_inbound.cli.failure import CommandFailed
from sendcloud_inbound.cli.program import NAME, app
from sendcloud_inbound.cli.text import reason, visible
from sendcloud_inbound.errors import ConfigError, InboundError
from sendcloud_inbound.interrupts import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence

_FAILED, _MISUSED = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; whatever goes wrong is told in one line.

    Args:
        arguments: By default those that the program was started with.
    """
    if isinstance(sys.stdout, TextIOWrapper):  # a screen that knows no Chinese gets escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    return _flush(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status: int | None = app(arguments, prog_name=NAME, standalone_mode=False)
    except KeyboardInterrupt:  # typer itself gives 130, but not while it prepares
        return INTERRUPTED
    except TyperException as error:
        return _complain(_misuse(error), _MISUSED)
    except ConfigError as error:
        return _complain(str(error), _MISUSED)
    except UnicodeEncodeError as error:
        return _complain(f"the command line holds octets that are no text: {error}", _MISUSED)
    except (InboundError, OSError) as error:
        ended = error.status if isinstance(error, CommandFailed) else _FAILED
        return _complain(reason(error) if isinstance(error, OSError) else str(error), ended)
    return status or 0


def _flush(status: int) -> int:
    """Write out the results; a reader that has gone, as `head` does, is no matter for words."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError) and status == 0:
            _complain(reason(error), _FAILED)
        return status or _FAILED
    return status


def _complain(complaint: str, status: int) -> int:
    """Write a complaint; settings may have a line for each mistake."""
    for line in complaint.splitlines():
        sys.stderr.write(f"{NAME}: {visible(line)}\n")
    return status


def _misuse(error: TyperException) -> str:
    """Return typer's complaint in one line, and where to read on."""
    command = getattr(getattr(error, "ctx", None), "command_path", NAME)
    complaint = " ".join(error.format_message().split()).rstrip(".")
    return f"{complaint}; see {command} --help"
