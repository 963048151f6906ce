"""Commits a group of operations, and says of each whether it is on disk.

What can go wrong, and what becomes of it:

* One operation is at fault: its messageId is taken, say. Nothing is committed; all are done again
  one by one, each in its own transaction, and only that one fails.
* The connection turns out to be broken: the server was away meanwhile. Nothing is committed; all
  are done again by a new connection, once.
* The store is in trouble: disk full, locked, file gone, server away. The whole group fails with
  `StoreUnavailable`. Nothing is tried again by itself; the next group finds out how things are.
* The COMMIT itself fails. Whether it counts is then open, as after a crash; the callers hear that
  it failed. Files stay if their rows may be there; if they are not, the next start sweeps them.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from sendcloud_inbound.errors import MessageIdTaken, Overtaken, StoreUnavailable
from sendcloud_inbound.store import statements
from sendcloud_inbound.store.database import TROUBLE, unavailable
from sendcloud_inbound.store.operations import Operation, Put, perform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendcloud_inbound.store.database import Database

Operations = list[Operation[Any]]
Outcome = tuple[Operation[Any], Exception | None]


class CommitFailed(Exception):  # noqa: N818 - a state, and known to this module only
    """The COMMIT itself failed; its cause says why."""


class Committer:
    """Commits groups to one database. Belongs to one thread."""

    def __init__(self, database: Database) -> None:
        self.last_error: StoreUnavailable | None = None
        """Why something of the latest group could not be written; None when all was."""
        self._database = database

    def commit(self, group: Operations) -> list[Outcome]:
        """Do all of `group`; return each operation with its error, None for those on disk."""
        outcomes = self._write(group)
        errors = (error for _, error in outcomes if isinstance(error, StoreUnavailable))
        self.last_error = next(errors, None)
        return outcomes

    def _write(self, group: Operations) -> list[Outcome]:
        filed = [one for one in group if isinstance(one, Put) and self._has_file(one)]
        if not filed:
            return self._write_rows(group)
        failed = self._write_files(filed)
        rest = [operation for operation in group if operation not in failed]
        return [*failed.items(), *self._write_rows(rest)]

    def _write_files(self, puts: list[Put]) -> dict[Operation[Any], Exception]:
        """Write the contents that are files, before the transaction; return who failed."""
        failed: dict[Operation[Any], Exception] = {}
        for put in puts:
            try:
                self._database.writer()  # no file where there is no store to speak of it
                self._database.bodies.write(put.message_id, put.content)
            except FileExistsError:
                failed[put] = _taken(put)
            except Exception as error:  # noqa: BLE001 - the caller hears of it, the others go on
                failed[put] = self._unavailable(error)
        written = [put for put in puts if put not in failed]
        return failed | (self._sync_files(written) if written else {})

    def _sync_files(self, puts: list[Put]) -> dict[Operation[Any], Exception]:
        try:
            self._database.bodies.sync()
        except OSError as error:
            self._discard_files(puts)
            return {put: self._unavailable(error) for put in puts}
        return {}

    def _write_rows(self, group: Operations) -> list[Outcome]:
        if not group:
            return []
        try:
            self._transact_by_what_holds(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, every caller hears of it
            if len(group) > 1 and _is_of_one(error):
                return [outcome for one in group for outcome in self._write_rows([one])]
            return self._fail(group, error)
        return [(operation, None) for operation in group]

    def _transact_by_what_holds(self, group: Operations) -> None:
        """Do a group by the connection there is, or by a new one if that was cut off."""
        try:
            self._transact(group)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._database.drop_writer()
            self._transact(group)

    def _transact(self, group: Operations) -> None:
        conn = self._database.begin()
        try:
            perform(conn, self._database, group)
        except BaseException:
            with suppress(*TROUBLE):
                self._database.rollback()
            raise
        try:
            self._database.commit()
        except Exception as error:
            raise CommitFailed from error

    def _fail(self, group: Operations, error: Exception) -> list[Outcome]:
        is_undone = True
        if isinstance(error, CommitFailed) and isinstance(error.__cause__, Exception):
            error = error.__cause__
            is_undone = self._database.is_undone(error)
        if isinstance(error, TROUBLE):
            self._database.drop_writer()
        if is_undone:
            self._discard_files(group)
        return [(operation, self._error_of(operation, error)) for operation in group]

    def _error_of(self, operation: Operation[Any], error: Exception) -> Exception:
        if isinstance(error, Overtaken):
            return error
        if isinstance(error, IntegrityError) and isinstance(operation, Put):
            with suppress(StoreUnavailable, *TROUBLE):
                if self._is_stored(operation):
                    return _taken(operation)
        return self._unavailable(error)

    def _is_stored(self, put: Put) -> bool:
        conn = self._database.begin()
        try:
            found = conn.execute(statements.FIND_ID, {"message_id": put.message_id})
            return found.first() is not None
        finally:
            self._database.rollback()

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return unavailable(self._database.place, "written", error)

    def _has_file(self, put: Put) -> bool:
        return self._database.bodies.in_row(put.content) is None

    def _discard_files(self, group: Sequence[Operation[Any]]) -> None:
        for one in group:
            if isinstance(one, Put) and self._has_file(one):
                self._database.bodies.discard(one.message_id)


def _is_of_one(error: Exception) -> bool:
    """Return whether one operation, and not the state of the store, made its group fail."""
    if isinstance(error, (IntegrityError, DataError)):
        return True
    return not isinstance(error, (*TROUBLE, StoreUnavailable, CommitFailed))


def _taken(put: Put) -> MessageIdTaken:
    return MessageIdTaken(f"The messageId {put.message_id} is taken: make another.")
