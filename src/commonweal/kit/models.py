from __future__ import annotations

from django.db import models


class Spending(models.Model):
    """How often one key did one action in one window of time (see kit.limits)."""

    key = models.CharField(max_length=200)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="one_row_per_key_and_window")]


class ScheduledRun(models.Model):
    """That a scheduled job was enqueued for one due time (see kit.jobs)."""

    job = models.CharField(max_length=200)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due_at"], name="one_run_per_due_time")]
