"""A whole Commonweal of its own for a test: a data folder, a database, and when wanted the real web and worker.

On PostgreSQL (DATABASE_URL set) each instance gets a fresh database on that server, dropped afterwards.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "commonweal.site.command"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Instance:
    """Use as a context manager. `env` adds settings, for example DEMO="1"."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.server: subprocess.Popen[str] | None = None
        self.log = folder / "log.txt"
        self._database = ""
        self.env = {
            **{k: v for k, v in os.environ.items() if k not in ("COMMONWEAL_SERVING", "DEMO", "PORT", "SITE_URL")},
            "DJANGO_SETTINGS_MODULE": "commonweal.site.settings",
            "DATA": str(self.data),
            "PORT": str(self.port),
            # The tree these tests belong to, also where another one is installed.
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            **env,
        }
        if os.environ.get("DATABASE_URL"):
            self._make_postgresql_database(os.environ["DATABASE_URL"])

    def _make_postgresql_database(self, server: str) -> None:
        import psycopg

        self._server, self._database = server, f"instance_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {self._database}")
        parts = urlsplit(server)
        self.env["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{self._database}"))

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
        log = self.log.open("a")
        self.server = subprocess.Popen(
            [*COMMAND, "run", *words], env=self.env, cwd=ROOT, stdout=log, stderr=log, text=True, start_new_session=True
        )
        for _attempt in range(3000):  # ten minutes: a demonstration may have to be built first
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/help-now/", timeout=5).close()
                return self.log.read_text()
            if self.server.poll() is not None:
                raise AssertionError(f"commonweal run stopped:\n{self.log.read_text()}")
            time.sleep(0.2)
        raise AssertionError(f"commonweal run did not answer:\n{self.log.read_text()}")

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
        if self.server is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.server.kill()
        for pid in self.processes("commonweal|granian"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server = None

    def mails(self) -> list[str]:
        """The mails sent so far, oldest first (MAIL=file)."""
        folder = self.data / "mail"
        files = sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        return [file.read_text() for file in files]
