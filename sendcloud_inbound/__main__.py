"""`python -m sendcloud_inbound` is `sendcloud-inbound`."""

from __future__ import annotations

import sys

from sendcloud_inbound.cli import main

sys.exit(main())
