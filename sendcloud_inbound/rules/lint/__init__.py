"""The lint: what SendCloud refuses, makes invalid later or silently ignores, and how to mend it.

`table` holds one row for each kind of mistake, `finding` makes one of it. The checks look at what
they are named for: `form` at X-SMTPAPI as a header, `keys` at what its JSON asks for, `mail` at
the envelope, the other headers and the lines. `remarks` puts together all that is no reason to
refuse a message at the end of DATA.
"""

from __future__ import annotations

from sendcloud_inbound.rules.lint.rule import Rule
from sendcloud_inbound.rules.lint.table import MAX_TOLD, TABLE, finding, refused_in_strict

__all__ = ["MAX_TOLD", "TABLE", "Rule", "finding", "refused_in_strict"]
