"""Campaigns, and everything that moves them on: organisers, signatures, milestones, pledges, shifts."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Topic
from commonweal.kit import clock

from .work import Action, Taking

__all__ = [
    "Action",
    "Campaign",
    "Milestone",
    "Organiser",
    "Participation",
    "Pledge",
    "Pledging",
    "Signature",
    "Taking",
    "Update",
]


class Campaign(models.Model):
    """An organised effort to change one thing. A draft until `launched_at`; closed by its outcome.

    `participants_count` and `signatures_count` are stored, kept by `actions` under the campaign's row lock.
    `told_upto` is how far the news of the outcome has got through the participations.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="campaigns")
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="campaigns_started")
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(_("name of the campaign"), max_length=140)
    goal = models.CharField(_("what should change"), max_length=500)
    decider = models.CharField(_("who decides it"), max_length=200)
    why_now = models.CharField(_("why now"), max_length=500)
    due_on = models.DateField(_("by when"))
    first_day_plan = models.TextField(_("plan for the first day"), max_length=3000, blank=True)
    participants_count = models.PositiveIntegerField(default=0)
    signatures_count = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField(default=clock.now)
    launched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True)
    told_upto = models.BigIntegerField(default=0)
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["started_by", "submission"], name="one_campaign_per_submission")]
        indexes = [
            models.Index(
                fields=["community", "-launched_at", "-id"],
                name="running_campaigns",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["community", "-closed_at", "-id"],
                name="finished_campaigns",
                condition=models.Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def running(self) -> bool:
        return self.launched_at is not None and self.closed_at is None


class Organiser(models.Model):
    """That a member was asked to organise a campaign, and when they said yes or no. No answer is no organiser."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="organisers")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="organising")
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "membership"], name="asked_to_organise_once"),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(declined_at__isnull=True),
                name="organiser_agreed_or_declined",
            ),
        ]


class Participation(models.Model):
    """That a member took part in a campaign in any way. Whoever has one is told how the campaign ended."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="participations")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="participations")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "membership"], name="one_participation_per_campaign")
        ]


class Signature(models.Model):
    """That a member stands behind the goal. The name is shown only when they chose so (Kristofferson 2014)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="signatures")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="signatures")
    show_name = models.BooleanField(default=False)
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "membership"], name="one_signature_per_campaign")]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="shown_signatures", condition=models.Q(show_name=True))
        ]


class Milestone(models.Model):
    """A step on the way, and when it was reached."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=140)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)
    reached_at = models.DateTimeField(null=True)
    reached_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")


class Update(models.Model):
    """News from the organisers."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="updates")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="campaign_updates")
    text = models.TextField(_("what is new"), max_length=5000)
    html = models.TextField(editable=False)
    submission = models.UUIDField(null=True)
    posted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "submission"], name="one_update_per_submission")]


class Pledge(models.Model):
    """ "I will do X if N others will": it starts when `threshold` people have pledged, or ends unmet at its deadline.

    `pledges_count` is stored, kept under the row lock, and decides the start exactly once.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="pledges")
    promise = models.CharField(_("I will …"), max_length=140)
    threshold = models.PositiveIntegerField(_("how many people it needs"))
    deadline = models.DateTimeField(_("until when people can pledge"))
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    pledges_count = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    unmet_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    told_upto = models.BigIntegerField(default=0)
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opened_by", "submission"], name="one_pledge_per_submission"),
            models.CheckConstraint(condition=models.Q(threshold__gte=2), name="a_pledge_needs_others"),
            models.CheckConstraint(
                condition=models.Q(started_at__isnull=True) | models.Q(unmet_at__isnull=True),
                name="pledge_started_or_unmet",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"],
                name="pledges_waiting",
                condition=models.Q(started_at__isnull=True, unmet_at__isnull=True),
            )
        ]

    def is_open(self, now: datetime) -> bool:
        """Whether people can still pledge: also after the start, until the deadline."""
        return self.unmet_at is None and self.confirmed_at is None and now < self.deadline

    @property
    def missing(self) -> int:
        return max(0, self.threshold - self.pledges_count)


class Pledging(models.Model):
    """One member's pledge. Private: others see the count, and the name only when the member chose so.

    `did` is their own word afterwards, `counted_at` when the trail counted it (their word and an organiser's).
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="pledgings")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="pledgings")
    show_name = models.BooleanField(default=False)
    pledged_at = models.DateTimeField(default=clock.now)
    did = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pledge", "membership"], name="one_pledging_per_member")]
