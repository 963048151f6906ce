"""A short run of `tests.chaos`: many nodes, faults at random, and nothing lost or double."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.chaos.run import Order, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.postgres,
    pytest.mark.one_engine,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]


def test_nodes_and_their_database_die_and_nothing_is_lost(tmp_path: Path) -> None:
    """Acknowledged is expanded once, each webhook is received, no emailId is there twice."""
    order = Order(seconds=15, rate=40, lease_s=3, seed=2)
    report = run(order, tmp_path, lambda _seconds, _what: None)
    assert report.complaints == [], report.logs
    assert report.facts["faults"]
    assert ET.fromstring(report.svg).tag.endswith("svg")  # noqa: S314 - our own
