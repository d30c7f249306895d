"""A small demonstration, built once for each file of tests and rolled back after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from commonweal.communities.models import Community
from commonweal.demo.build import build_demonstration
from commonweal.kit import clock

NOW = datetime(2026, 3, 11, 15, 20, tzinfo=UTC)


def build_small() -> Community:
    return build_demonstration(progress=False, people_count=70, days=60, now=NOW)


@pytest.fixture(scope="module")
def riverside(django_db_setup: None, django_db_blocker: Any) -> Iterator[Community]:
    """Riverside at `NOW`, with the clock standing there."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        yield build_small()
        transaction.set_rollback(True)
