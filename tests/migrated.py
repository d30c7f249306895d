"""A migrated, empty database for an instance of a test.

Migrating takes as long as all else such a test does, so it is done once for each state of the migrations, and what it
made is copied: the first who needs it makes it, the others wait for the lock.
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
    """Make the database `name` on a PostgreSQL server, migrated (a copy of one that is migrated once) or empty."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        if not migrated:
            connection.execute(f"CREATE DATABASE {name}")
            return
        with _alone() as folder:
            template = folder.name.replace("-", "_")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
                making = f"{template}_making"
                connection.execute(f"DROP DATABASE IF EXISTS {making}")
                connection.execute(f"CREATE DATABASE {making}")
                _migrate({**env, "DATA": str(folder), "DATABASE_URL": address(server, making)})
                connection.execute(f"ALTER DATABASE {making} RENAME TO {template}")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


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
