"""The worker: hands out steps, enqueues what is due by the clock, and runs jobs, most urgent lane first.

Two threads: bulk work (imports, reports, digests) never keeps a sign-in code or a call for help waiting.
"""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import uuid
from typing import Any

from django.db import close_old_connections
from django_tasks_db.management.commands.db_worker import Worker

from commonweal.kit.jobs import enqueue_due
from commonweal.trail import outbox

log = logging.getLogger(__name__)

PROMPT_LANES = ["sign-in", "safety", "normal", "default"]
LOOK_EVERY = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--until-idle", action="store_true", help="do everything that is waiting, then stop")


def run(arguments: argparse.Namespace) -> int:
    if arguments.until_idle:
        work_off()
        return 0
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    bulk = threading.Thread(target=_loop, args=(stopping, [_bulk_jobs]), daemon=True)
    bulk.start()
    _loop(stopping, [enqueue_due, outbox.drain, _prompt_jobs])
    bulk.join(timeout=8)
    return 0


def work_off() -> None:
    """Hand out every step and run every job that is ready. For tests, the demonstration and one-off runs."""
    while outbox.drain() or _batch(["*"]):
        pass


def _loop(stopping: threading.Event, rounds: list[Any]) -> None:
    while not stopping.is_set():
        close_old_connections()
        for one in rounds:
            try:
                one()
            except Exception:
                log.exception("worker: a round failed; going on")
        stopping.wait(LOOK_EVERY)


def _prompt_jobs() -> int:
    return _batch(PROMPT_LANES)


def _bulk_jobs() -> int:
    return _batch(["bulk"])


def _batch(lanes: list[str]) -> int:
    worker = Worker(
        queue_names=lanes,
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=50,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )
    worker.run()
    return worker._run_tasks
