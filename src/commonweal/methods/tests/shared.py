"""Real data with its sources, kept beside the project and not inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"


def shared(path: str) -> Path:
    """The file or folder `path` of the shared data; skips the test, with the reason, where it is not there."""
    found = DATA / path
    if not found.exists():
        pytest.skip(f"the shared data are not here: {path} (expected beside the project, in shared/data)")
    return found
