"""Serve: one command supervises web (with live updates) and worker, and starts again whatever dies."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, help="the port to listen on (also PORT=)")
    parser.add_argument("--host", help="the address to listen on (also HOST=)")
    parser.add_argument("--no-worker", action="store_true", help="serve pages only; run workers elsewhere")


def run(arguments: argparse.Namespace) -> int:
    if arguments.port:
        os.environ["PORT"] = str(arguments.port)
    if arguments.host:
        os.environ["HOST"] = arguments.host
    port, host = _port(), os.environ.get("HOST") or "127.0.0.1"
    if port is None:
        return 2
    problem = _taken(host, port)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    here = [sys.executable, "-m", "commonweal.site.command"]
    if code := _prepare([*here, "prepare"]):
        return code
    children = [Child("web", _web_command(host, port))]
    if not arguments.no_worker:
        children.append(Child("worker", [*here, "worker"]))
    return Supervisor(children, f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}").serve()


def _prepare(command: list[str]) -> int:
    """Make everything ready, and say how it ended. What stops us stops it: left alone it would keep the database."""
    preparing = subprocess.Popen(command)
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return preparing.wait()
    finally:
        if preparing.poll() is None:
            preparing.terminate()
            preparing.wait()
        signal.signal(signal.SIGTERM, before)


def _port() -> int | None:
    raw = os.environ.get("PORT") or "8000"
    if raw.isdigit() and 0 < int(raw) < 65536:
        return int(raw)
    print(f"PORT={raw!r} is not a port. Choose a number from 1 to 65535, for example PORT=8080.", file=sys.stderr)
    return None


def _taken(host: str, port: int) -> str:
    """What to tell the operator when the port cannot be had; empty when it can."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return f"Port {port} needs more rights than this account has. Try PORT=8000 make run."
        except OSError as error:
            if error.errno in (98, 48):
                return f"Port {port} is taken by another program. Stop it, or choose another: PORT={port + 1} make run"
            return f"Cannot listen on {host}: {error.strerror}. Check HOST."
    return ""


def _web_command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port)),
        *("--workers", os.environ.get("WEB_PROCESSES") or "2", "--http", "1", "--no-ws", "--log-level", "warning"),
        *("--workers-kill-timeout", "10", "--respawn-failed-workers", "commonweal.site.server:application"),
    ]


@dataclass
class Child:
    """A process that is kept alive. `waits` grows while it dies young, so a broken start does not spin."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    waits: float = 1.0
    not_before: float = field(default=0.0)

    def keep_alive(self) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            print(f"commonweal: {self.name} stopped ({self.process.returncode}); starting it again", file=sys.stderr)
            self.waits = 1.0 if now - self.started > 60 else min(30.0, self.waits * 2)
            self.not_before, self.process = now + self.waits, None
        if self.process is None and now >= self.not_before:
            # A group of its own, so that Ctrl-C reaches the children through us, in order.
            self.process = subprocess.Popen(self.command, start_new_session=True)
            self.started = now


class Supervisor:
    """Starts the children, says where the site is, and stops them in order."""

    def __init__(self, children: list[Child], url: str) -> None:
        self.children = children
        self.url = url
        self.stopping = False

    def serve(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        announced = False
        while not self.stopping:
            for child in self.children:
                child.keep_alive()
            if not announced and self._answers():
                announced = True
                self._announce()
            time.sleep(0.2)
        self._end()
        return 0

    def _stop(self, *_signal: object) -> None:
        self.stopping = True

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{self.url}/help-now/", timeout=2).close()
            return True
        return False

    def _announce(self) -> None:
        print(f"\n  Commonweal is open at  {self.url}/\n", flush=True)
        note = os.environ.get("DEMO", "0").lower() in ("1", "yes", "true", "on")
        if note:
            print("  This is the demonstration. Press “Sign in as …” on the page: a newcomer, a supporter,")
            print("  an organiser or a steward. Nothing here is real, and nothing leaves this machine.\n", flush=True)
        print("  Stop with Ctrl-C.\n", flush=True)

    def _end(self) -> None:
        living = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in living:
            process.terminate()
        for process in living:
            try:
                process.wait(timeout=12)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
