"""Fixtures for every test of the project."""

from __future__ import annotations

import os

import pytest

pytest_plugins = ["tests.cast", "tests.database"]

#: They pass on PostgreSQL on some servers and lose their connection in the middle on others; the cause is not found yet.
LOSE_THEIR_CONNECTION = (
    "tests/test_matrix.py",
    "tests/test_canary.py",
    "tests/test_hostile.py",
    "tests/scale/test_queries.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not os.environ.get("DATABASE_URL") or os.environ.get("WHOLE_WORLD"):
        return
    for item in items:
        if item.nodeid.startswith(LOSE_THEIR_CONNECTION):
            item.add_marker(
                pytest.mark.skip(reason="loses its connection on some PostgreSQL servers; WHOLE_WORLD=1 runs it")
            )
