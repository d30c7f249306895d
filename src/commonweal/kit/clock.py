"""The one place that asks what time it is, so that the demonstration can live through six months in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

_pretended: ContextVar[datetime | None] = ContextVar("pretended_now", default=None)
_rehearsal: Path | None = None


def now() -> datetime:
    """The current moment, aware, in UTC. Models use it as default; actions use it for every deadline."""
    return _pretended.get() or (timezone.now() if _rehearsal is None else timezone.now() + _ahead(_rehearsal))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Live at `moment` inside the block. For the demonstration's history and for tests of deadlines."""
    token = _pretended.set(moment)
    try:
        yield
    finally:
        _pretended.reset(token)


def rehearse(file: Path | None) -> None:
    """Live as many seconds ahead as `file` says, read anew each time: web and worker leap together when it changes.

    A file that is not there, or says no number, means the real time. Sessions and sign-in codes keep to the real time.
    """
    global _rehearsal
    _rehearsal = file


def _ahead(file: Path) -> timedelta:
    with suppress(OSError, ValueError, OverflowError):
        return timedelta(seconds=float(file.read_text()))
    return timedelta()
