"""A whole Commonweal of its own for a test: a data folder, a database, and when wanted the real web and worker.

On PostgreSQL (DATABASE_URL set) each instance gets a fresh database on that server, dropped afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

from tests.migrated import address, make_database, migrated_file

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "commonweal.site.command"]
#: What the environment of the tests may say that is not for an instance. The last makes each process start compile all.
NOT_OURS = ("COMMONWEAL_SERVING", "DEMO", "PORT", "SITE_URL", "PYTHONDONTWRITEBYTECODE")
#: Below the ports that Linux hands to outgoing connections (32768 and up): one of those could be in use again by the
#: time the server starts. Chosen at random, so that tests running side by side seldom want the same.
PORTS = range(10_000, 20_000)


def free_port() -> int:
    """A port that nobody listens on just now."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", SystemRandom().choice(PORTS)))
            return int(probe.getsockname()[1])


class Instance:
    """Use as a context manager. `env` adds settings, for example DEMO="1". With `rehearsal` its clock can be moved.

    Its database is a copy of one that was migrated once (see tests.migrated); with `migrated` off it is empty.
    """

    def __init__(self, folder: Path, *, migrated: bool = True, rehearsal: bool = False, **env: str) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.server: subprocess.Popen[str] | None = None
        self.worker: subprocess.Popen[str] | None = None
        self.ahead = timedelta()
        self.log = folder / "log.txt"
        self._database = ""
        self.env = {
            **{name: value for name, value in os.environ.items() if name not in NOT_OURS},
            "DJANGO_SETTINGS_MODULE": "commonweal.site.settings",
            "DATA": str(self.data),
            "PORT": str(self.port),
            # The tree these tests belong to, also where another one is installed.
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            **({"REHEARSAL": str(folder / "ahead")} if rehearsal else {}),
            **env,
        }
        if server := os.environ.get("DATABASE_URL"):
            self._server, self._database = server, f"instance_{uuid.uuid4().hex[:12]}"
            make_database(server, self._database, migrated=migrated, env=self.env)
            self.env["DATABASE_URL"] = address(server, self._database)
        elif migrated:
            self.data.mkdir(parents=True)
            shutil.copy(migrated_file(self.env), self.data)

    def __enter__(self) -> Instance:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        if self._database:
            import psycopg

            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `commonweal …` in this instance."""
        done = subprocess.run([*COMMAND, *words], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise AssertionError(f"commonweal {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def python(self, code: str) -> Any:
        """Run code inside this instance, with Django set up; whatever it assigns to `result` comes back through JSON."""
        wrapped = f"import django, json; django.setup()\nresult = None\n{code}\nprint('\\n' + json.dumps(result))"
        done = subprocess.run(
            [sys.executable, "-c", wrapped], env=self.env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout.strip().splitlines()[-1])

    def start(self, *words: str) -> str:
        """Start `commonweal run` and wait until it answers. Returns what it printed so far."""
        self.server = self._begin("run", *words)
        for _attempt in range(3000):  # ten minutes: a demonstration may have to be built first
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/help-now/", timeout=5).close()
                return self.log.read_text()
            if self.server.poll() is not None:
                raise AssertionError(f"commonweal run stopped:\n{self.log.read_text()}")
            time.sleep(0.2)
        raise AssertionError(f"commonweal run did not answer:\n{self.log.read_text()}")

    def _begin(self, *words: str) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            return subprocess.Popen(
                [*COMMAND, *words], env=self.env, cwd=ROOT, stdout=log, stderr=log, text=True, start_new_session=True
            )

    def start_worker(self) -> None:
        """A worker of our own, beside `start("--no-worker")`, so that a test can stop it."""
        self.worker = self._begin("worker")

    def stop_worker(self) -> None:
        """Stop it, and wait until it has ended: at once, or when the job it is at is done."""
        if self.worker is not None:
            _end(self.worker, patience=120)
            self.worker = None

    def move_clock(self, **by: float) -> None:
        """Let web, worker and commands live this much later (`hours=1`) from the next moment on: see kit.clock."""
        self.ahead += timedelta(**by)
        file = Path(self.env["REHEARSAL"])
        beside = file.with_suffix(".new")
        beside.write_text(str(self.ahead.total_seconds()))
        beside.replace(file)

    def move_clock_to(self, hour: int) -> None:
        """To the next time that it is this hour, in UTC."""
        now = datetime.now(UTC) + self.ahead
        then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        self.move_clock(seconds=(then - now).total_seconds() % (24 * 3600))

    def processes(self, pattern: str) -> list[int]:
        """The ids of this instance's processes whose command line matches."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    environment = (entry / "environ").read_bytes().decode(errors="ignore")
                    if re.search(pattern, line) and f"DATA={self.data}\0" in environment:
                        found.append(int(entry.name))
        return found

    def stop(self) -> None:
        self.stop_worker()
        if self.server is None:
            return
        _end(self.server, patience=30)
        for pid in self.processes("commonweal|granian"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server = None

    def mails(self) -> list[str]:
        """The mails sent so far, oldest first (MAIL=file)."""
        folder = self.data / "mail"
        files = sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        return [file.read_text() for file in files]


def _end(process: subprocess.Popen[str], *, patience: float) -> None:
    """Ask it to stop; after `patience` seconds do not ask."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
