"""Meetings in the world, online, or both: who plans, who comes, and whether it took place."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.kit.ids import link_token

#: How long before the start the address opens to those who come, and kept newcomer seats open to everyone.
OPENS_BEFORE = timedelta(hours=24)
#: How long after the end the address is still shown, for those who come late.
CLOSES_AFTER = timedelta(hours=3)


class Gathering(models.Model):
    """A meeting with a time and a place. Times are stored in UTC; `time_zone` is the zone of the place.

    `area` is coarse and shown to all readers; `address` and `link` only to hosts and to those who come, from 24 hours
    before. `coming_count` is stored, recounted by `actions` under the row lock. `sequence` grows with every change, so
    that calendars notice.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="gatherings")
    planned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="gatherings_planned")
    title = models.CharField(_("title"), max_length=140)
    text = models.TextField(_("what will happen"), blank=True)
    html = models.TextField(blank=True, editable=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=50, default="UTC")
    area = models.CharField(_("roughly where"), max_length=120, blank=True)
    address = models.CharField(_("exact address"), max_length=300, blank=True)
    link = models.URLField(_("online link"), max_length=500, blank=True)
    capacity = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    newcomer_seats = models.PositiveIntegerField(_("seats kept for newcomers"), default=2)
    access_notes = models.CharField(_("access"), max_length=300, blank=True)
    for_support = models.BooleanField(default=False)
    private = models.BooleanField(default=False, help_text=_("Only those invited see it: a first meeting of two."))
    coming_count = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.UUIDField(null=True)
    planned_at = models.DateTimeField(default=clock.now)
    withheld_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["planned_by", "submission"], name="one_gathering_per_submission"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="gathering_ends_later"),
        ]
        indexes = [models.Index(fields=["community", "starts_at", "id"], name="gatherings_by_start")]

    def __str__(self) -> str:
        return self.title

    @property
    def opens_at(self) -> datetime:
        """When the address opens to those who come, and kept seats open to everyone."""
        return self.starts_at - OPENS_BEFORE

    @property
    def is_open(self) -> bool:
        """Whether the address may be shown now to those who come."""
        return self.opens_at <= clock.now() <= self.ends_at + CLOSES_AFTER

    @property
    def has_started(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= clock.now()

    @property
    def in_person(self) -> bool:
        return bool(self.area)


class Host(models.Model):
    """Somebody who answers for a gathering. The planner agrees by planning; a second host is asked first."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="hosts")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="hosting")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "membership"], name="one_hosting_per_member")]


class Invited(models.Model):
    """That a private gathering is for this member. Nobody else sees it, stewards neither."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="invited")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "membership"], name="one_invitation_per_member")]


class Answer(models.TextChoices):
    """What a member said to "Will you come?". `waiting` is a yes that found no seat."""

    YES = "yes", _("I'm coming")
    WAITING = "waiting", _("On the waiting list")
    MAYBE = "maybe", _("Maybe")
    NO = "no", _("Can't come")


class Rsvp(models.Model):
    """One member's answer. `answered_at` is the place in the queue; `as_newcomer` says which seats it may take.

    `access_needs` is for the hosts' eyes only.
    """

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="rsvps")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="rsvps")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    as_newcomer = models.BooleanField(default=False)
    access_needs = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "membership"], name="one_answer_per_member"),
            models.CheckConstraint(condition=models.Q(answer__in=Answer.values), name="answer_is_known"),
        ]
        indexes = [
            models.Index(fields=["gathering", "answer", "answered_at", "id"], name="answers_in_order"),
            models.Index(fields=["membership", "answer"], name="answers_by_member"),
        ]


class Promotion(models.Model):
    """That somebody moved from the waiting list to a seat, without asking again."""

    rsvp = models.ForeignKey(Rsvp, on_delete=models.CASCADE, related_name="promotions")
    at = models.DateTimeField(default=clock.now)


class Cancellation(models.Model):
    """That a gathering will not happen, and why."""

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="cancellation")
    cancelled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(default=clock.now)


class Opening(models.Model):
    """That the last day has begun: the address is open, kept seats are released, those who come were reminded."""

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="opening")
    at = models.DateTimeField(default=clock.now)


class Ending(models.Model):
    """That the time is over and everyone who came was asked how it was."""

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="ending")
    at = models.DateTimeField(default=clock.now)


class HostWord(models.Model):
    """A host's side: whether it took place at all. The first host's word stands."""

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="host_word")
    said_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    took_place = models.BooleanField()
    at = models.DateTimeField(default=clock.now)


class Tick(models.Model):
    """That a host saw this member there."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="ticks")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "membership"], name="one_tick_per_member")]


class Attendance(models.Model):
    """That both sides agree: the member says they were there, a host says it took place. Counted once, in the pulse."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="attendances")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "membership"], name="one_attendance_per_member")]


class Recap(models.Model):
    """What happened, told by a host to all: those who could not come stay part of it (Sessions 2010; Shen & Cage 2015)."""

    gathering = models.OneToOneField(Gathering, on_delete=models.CASCADE, related_name="recap")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("what happened"))
    html = models.TextField(editable=False)
    at = models.DateTimeField(default=clock.now)


class SafetyWord(models.Model):
    """A private "I did not feel safe", for stewards who did not host. `seen_at` and `seen_by`: a human has looked."""

    class Felt(models.TextChoices):
        UNSURE = "unsure", _("Not quite")
        UNSAFE = "unsafe", _("No")

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="safety_words")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    felt = models.CharField(max_length=8, choices=Felt.choices)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gathering", "membership"], name="one_safety_word_per_member")]


class Feed(models.Model):
    """A secret address under which a person's calendar program finds the gatherings they come to, without addresses."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="gathering_feed")
    token = models.CharField(max_length=40, unique=True, default=link_token)
    made_at = models.DateTimeField(default=clock.now)
