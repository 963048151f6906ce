"""`sendcloud-inbound`, which is `python -m sendcloud_inbound`: ready for Ctrl-C, then the rest."""

from __future__ import annotations

import sys

from sendcloud_inbound.interrupts import INTERRUPTED, end, ending_at_once


def main() -> int:
    """Run the command line and return its exit status."""
    with ending_at_once():
        from sendcloud_inbound import cli  # noqa: PLC0415 - a third of a second
    status = cli.main()
    if status == INTERRUPTED:  # all is written and tidied up
        end()
    return status


if __name__ == "__main__":
    sys.exit(main())
