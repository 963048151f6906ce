"""The program as a whole. Nothing else picks a store or a target.

making    its parts, as the settings ask for them
watching  keeps the orders true meanwhile
program   put together: start, stop
serving   in a process of its own: signals, ports file
processes SMTP in several more, where that is asked for
"""

from __future__ import annotations

from sendcloud_inbound.app.program import Program
from sendcloud_inbound.app.serving import serve

__all__ = ["Program", "serve"]
