"""The crisis desk: somebody worries about a person, and people look after it, step by step, two of them at least.

What was written or judged (raisings' words, assessments, notes, replies) stands in rows of its own, so that it can be
deleted when its time is over while who did what and when stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Post, Topic
from commonweal.kit import clock

#: How long what was written about somebody is kept after the case was closed. For a professional to review.
RETENTION = timedelta(days=90)
#: A case that was never closed is forgotten this long after it was opened, so that no forgotten case is kept for good.
LONGEST_KEPT = timedelta(days=365)


class Source(models.TextChoices):
    """How a concern came to the stewards. Who raised it is never shown to anybody, so members and supporters are one."""

    MEMBER = "member", _("Somebody here was worried")
    AUTHOR = "author", _("The person says that it is urgent")
    WORDS = "words", _("A phrase in the message matched the list")


class StepKind(models.TextChoices):
    """The steps of a case, in order. Each happens once; who and when is kept."""

    ACKNOWLEDGED = "acknowledged", _("A steward took it on")
    ASSESSED = "assessed", _("Looked at: is there danger, are others safe?")
    PRIVATE = "private", _("Wrote to the person in private")
    PUBLIC = "public", _("Somebody answered where it was said")
    SECOND = "second", _("A second steward looked and agreed")
    DAY = "day", _("Looked again after a day")
    WEEK = "week", _("Looked again after a week")
    DEBRIEF = "debrief", _("Those who helped talked it over")
    CLOSED = "closed", _("Closed")

    @property
    def to_do(self) -> Any:
        """The step while it is still ahead: what somebody is asked to do."""
        return TO_DO[self]


TO_DO = {
    StepKind.ACKNOWLEDGED: _("Take it on"),
    StepKind.ASSESSED: _("Look: is there danger, are others safe?"),
    StepKind.PRIVATE: _("Write to the person in private"),
    StepKind.PUBLIC: _("Answer where it was said"),
    StepKind.SECOND: _("A second steward reads it and agrees"),
    StepKind.DAY: _("Look again after a day"),
    StepKind.WEEK: _("Look again after a week"),
    StepKind.DEBRIEF: _("Talk it over with those who helped"),
    StepKind.CLOSED: _("Close the case"),
}


class Concern(models.Model):
    """Somebody may be in danger, or somebody thinks so. One open case for one message; nothing happens by itself."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="concerns")
    about = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="concerns_about")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="concerns")
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(closed_at__isnull=True), name="one_open_concern_per_post"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="concern_closes_after_opening",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "opened_at", "id"], name="open_concerns", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["closed_at"], name="concerns_to_erase", condition=Q(erased_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"

    @property
    def erase_at(self) -> datetime:
        """When what was written is deleted."""
        return self.closed_at + RETENTION if self.closed_at else self.opened_at + LONGEST_KEPT


class Raising(models.Model):
    """Somebody raised the concern. Who it was is kept so that they can be told the end of it, and shown to nobody."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="raisings")
    source = models.CharField(max_length=8, choices=Source.choices)
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="concern_source_is_known"),
            models.UniqueConstraint(fields=["concern", "by"], name="one_raising_each"),
        ]
        ordering = ["at", "id"]


class OnCase(models.Model):
    """A steward is on the case: they may read its notes from here on, and everybody can see since when."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="on_case")
    steward = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concern", "steward"], name="once_on_a_case")]
        ordering = ["at", "id"]


class CaseStep(models.Model):
    """One step of a case: who took it, and when. It holds no words."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concern", "kind"], name="each_step_once"),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="case_step_is_known"),
        ]
        ordering = ["at", "id"]


class Assessment(models.Model):
    """What a steward judged, for those on the case only. Never shown to members, never used for anything by itself."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNSURE = "unsure", _("Not sure")

    concern = models.OneToOneField(Concern, on_delete=models.CASCADE, related_name="assessment")
    danger = models.CharField(max_length=6, choices=Answer.choices)
    others_safe = models.CharField(max_length=6, choices=Answer.choices)
    mistaken = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(danger__in=["yes", "no", "unsure"], others_safe__in=["yes", "no", "unsure"]),
                name="assessment_is_known",
            ),
            models.CheckConstraint(
                condition=Q(mistaken=False) | Q(danger="no", others_safe="yes"), name="mistaken_means_all_safe"
            ),
        ]


class CaseNote(models.Model):
    """What a steward on the case wrote down, for those on the case. Deleted on the retention clock."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    submission = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "submission"], name="one_case_note_per_submission")]
        ordering = ["at", "id"]


class PrivateReply(models.Model):
    """What a steward wrote to the person. Theirs to read; it goes with the notes when their time is over."""

    concern = models.OneToOneField(Concern, on_delete=models.CASCADE, related_name="reply")
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)


class EmergencyCall(models.Model):
    """Calling emergency services: decided by one steward, agreed by another where possible, then made by a person.

    `volunteered` says which information, given by the person themself, is used; nothing is looked up. `alone_because`
    says why one person decided alone. The database accepts no call that nobody agreed to and gave no reason for.
    """

    concern = models.OneToOneField(Concern, on_delete=models.CASCADE, related_name="emergency")
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    volunteered = models.TextField()
    agreed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    alone_because = models.TextField(blank=True)
    alone = models.BooleanField(default=False)
    called_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("decided_by")), name="two_people_decide_a_call"
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | Q(agreed_by__isnull=False) | Q(alone=True),
                name="no_call_without_agreement_or_reason",
            ),
        ]


class CaseReminder(models.Model):
    """The stewards were reminded of one step that is due. Once each, so the job can run twice."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=12, choices=StepKind.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["concern", "kind"], name="one_reminder_per_step")]
