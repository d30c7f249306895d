"""The one place that asks what time it is, so that the demonstration can live through six months in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC. Models use it as default; actions use it for every deadline."""
    return _pretended.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Live at `moment` inside the block. For the demonstration's history and for tests of deadlines."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)
