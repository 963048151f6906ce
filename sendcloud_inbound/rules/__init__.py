"""What SendCloud does, as pure functions: no socket, file, clock, random number or log."""

from __future__ import annotations
