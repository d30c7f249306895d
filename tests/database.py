"""Makes the append-only trail bearable for tests that commit: its triggers stand aside while a test's rows are removed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

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
