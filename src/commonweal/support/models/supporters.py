"""The people who give support: when they are there, when they rest, and until when their preparation holds."""

from __future__ import annotations

from datetime import datetime

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


class Supporter(models.Model):
    """What a supporter said they can give, and until when their preparation holds. Absent: as the role alone says.

    Empty `languages` means those they speak, empty `kinds` any kind. `steps_in`: they may be asked when nobody is planned
    for a shift. After `renew_by` no request is routed to them; they stay a member and a supporter. `told_at` is when
    they were told that the date comes near, `lapse_told_at` when they were told that it passed.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="supporter")
    languages = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    steps_in = models.BooleanField(default=False, db_default=False)
    renew_by = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    lapse_told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["renew_by"], name="renewals_ahead", condition=models.Q(renew_by__isnull=False)),
        ]

    def has_lapsed(self, now: datetime) -> bool:
        return self.renew_by is not None and self.renew_by <= now


class Rest(models.Model):
    """A supporter needs a break. No reason is asked or kept, and a break that is over is forgotten."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="rest")
    starts_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="rest_ends_after_start")
        ]
        indexes = [models.Index(fields=["ends_at"], name="rest_by_end")]


class DebriefNote(models.Model):
    """What a supporter wrote down for themselves after a case. For their own eyes; erased at `erase_at`."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="debrief_notes")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    erase_at = models.DateTimeField()
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "submission"], name="one_note_per_submission")]
        indexes = [models.Index(fields=["erase_at"], name="notes_to_erase")]
        ordering = ["-at", "-id"]
