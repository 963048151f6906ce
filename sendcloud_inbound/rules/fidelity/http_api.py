"""SendCloud's HTTP API."""

from __future__ import annotations

from typing import Final

from sendcloud_inbound.rules.fidelity.behaviour import differs

ROWS: Final = (
    differs(
        "http-api",
        "Mail can be sent by HTTP, under /apiv2/ and /api/.",
        "These calls are not there yet.",
        "7",
        "tests/http/test_fidelity.py::test_sendclouds_http_api_is_not_there",
    ),
)
