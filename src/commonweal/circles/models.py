"""An introduction is a proposed pairing that opens only when both say yes; a circle is a series with the same people."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Conversation, Topic
from commonweal.kit import clock

OPEN_FOR = timedelta(hours=72)
SAME_PAIR_AFTER = timedelta(days=180)
MOST_OPEN = 2
MOST_A_WEEK = 3

SESSIONS = 6
SESSION_LENGTH = timedelta(minutes=90)
SESSION_EVERY = timedelta(days=7)


class Introduction(models.Model):
    """Two members who might be good for each other.

    Who they are stays hidden until both said yes. A no and running out look the same to the other side: nothing is
    stored on the introduction when somebody declines, only their own answer. `reasons` holds codes, no sentences.
    `asker` is set when one of the two is known to the other only as the person who asked in `topic`.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="introductions")
    first = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, related_name="introductions")
    asker = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_on = models.DateField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    conversation = models.OneToOneField(Conversation, on_delete=models.SET_NULL, null=True, related_name="introduction")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="introduction_pair_in_order"),
            models.UniqueConstraint(fields=["first", "second", "proposed_on"], name="one_introduction_a_day_per_pair"),
        ]
        indexes = [
            models.Index(fields=["community", "proposed_at"], name="introductions_by_date"),
            models.Index(fields=["first", "-id"], name="introductions_of_first"),
            models.Index(fields=["second", "-id"], name="introductions_of_second"),
        ]

    def __str__(self) -> str:
        return f"introduction {self.pk}"

    def other_of(self, membership_id: int) -> Membership:
        return self.second if self.first_id == membership_id else self.first

    def is_over(self, now: datetime) -> bool:
        return self.opened_at is None and self.expires_at <= now


class IntroductionAnswer(models.Model):
    """One side's yes or no. The other side never sees it; only two yeses do something."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="answers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    yes = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "membership"], name="one_answer_per_introduction")
        ]


class Meeting(models.Model):
    """Both confirmed that they met."""

    introduction = models.OneToOneField(Introduction, on_delete=models.CASCADE, related_name="meeting")
    at = models.DateTimeField(default=clock.now)


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
