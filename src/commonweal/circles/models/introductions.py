from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.afterwards import HowItFelt
from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Conversation, Topic
from commonweal.kit import clock

from .rounds import Kind, Round

OPEN_FOR = timedelta(hours=72)
SAME_PAIR_AFTER = timedelta(days=180)
MOST_OPEN = 2
MOST_A_WEEK = 3


class Introduction(models.Model):
    """Two members who might be good for each other.

    Who they are stays hidden until both said yes. A no and running out look the same to the other side: nothing is
    stored on the introduction when somebody declines, only their own answer. `reasons` holds codes, no sentences;
    one with "for" is for that member only. `asker` is set when one of the two is known to the other only as the person
    who asked in `topic`; `helper` when one of them offered to walk beside the other; `round` when a round found them.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="introductions")
    first = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, related_name="introductions")
    asker = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BUDDY, db_default="buddy")
    helper = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    round = models.ForeignKey(Round, on_delete=models.SET_NULL, null=True, related_name="introductions")
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


class Afterwards(HowItFelt):
    """What one of the two said privately after a first meeting."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="afterwards")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["introduction", "membership"], name="one_word_afterwards_each")]


class Pause(models.Model):
    """That new introductions of a member wait until a human has looked, after one word about safety.

    Only stewards see it, and never one whom it is about. `goes_on` is what a steward said: True lets new introductions
    come again, False keeps them off. The words are blanked ninety days after a steward has looked.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="pauses")
    told_by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, null=True, related_name="pauses")
    words = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(default=clock.now)
    looked_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)
    goes_on = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "told_by", "introduction"], name="one_pause_per_word"),
            models.CheckConstraint(
                condition=~models.Q(membership=models.F("told_by")), name="nobody_pauses_themselves"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "at"], name="pauses_to_look_at", condition=models.Q(looked_at__isnull=True)
            )
        ]


class MeetingPlace(models.Model):
    """A public place where two people can well meet for the first time, as the stewards of a community know it."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="meeting_places")
    name = models.CharField(_("name"), max_length=100)
    area = models.CharField(_("where"), max_length=120)
    why = models.CharField(_("why it is good for a first meeting"), max_length=200)
    step_free = models.BooleanField(_("step-free, with a toilet that is step-free too"), default=False)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["community", "name"], name="places_to_meet", condition=models.Q(withdrawn_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name
