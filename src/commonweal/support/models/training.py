"""How somebody becomes a supporter: what a community asks of them, and what they said and did."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock
from commonweal.people.suggestions import TONGUES, label_of

from .requests import HelpKind

DEFAULT_CAP = 3
DEFAULT_RENEWAL_DAYS = 365


class Standard(models.Model):
    """What a community's stewards ask of supporters. Without this row nothing is asked of those who have the role.

    `cap` is how many requests one supporter has taken on at once, `renewal_days` how long preparation holds. Three and
    a year are ours, for a professional to review.
    """

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="support_standard")
    cap = models.PositiveSmallIntegerField(default=DEFAULT_CAP)
    renewal_days = models.PositiveSmallIntegerField(default=DEFAULT_RENEWAL_DAYS)
    set_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(cap__gte=1, cap__lte=20), name="cap_is_sensible"),
            models.CheckConstraint(
                condition=models.Q(renewal_days__gte=30, renewal_days__lte=1100), name="renewal_is_sensible"
            ),
        ]


class TrainingItem(models.Model):
    """One thing to have learned before giving support. Items that stewards take out are retired, so old ticks stay."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="training_items")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "text"], name="one_training_item_of_a_kind"),
            models.CheckConstraint(condition=~models.Q(text=""), name="a_training_item_says_something"),
        ]
        ordering = ["position", "id"]


class TrainingDone(models.Model):
    """A person says that they have done one thing on the list."""

    item = models.ForeignKey(TrainingItem, on_delete=models.CASCADE, related_name="done")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="training_done")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "membership"], name="one_tick_each")]


class AgreementText(models.Model):
    """One version of the agreement. Versions are kept: each acceptance names the one it was given to.

    Version 0 is the text that comes with Commonweal and has no row.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="agreement_texts")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    written_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "version"], name="one_agreement_per_version")]
        ordering = ["-version"]


class AgreementAcceptance(models.Model):
    """A person accepted one version of the agreement."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="agreements_accepted")
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "version"], name="one_acceptance_per_version")]


class Application(models.Model):
    """A member would like to give support. Closed when it was taken back, declined, or led to the role."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="support_applications")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="support_applications")
    languages = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    why = models.CharField(_("why you would like to"), max_length=1000)
    at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], name="one_open_application", condition=models.Q(closed_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["community", "at"], name="open_applications", condition=models.Q(closed_at__isnull=True)
            )
        ]

    @property
    def language_labels(self) -> list[str]:
        return [label_of("language", TONGUES[code]) for code in self.languages if code in TONGUES]

    @property
    def kind_labels(self) -> list[str]:
        return [str(kind.label) for kind in HelpKind if kind in self.kinds]


class ApplicationAnswer(models.Model):
    """A steward's answer to an application. A yes leads to the role once training and agreement are done."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="answer")
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    accepted = models.BooleanField()
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)
