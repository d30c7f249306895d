from __future__ import annotations

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

SESSIONS = 6
SESSION_LENGTH = timedelta(minutes=90)
SESSION_EVERY = timedelta(days=7)


class Circle(models.Model):
    """Five to eight people who meet as a series, by default six sessions of ninety minutes, a week apart."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="circles")
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("what it is about"), max_length=500)
    place = models.CharField(_("where"), max_length=200)
    seats_total = models.PositiveSmallIntegerField(
        _("seats"), default=8, validators=[MinValueValidator(5), MaxValueValidator(8)]
    )
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="circles_started")
    started_at = models.DateTimeField(default=clock.now)
    first_at = models.DateTimeField(_("first session"))
    last_at = models.DateTimeField()
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seats_total__gte=5, seats_total__lte=8), name="five_to_eight_seats"
            ),
            models.UniqueConstraint(fields=["started_by", "submission"], name="one_circle_per_submission"),
        ]
        indexes = [models.Index(fields=["community", "-last_at", "-id"], name="newest_circles")]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A member's place in a circle, from joining to leaving."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="seats")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="seats")
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "membership"], condition=models.Q(left_at__isnull=True), name="one_seat_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["membership", "left_at"], name="seats_of_member")]


class Session(models.Model):
    """One of a circle's meetings."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="one_session_per_number")]
        ordering = ["number"]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + SESSION_LENGTH


class Attendance(models.Model):
    """A member says "I was there"."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "membership"], name="one_attendance_each")]
