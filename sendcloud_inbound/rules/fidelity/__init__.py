"""The matrix of SendCloud's behaviours: which are here, which differ, which nobody knows.

behaviour  what a row says
dialogue   xsmtpapi, delivery, http_api: the rows, in the order of a mail's life
"""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity import delivery, dialogue, http_api, xsmtpapi
from sendcloud_inbound.rules.fidelity.behaviour import Behaviour, Fidelity

__all__ = ["MATRIX", "Behaviour", "Fidelity"]

MATRIX: Final = (*dialogue.ROWS, *xsmtpapi.ROWS, *delivery.ROWS, *http_api.ROWS)
"""All rows."""
