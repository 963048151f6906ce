"""The matrix of SendCloud's behaviours: which are here, which differ, which nobody knows.

behaviour  what a row says
dialogue   xsmtpapi, variables, mail, events, http_api, http_books, http_reports: the rows, in the
           order of a mail's life
"""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity import (
    dialogue,
    events,
    http_api,
    http_books,
    http_reports,
    mail,
    variables,
    xsmtpapi,
)
from sendcloud_inbound.rules.fidelity.behaviour import Behaviour, Fidelity

__all__ = ["MATRIX", "Behaviour", "Fidelity"]

MATRIX: Final = (
    *dialogue.ROWS,
    *xsmtpapi.ROWS,
    *variables.ROWS,
    *mail.ROWS,
    *events.ROWS,
    *http_api.ROWS,
    *http_books.ROWS,
    *http_reports.ROWS,
)
"""All rows."""
