"""What was brought in from where, so that bringing it in again changes nothing."""

from __future__ import annotations

from django.db import models

from commonweal.kit import clock


class ImportRun(models.Model):
    """How far one source has been brought in. Written in the transaction of every batch, so a killed run goes on here.

    `fingerprint` is the hash of the source's files: when they change, the run starts over, and finds what is there.
    `done` is how many participants' votes are in.
    """

    source = models.CharField(max_length=200, unique=True)
    fingerprint = models.CharField(max_length=64)
    community = models.ForeignKey("communities.Community", on_delete=models.CASCADE, null=True, related_name="+")
    done = models.PositiveIntegerField(default=0)
    votes = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)


class ImportedRecord(models.Model):
    """Which of our rows stands for which record of the source: kind ("person", "statement", "map") and its key there."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "kind", "key"], name="imported_once")]
