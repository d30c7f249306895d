"""The work of a campaign: tasks and shifts with places to fill."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.kit import clock


class Action(models.Model):
    """A task (no time) or a shift (a time and a place) with places to fill. `taken_count` is kept under the row lock."""

    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.CASCADE, related_name="actions")
    title = models.CharField(_("what is to be done"), max_length=140)
    details = models.CharField(_("what one should know"), max_length=500, blank=True)
    place = models.CharField(_("where"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("to"), null=True, blank=True)
    places = models.PositiveIntegerField(_("places to fill"), default=1)
    taken_count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["made_by", "submission"], name="one_action_per_submission"),
            models.CheckConstraint(
                condition=models.Q(taken_count__lte=models.F("places")), name="no_more_than_the_places"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=models.F("starts_at")),
                name="shift_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def free(self) -> int:
        return self.places - self.taken_count

    def is_over(self, now: datetime) -> bool:
        end = self.ends_at or self.starts_at
        return end is not None and end <= now


class Taking(models.Model):
    """That a member took a place; gave it back; says it is done; and what an organiser said to that.

    `happened` is the organiser's answer, `answered_by` who gave it. Both sides' words are kept by the trail too.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="takings")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="takings")
    taken_at = models.DateTimeField(default=clock.now)
    given_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    happened = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "membership"],
                name="one_place_per_member",
                condition=models.Q(given_back_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["action"],
                name="takings_to_confirm",
                condition=models.Q(done_at__isnull=False, answered_at=None),
            )
        ]
