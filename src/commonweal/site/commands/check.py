"""Look at configuration and health, and say what to do about each thing that is not right."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commonweal.kit import clock
from commonweal.kit.health import HEALTH, Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    """Print one line per check. Exit code 1 when something must be done before people can rely on this instance."""
    worst = 0
    for find in (*OWN, *HEALTH):
        try:
            finding = find()
        except Exception as error:
            finding = Finding("bad", f"{find.__name__.replace('_', ' ')} failed: {error}")
        mark = {"good": "ok  ", "look": "look", "bad": "BAD "}[finding.state]
        print(f"  {mark}  {finding.what}" + (f"\n        → {finding.do}" if finding.do else ""))
        worst = max(worst, finding.state == "bad")
    return int(worst)


def database() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding("bad", f"The database is {len(waiting)} steps behind this version.", "Run `commonweal migrate`.")
    return Finding("good", f"The database ({connection.vendor}) answers and is up to date.")


def data_folder() -> Finding:
    folder = Path(settings.DATA)
    if not os.access(folder, os.W_OK):
        return Finding(
            "bad", f"{folder} cannot be written.", "Give this account the folder, or choose another with DATA=."
        )
    free = shutil.disk_usage(folder).free
    if free < 500_000_000:
        return Finding(
            "bad", f"Only {free // 1_000_000} MB are left on the disk of {folder}.", "Make room or move DATA."
        )
    return Finding("good", f"{folder} can be written; {free // 1_000_000_000} GB are free.")


def worker() -> Finding:
    from commonweal.kit.models import ScheduledRun

    newest = ScheduledRun.objects.order_by("-due_at").first()
    if newest is None or newest.due_at < clock.now() - timedelta(minutes=15):
        return Finding(
            "look",
            "No worker has been at work lately.",
            "Run `commonweal run`; without a worker nobody is told anything.",
        )
    return Finding("good", "The worker is at work.")


def outbox() -> Finding:
    from commonweal.trail.models import Outbox

    stuck = Outbox.objects.filter(attempts__gt=3)[:100].count()
    if stuck:
        return Finding(
            "bad", f"{stuck} steps could not be handed out.", "Read the worker's log; it tries again by itself."
        )
    return Finding("good", "Every step was handed out, or is about to be.")


def mail() -> Finding:
    if settings.MAIL == "smtp":
        return Finding("good", f"Mail goes through {settings.EMAIL_HOST}.")
    return Finding(
        "look",
        f"Mail goes to the {settings.MAIL}, not to people.",
        "Set MAIL=smtp and MAIL_HOST before you invite anybody.",
    )


def address() -> Finding:
    if settings.DEBUG:
        return Finding(
            "bad", "DEBUG is on: errors show their insides to everybody.", "Take DEBUG out of the environment."
        )
    if not settings.SITE_URL.startswith("https://"):
        return Finding(
            "look",
            f"People reach this at {settings.SITE_URL}, without encryption.",
            "Put it behind https and set SITE_URL.",
        )
    return Finding("good", f"People reach this at {settings.SITE_URL}.")


def demonstration() -> Finding:
    if settings.DEMO:
        return Finding(
            "look", "This is a demonstration: anybody can sign in as anybody.", "Start with DEMO=0 for real people."
        )
    return Finding("good", "Demonstration mode is off.")


def rehearsal() -> Finding:
    if settings.REHEARSAL:
        return Finding(
            "bad",
            "The clock is that of a rehearsal: deadlines come too early.",
            "Take REHEARSAL out of the environment.",
        )
    return Finding("good", "The clock is the machine's own.")


OWN: list[Callable[[], Finding]] = [database, data_folder, worker, outbox, mail, address, demonstration, rehearsal]
