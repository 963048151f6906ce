"""SMTP on the wire: the protocol that drives a dialogue, the listener, the handler that decides."""

from __future__ import annotations
