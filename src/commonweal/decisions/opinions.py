"""Opinion maps in their thin form: short statements that members agree with, disagree with or pass."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

#: What a member may write; imported statements may be longer, up to what the column holds.
LONGEST_STATEMENT = 140
LONGEST_IMPORTED = 1000


class Opinion(models.IntegerChoices):
    """An answer to a statement, with the signs of the published method (Small et al. 2021)."""

    AGREE = 1, _("Agree")
    PASS = 0, _("Pass")
    DISAGREE = -1, _("Disagree")


class OpinionMap(models.Model):
    """A question with statements. Counts are written into the statements when it is counted, and not before."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="opinion_maps")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="opinion_maps")
    question = models.CharField(_("the question"), max_length=200)
    details = models.TextField(_("what it is about"), max_length=10_000, blank=True)
    opens_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    voters = models.PositiveIntegerField(null=True)
    told_upto = models.BigIntegerField(default=0)
    withheld_at = models.DateTimeField(null=True)
    submission = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="one_opinion_map_per_submission"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gte=models.F("opens_at")), name="map_closes_after_it_opens"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-closes_at", "-id"], name="latest_opinion_maps"),
            models.Index(fields=["closes_at"], name="maps_to_count", condition=models.Q(counted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.question

    def is_open(self, now: datetime) -> bool:
        return self.counted_at is None and self.opens_at <= now < self.closes_at


class Statement(models.Model):
    """One short opinion. `seen` is how often it was answered: it decides what is shown next and is never shown itself.

    The four counts are empty until the map is counted; `support` orders them: agreement in
    thousandths of all answers, smoothed as (agree + 1) / (answers + 2) so that one early yes does not lead the list.
    """

    opinion_map = models.ForeignKey(OpinionMap, on_delete=models.CASCADE, related_name="statements")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="statements")
    text = models.CharField(_("statement"), max_length=LONGEST_IMPORTED)
    seen = models.PositiveIntegerField(default=0)
    agrees = models.PositiveIntegerField(null=True)
    disagrees = models.PositiveIntegerField(null=True)
    passes = models.PositiveIntegerField(null=True)
    support = models.PositiveSmallIntegerField(null=True)
    withheld_at = models.DateTimeField(null=True)
    submission = models.UUIDField(null=True)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "submission"], name="one_statement_per_submission")]
        indexes = [
            models.Index(
                fields=["opinion_map", "seen", "id"], name="least_seen_statements", condition=models.Q(withheld_at=None)
            ),
            models.Index(fields=["opinion_map", "-support", "id"], name="most_supported_statements"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def answers_count(self) -> int:
        """All answers. Only after the count."""
        return (self.agrees or 0) + (self.disagrees or 0) + (self.passes or 0)


class Answer(models.Model):
    """One member's answer to one statement; theirs to change until the map closes. `at` is empty where a source kept no time.

    Two indexes and no more: a map of two thousand people has a quarter of a million of these.
    """

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="answers", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="answers_to_statements")
    choice = models.SmallIntegerField(choices=Opinion.choices)
    at = models.DateTimeField(null=True, default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "membership"], name="one_answer_per_statement"),
            models.CheckConstraint(condition=models.Q(choice__in=[-1, 0, 1]), name="answer_is_an_opinion"),
        ]
