"""Spanish is complete, and the catalogues that ship are compiled from the sources that ship."""

from __future__ import annotations

import shutil

import pytest

from .translations import problems


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="no gettext here; install it with: apt-get install gettext")
def test_spanish_is_complete_and_compiled() -> None:
    assert problems() == []
