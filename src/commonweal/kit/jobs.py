"""Durable jobs: enqueued in the transaction that needs them, retried with patience, run once by schedule.

    @job(lane="safety", retries=5)
    def tell_supporters(*, request_id: int) -> None: ...

    tell_supporters.enqueue(request_id=7)

Lanes are served in order of urgency. Every job can run twice: it looks at the state of the world, not at its arguments
alone. Arguments are JSON: ids, never objects or personal text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cronsim import CronSim
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from . import clock
from .registry import Registry

log = logging.getLogger(__name__)

#: Served first to last. The number is the priority that the queue sorts by.
LANES = {"sign-in": 90, "safety": 60, "normal": 0, "bulk": -60}


@dataclass(frozen=True)
class Job:
    """A function that the worker runs. `retries` waits grow from one minute by a factor of four."""

    name: str
    function: Callable[..., None]
    lane: str
    retries: int
    schedule: str | None = None

    def enqueue(self, *, after: timedelta | None = None, **arguments: Any) -> None:
        """Ask the worker to run this, in the same transaction as the change that needs it."""
        _put(self, arguments, attempt=1, after=after)

    def __call__(self, **arguments: Any) -> None:
        self.function(**arguments)


JOBS: Registry[Job] = Registry("jobs")


def job(*, lane: str = "normal", retries: int = 4, schedule: str | None = None) -> Callable[[Callable[..., None]], Job]:
    """Declare a job. `schedule` is a cron line in UTC ("*/5 * * * *") for jobs that run by the clock, without arguments."""
    if lane not in LANES:
        raise ValueError(f"{lane!r} is not a lane; choose one of {', '.join(LANES)}")

    def declare(function: Callable[..., None]) -> Job:
        name = f"{function.__module__}.{function.__qualname__}".removeprefix("commonweal.")
        return JOBS.add(name, Job(name=name, function=function, lane=lane, retries=retries, schedule=schedule))

    return declare


def _put(wanted: Job, arguments: dict[str, Any], *, attempt: int, after: timedelta | None) -> None:
    run_after = timezone.now() + after if after else None
    run_job.using(queue_name=wanted.lane, priority=LANES[wanted.lane], run_after=run_after).enqueue(
        name=wanted.name, arguments=arguments, attempt=attempt
    )


@task(queue_name="normal")
def run_job(name: str, arguments: dict[str, Any], attempt: int) -> None:
    """Run one job; on failure put it back with a longer wait, and give up loudly after its retries."""
    wanted = JOBS.get(name)
    if wanted is None:
        log.error("job %s is not known to this version; dropped", name)
        return
    try:
        wanted.function(**arguments)
    except Exception:
        if attempt > wanted.retries:
            log.exception("job %s gave up after %d attempts", name, attempt)
            raise
        log.warning("job %s failed, attempt %d; will try again", name, attempt, exc_info=True)
        _put(wanted, arguments, attempt=attempt + 1, after=timedelta(minutes=4 ** (attempt - 1)))


def enqueue_due(now: datetime | None = None) -> int:
    """Enqueue every scheduled job whose time has come since its last run. Safe to call from several workers at once.

    A run is claimed by a unique row (job, due time), so a restart neither skips nor doubles it; after a long pause
    a job runs once, not once per missed time. Returns how many were enqueued.
    """
    from .models import ScheduledRun

    now = now or clock.now()
    enqueued = 0
    for wanted in JOBS:
        if wanted.schedule is None:
            continue
        due = next(CronSim(wanted.schedule, now, reverse=True))
        try:
            with transaction.atomic():
                if ScheduledRun.objects.filter(job=wanted.name, due_at__gte=due).exists():
                    continue
                ScheduledRun.objects.create(job=wanted.name, due_at=due)
                wanted.enqueue()
                enqueued += 1
        except IntegrityError:
            continue
    return enqueued


def recover_interrupted() -> int:
    """Put jobs that a killed worker left half done back in their lane. Called when the only worker starts."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.running().update(status=TaskResultStatus.READY, started_at=None)


@job(lane="bulk", schedule="17 3 * * *")
def tidy_up() -> None:
    """Nightly: forget old limits, runs and finished jobs."""
    from django_tasks_db.models import DBTaskResult

    from . import limits
    from .models import ScheduledRun

    week_ago = clock.now() - timedelta(days=7)
    limits.forget_old_spendings()
    ScheduledRun.objects.filter(due_at__lt=week_ago).delete()
    DBTaskResult.objects.successful().filter(finished_at__lt=week_ago).delete()
