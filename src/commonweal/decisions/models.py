"""Questions put to members: proposals with their roll and their box, and what was decided."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

from .opinions import Answer, OpinionMap, Statement

__all__ = ["Answer", "Ballot", "Decision", "NamedBallot", "OpinionMap", "Proposal", "RollEntry", "Secrecy", "Statement"]


class Secrecy(models.TextChoices):
    """How well a ballot hides who answered what. The grade is fixed at opening and said on the page."""

    OPEN = "open", _("Open: names stand beside the answers once the vote has closed")
    DETACHED = "detached", _("Detached: the roll knows who voted, the box does not")


class Choice(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    ABSTAIN = "abstain", _("I abstain")


class Proposal(models.Model):
    """A yes/no/abstain question. Everything up to `quorum_percent` is frozen at opening; the result is set at close.

    `roll_count` is the number of people who may vote. `told_upto` is how far the news of the result has got on the roll.
    There is deliberately no stored number of votes before `counted_at`: a visible early vote sways the rest by a
    quarter (Muchnik 2013), and turnout is a signal too.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="proposals")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="proposals")
    question = models.CharField(_("the question"), max_length=200)
    details = models.TextField(_("what a yes would mean"), max_length=5000, blank=True)
    secrecy = models.CharField(max_length=10, choices=Secrecy.choices, default=Secrecy.DETACHED)
    quorum_percent = models.PositiveSmallIntegerField(default=20)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    roll_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    yes = models.PositiveIntegerField(null=True)
    no = models.PositiveIntegerField(null=True)
    abstain = models.PositiveIntegerField(null=True)
    passed = models.BooleanField(null=True)
    told_upto = models.BigIntegerField(default=0)
    withheld_at = models.DateTimeField(null=True)
    submission = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="one_proposal_per_submission"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="closes_after_it_opens"
            ),
            models.CheckConstraint(condition=models.Q(quorum_percent__lte=100), name="quorum_is_a_share"),
            models.CheckConstraint(condition=models.Q(secrecy__in=Secrecy.values), name="secrecy_is_known"),
        ]
        indexes = [
            models.Index(fields=["community", "-closes_at", "-id"], name="latest_proposals"),
            models.Index(fields=["closes_at"], name="proposals_to_count", condition=models.Q(counted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.question

    def is_open(self, now: datetime) -> bool:
        return self.opened_at is not None and self.counted_at is None and now < self.closes_at

    @property
    def votes(self) -> int:
        """How many answered. Only after the count."""
        return (self.yes or 0) + (self.no or 0) + (self.abstain or 0)

    @property
    def needed(self) -> int:
        """How many yes the approval quorum asks for: the smallest whole number that is the share of the roll."""
        return -(-self.quorum_percent * self.roll_count // 100)

    @property
    def unanimous(self) -> bool:
        """Whether everybody who voted answered alike, so that the result itself gives every ballot away."""
        return self.votes > 0 and self.votes in (self.yes, self.no, self.abstain)


class RollEntry(models.Model):
    """That a member may vote on a proposal, and whether they have.

    It says nothing of when: the moment, put beside the order of ballots in the box, would tell who voted what.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="roll")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="rolls")
    voted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "membership"], name="once_on_the_roll")]


class Ballot(models.Model):
    """One sealed answer in the box of a proposal. It knows neither who cast it nor when.

    The key is random and `box` is a bare number, so nothing leads from here to a person. Rows are rewritten in a
    random order at the count, because a database may keep the order in which rows came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    box = models.BigIntegerField(db_index=True)
    choice = models.CharField(max_length=7, choices=Choice.choices)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(choice__in=Choice.values), name="ballot_is_a_choice")]


class NamedBallot(models.Model):
    """An answer in an open vote, shown with its name once the vote has closed."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="named_ballots")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="named_ballots")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    cast_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "membership"], name="one_named_ballot_each"),
            models.CheckConstraint(condition=models.Q(choice__in=Choice.values), name="named_ballot_is_a_choice"),
        ]


class Decision(models.Model):
    """A line of the promise ledger: who does what was decided, and by when. Its outcome is kept by the trail."""

    proposal = models.OneToOneField(Proposal, on_delete=models.CASCADE, related_name="decision")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="decisions")
    promise = models.CharField(_("what will be done"), max_length=300)
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="decisions")
    due_on = models.DateField(_("by when"))
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    told_upto = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "due_on"], name="decisions_to_do", condition=models.Q(done_at__isnull=True)),
            models.Index(
                fields=["community", "due_on"], name="decisions_still_open", condition=models.Q(done_at__isnull=True)
            ),
        ]
