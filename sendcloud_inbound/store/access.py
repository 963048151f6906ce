"""How the parts of the store get at the database: they read in threads, and write by the writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from sendcloud_inbound.errors import StoreUnavailable
from sendcloud_inbound.store.database import READERS, TROUBLE, unavailable
from sendcloud_inbound.store.operations import Do

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from sqlalchemy import Connection

    from sendcloud_inbound.store.database import Database
    from sendcloud_inbound.store.operations import Operation
    from sendcloud_inbound.store.writer import Writer

Result = TypeVar("Result")


class Access:
    """The database as the parts of the store use it, from the event loop."""

    def __init__(self, database: Database, writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
        self._database = database
        self._writer = writer
        self._loop = loop
        self._threads = ThreadPoolExecutor(READERS, "store-reader")

    async def read(self, ask: Callable[[Connection], Result]) -> Result:
        """Run `ask` in a reading thread; trouble becomes `StoreUnavailable`."""

        def run() -> Result:
            with self._database.readers.connect() as conn:
                return ask(conn)

        try:
            return await self._loop.run_in_executor(self._threads, run)
        except TROUBLE as error:
            raise unavailable(self._database.place, "read", error) from error
        except RuntimeError as error:  # the threads are stopped
            raise StoreUnavailable(f"{self._database.place} is closed.") from error

    async def write(self, do: Callable[[Connection], Result]) -> Result:
        """Run `do` in the writer's transaction; return what it returned once that is on disk."""
        return await self._writer.submit(Do(self.future(), do))

    async def submit(self, operation: Operation[Result]) -> Result:
        """Have an operation done; return its result once that is on disk."""
        return await self._writer.submit(operation)

    def future(self) -> asyncio.Future[Result]:
        """Return what an operation tells its caller by."""
        return self._loop.create_future()

    def close(self) -> None:
        """Let the readings under way end; there are no more."""
        self._threads.shutdown()
