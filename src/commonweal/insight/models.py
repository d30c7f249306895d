from __future__ import annotations

from django.db import models

from commonweal.communities.models import Community


class PulseReport(models.Model):
    """The pulse of one community as last computed. Pages read this row and never the trail.

    `data` holds counts only (see pulse.compute). `stale_since` is set when something happened after `computed_at`;
    `claimed_at` while one process computes, so that no second one does the same work.
    """

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="pulse")
    computed_at = models.DateTimeField(null=True)
    window_start = models.DateTimeField(null=True)
    data = models.JSONField(default=dict)
    took_ms = models.PositiveIntegerField(default=0)
    stale_since = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["stale_since"], name="stale_pulses", condition=models.Q(stale_since__isnull=False))
        ]
