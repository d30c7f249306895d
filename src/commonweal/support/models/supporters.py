"""The people who give support: when they are there."""

from __future__ import annotations

from django.db import models

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock


class Duty(models.Model):
    """A supporter or steward is on duty from one moment to another."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="duties")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="duties")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gte=models.F("starts_at")), name="duty_ends_after_start")
        ]
        indexes = [models.Index(fields=["community", "ends_at"], name="duty_by_end")]
