"""Duty planned ahead: the hours of a week that should be covered, who covers them, and who stands in for whom."""

from __future__ import annotations

from django.db import models

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.kit.week import DAYS

from .supporters import Duty


class WeeklySlot(models.Model):
    """Hours of every week in which somebody should be on duty, in the community's time zone. Monday is 0."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="weekly_slots")
    weekday = models.PositiveSmallIntegerField()
    hour = models.PositiveSmallIntegerField()
    hours = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField(default=1)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "weekday", "hour"],
                name="one_slot_at_a_time",
                condition=models.Q(retired_at__isnull=True),
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6, hour__lte=23), name="slot_is_in_the_week"),
            models.CheckConstraint(condition=models.Q(hours__gte=1, hours__lte=12), name="slot_has_sensible_hours"),
            models.CheckConstraint(condition=models.Q(needed__gte=1, needed__lte=10), name="slot_needs_somebody"),
        ]
        ordering = ["weekday", "hour", "id"]

    @property
    def day(self) -> str:
        return str(DAYS[self.weekday][1])

    @property
    def from_to(self) -> str:
        """The hours as a clock shows them: 20:00-00:00, with a dash between."""
        return f"{self.hour:02}:00–{(self.hour + self.hours) % 24:02}:00"


class SlotSignUp(models.Model):
    """A supporter covers a slot every week, until they leave it."""

    slot = models.ForeignKey(WeeklySlot, on_delete=models.CASCADE, related_name="sign_ups")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="slot_sign_ups")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "membership"], name="one_sign_up_each")]


class SlotOffer(models.Model):
    """Somebody cannot come on one day and asks who takes it. Until it is taken they are still expected."""

    slot = models.ForeignKey(WeeklySlot, on_delete=models.CASCADE, related_name="offers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="slot_offers")
    on = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "membership", "on"], name="one_offer_a_day")]


class SlotCover(models.Model):
    """Somebody comes on one day: for another (`offer`) or because nobody was there."""

    slot = models.ForeignKey(WeeklySlot, on_delete=models.CASCADE, related_name="covers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="slot_covers")
    on = models.DateField()
    offer = models.OneToOneField(SlotOffer, on_delete=models.SET_NULL, null=True, related_name="cover")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "membership", "on"], name="one_cover_a_day")]


class PlannedDuty(models.Model):
    """The duty that a slot became on one day. It exists once, so the job that makes it can run twice."""

    duty = models.OneToOneField(Duty, on_delete=models.CASCADE, related_name="planned")
    slot = models.ForeignKey(WeeklySlot, on_delete=models.CASCADE, related_name="planned")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "membership", "on"], name="one_planned_duty_a_day")]


class GapTold(models.Model):
    """People were told that somebody is missing on one day. It exists once, so that nobody hears of a gap twice."""

    slot = models.ForeignKey(WeeklySlot, on_delete=models.CASCADE, related_name="gaps_told")
    on = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "on"], name="a_gap_is_told_once")]
