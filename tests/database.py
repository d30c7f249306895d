"""Makes the append-only trail bearable for tests that commit: its triggers stand aside while a test's rows are removed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from django_tasks_db.management.commands import db_worker

from commonweal.kit.database import AppendOnly

_flush = TransactionTestCase._fixture_teardown


def _flush_without_triggers(self: TransactionTestCase) -> Any:
    """SQLite has no TRUNCATE: its flush deletes row by row, which the triggers rightly refuse."""
    guard = AppendOnly("trail_step", until="keep_until")
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            guard.database_backwards("trail", editor, None, None)
    _flush(self)
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            guard.database_forwards("trail", editor, None, None)


@pytest.fixture(autouse=True, scope="session")
def _flushing_works() -> None:
    TransactionTestCase._fixture_teardown = _flush_without_triggers
    # Like Django's own test client: a worker inside a test must not close the connection whose transaction it is in.
    db_worker.close_old_connections = lambda: None


@pytest.fixture
def in_threads(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., list[Any]]]:
    """Run several functions at the same moment, each in its own thread and connection; gives their results in order.

    Whatever one of them raises is its result. The embedded database moves to a file meanwhile: the one in memory shares
    a cache between connections, whose locks do not wait as those of a file do. Ask for it before `cast`.
    """
    before, name = connections["default"], connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        before.ensure_connection()
        copy = sqlite3.connect(tmp_path / "threads.sqlite3")
        before.connection.backup(copy)
        copy.close()
        before.settings_dict["NAME"] = str(tmp_path / "threads.sqlite3")
        del connections["default"]

    def run(*functions: Callable[[], Any]) -> list[Any]:
        together = threading.Barrier(len(functions))
        results: list[Any] = [None] * len(functions)

        def one(index: int) -> None:
            try:
                together.wait(timeout=20)
                results[index] = functions[index]()
            except Exception as error:
                results[index] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=[index]) for index in range(len(functions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    yield run
    if connection.vendor == "sqlite":
        connections["default"].close()
        before.settings_dict["NAME"] = name
        connections["default"] = before


def count_ids_from(start: int) -> None:
    """From here on every table numbers its rows from `start`, so that two worlds give what follows the same numbers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(c.oid::regclass, %s) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind = 'S' AND n.nspname = current_schema()",
                [start],
            )
        else:
            cursor.execute("DELETE FROM sqlite_sequence")
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT name, %s FROM sqlite_master"
                " WHERE type = 'table' AND sql LIKE '%%AUTOINCREMENT%%'",
                [start],
            )
