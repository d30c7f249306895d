"""A rehearsal: a whole instance lives ahead of time, and leaps when its file changes. Never where people are promised things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from commonweal.kit import clock
from commonweal.site import environment


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    clock.rehearse(tmp_path / "ahead")
    yield tmp_path / "ahead"
    clock.rehearse(None)


def _ahead() -> timedelta:
    """How far ahead the clock is, to the hour."""
    return timedelta(hours=round((clock.now() - timezone.now()) / timedelta(hours=1)))


def test_the_clock_leaps_when_the_file_of_a_rehearsal_changes(file: Path) -> None:
    assert _ahead() == timedelta(0), "no file yet: the real time"
    file.write_text("3600")
    assert _ahead() == timedelta(hours=1)
    file.write_text(str(2 * 24 * 3600))
    assert _ahead() == timedelta(days=2)


@pytest.mark.parametrize("text", ["", "soon", "1e999", "nan"])
def test_a_file_that_says_no_number_means_the_real_time(file: Path, text: str) -> None:
    file.write_text(text)
    assert _ahead() == timedelta(0)


def test_a_moment_that_is_pretended_goes_before_the_rehearsal(file: Path) -> None:
    file.write_text("3600")
    moment = timezone.make_aware(datetime(2020, 2, 29, 12))
    with clock.at(moment):
        assert clock.now() == moment


def test_a_rehearsal_is_refused_where_real_people_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REHEARSAL", str(tmp_path / "ahead"))
    known = environment.KNOWN["REHEARSAL"]
    assert environment.rehearsal("REHEARSAL", real=False, help=known.help) == tmp_path / "ahead"
    with pytest.raises(ImproperlyConfigured, match="the real one"):
        environment.rehearsal("REHEARSAL", real=True, help=known.help)
