"""A migrated, empty database for an instance of a test.

Migrating takes as long as all else such a test does. On SQLite it is done once for each state of the migrations, and the
file copied: the first who needs it makes it, the others wait for the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/commonweal"
FILE = "commonweal.sqlite3"


def address(server: str, name: str) -> str:
    """The address of another database on the same PostgreSQL server."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def migrated_file(env: dict[str, str]) -> Path:
    """An SQLite file to copy."""
    with _alone() as folder:
        file = folder / FILE
        if not file.exists():
            with tempfile.TemporaryDirectory(dir=folder) as making:
                _migrate({**env, "DATA": making})
                (Path(making) / FILE).rename(file)
        return file


def make_database(server: str, name: str, *, migrated: bool, env: dict[str, str]) -> None:
    """Make the database `name` on a PostgreSQL server, migrated or empty."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    if migrated:
        with tempfile.TemporaryDirectory() as folder:
            _migrate({**env, "DATA": folder, "DATABASE_URL": address(server, name)})


@contextlib.contextmanager
def _alone() -> Iterator[Path]:
    """The folder of this state of the migrations, for one process at a time."""
    state = hashlib.sha256()
    for file in [*sorted(SOURCE.glob("*/migrations/*.py")), SOURCE / "kit/database.py", ROOT / "locks/run.lock"]:
        state.update(file.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"commonweal-migrated-{state.hexdigest()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _migrate(env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "commonweal.site.command", "migrate"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{done.stdout}\n{done.stderr}")
