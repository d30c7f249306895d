from __future__ import annotations

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

from .rounds import Round

SESSIONS = 6
#: A circle is five to eight people: small enough to know each other, large enough when two cannot come.
FEWEST_SEATS, MOST_SEATS = 5, 8


class Length(models.IntegerChoices):
    """How long a session lasts, in minutes."""

    SHORT = 45, _("45 minutes")
    HOUR = 60, _("60 minutes")
    USUAL = 90, _("90 minutes")
    LONG = 120, _("120 minutes")


class Rhythm(models.IntegerChoices):
    """How many weeks lie between two sessions."""

    WEEKLY = 1, _("Every week")
    FORTNIGHTLY = 2, _("Every two weeks")


class Circle(models.Model):
    """Five to eight people who meet as a series, by default six sessions of ninety minutes, a week apart.

    `minutes` is how long its sessions are from now on; each keeps its own, so that those that were held stay as they were.

    `opened_at` is empty while a circle is only proposed: a round or a steward found people for it, and it opens when
    five of them have said yes. Until then, and if it lapses, only those who were asked see anything of it.
    `started_by` is empty when a round found it. `facilitator` looks after it; `offered_to` was asked to go on with
    that. `subject` is the tag (people.Trait) that it is about, if there is one. `follows` is the series before it.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="circles")
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("what it is about"), max_length=500)
    place = models.CharField(_("where"), max_length=200, blank=True)
    seats_total = models.PositiveSmallIntegerField(
        _("seats"), default=8, validators=[MinValueValidator(FEWEST_SEATS), MaxValueValidator(MOST_SEATS)]
    )
    minutes = models.PositiveSmallIntegerField(
        _("how long each session is"), choices=Length, default=Length.USUAL, db_default=Length.USUAL
    )
    every_weeks = models.PositiveSmallIntegerField(
        _("how often"), choices=Rhythm, default=Rhythm.WEEKLY, db_default=Rhythm.WEEKLY
    )
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="circles_started")
    started_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(default=clock.now, db_default=Now(), null=True)
    facilitator = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    offered_to = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=60, blank=True, default="", db_default="")
    round = models.ForeignKey(Round, on_delete=models.SET_NULL, null=True, related_name="circles")
    follows = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="followed_by")
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

    @property
    def every(self) -> timedelta:
        return timedelta(weeks=self.every_weeks)


class Seat(models.Model):
    """A member's place in a circle, from joining to leaving. Why somebody left is not asked."""

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
    """One of a circle's meetings. Empty questions mean the ones that we suggest for its number (`questions.py`)."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(choices=Length, default=Length.USUAL, db_default=Length.USUAL)
    cancelled_at = models.DateTimeField(null=True)
    opening = models.CharField(_("opening question"), max_length=200, blank=True, default="", db_default="")
    closing = models.CharField(_("closing question"), max_length=200, blank=True, default="", db_default="")
    recap = models.TextField(_("recap"), max_length=2000, blank=True, default="", db_default="")
    recap_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="one_session_per_number")]
        ordering = ["number"]

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Attendance(models.Model):
    """A member says "I was there". `counted_at` is when somebody else had borne it out."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "membership"], name="one_attendance_each")]


class Seen(models.Model):
    """Whoever looks after the circle saw this member at a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="seen")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    said_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "membership"], name="seen_once_a_session")]
