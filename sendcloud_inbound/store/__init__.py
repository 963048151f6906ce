"""The durable store: the queue between intake and worker, and what is shown of it.

`open_store` is all that the program needs of this package; what it returns is a `Queue`, a `Work`
and a `Catalogue` (ports.py).
"""

from __future__ import annotations

from sendcloud_inbound.store.store import Store, open_store

__all__ = ["Store", "open_store"]
