"""Asks and offers, and the handovers that come of them. Gratitude is the default: there are no credits and no balance.

Debt deters both giving and asking (Bellotti 2014), so nothing here counts what anybody owes.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.afterwards import HowItFelt
from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Conversation
from commonweal.kit import clock


class Entry(models.Model):
    """One ask or one offer. `until` is its last day in the community's zone; `closed_at` is set with its `Closure`."""

    class Kind(models.TextChoices):
        ASK = "ask", _("I ask for")
        OFFER = "offer", _("I offer")

    class What(models.TextChoices):
        THING = "thing", _("A thing")
        TIME = "time", _("Time")
        SKILL = "skill", _("A skill")
        LIFT = "lift", _("A lift")
        COMPANY = "company", _("Company")

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="entries")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    title = models.CharField(_("in a few words"), max_length=140)
    text = models.TextField(_("more about it"), blank=True)
    html = models.TextField(blank=True, editable=False)
    area = models.CharField(_("roughly where"), max_length=120, blank=True)
    at_home = models.BooleanField(default=False, db_default=False, help_text=_("It happens at somebody's home."))
    until = models.DateField(_("until when"))
    submission = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    withheld_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission"], name="one_entry_per_submission"),
            models.CheckConstraint(condition=models.Q(kind__in=["ask", "offer"]), name="entry_asks_or_offers"),
        ]
        indexes = [
            models.Index(
                fields=["community", "-made_at", "-id"],
                name="newest_entries",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(fields=["until"], name="entries_to_expire", condition=models.Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.withheld_at is None

    @property
    def is_ask(self) -> bool:
        return self.kind == self.Kind.ASK

    def is_over(self, today: date) -> bool:
        return self.until < today


class Closure(models.Model):
    """That an entry is not open any more, and why. `by` is empty when its time simply ran out."""

    class Reason(models.TextChoices):
        DONE = "done", _("It happened")
        WITHDRAWN = "withdrawn", _("Taken back")
        EXPIRED = "expired", _("Its time ran out")

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="closure")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)


class Handover(models.Model):
    """That a member said "I can" or "I'd like that" to an entry. Agreed, it is a promise of two people.

    `conversation` is theirs alone, opened by the agreement; before it nobody learns how to reach anybody.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="handovers")
    other = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="handovers")
    words = models.CharField(_("a few words"), max_length=500)
    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="+")
    submission = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "other"], name="one_handover_per_pair")]
        indexes = [models.Index(fields=["other", "-id"], name="handovers_by_other")]

    def __str__(self) -> str:
        return f"handover {self.pk}"


class Companion(models.Model):
    """The second person of a home visit: named by whoever answers, asked, and agreed or not. Home visits need two people.

    `answered_at` without `agreed_at` is a no.
    """

    handover = models.OneToOneField(Handover, on_delete=models.CASCADE, related_name="companion")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True) | models.Q(answered_at__isnull=False),
                name="companion_agrees_by_answering",
            )
        ]


class Agreement(models.Model):
    """That the owner of an entry said yes to one person. One at a time; it may fall through and another take its place."""

    handover = models.OneToOneField(Handover, on_delete=models.CASCADE, related_name="agreement")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="agreements")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=models.Q(ended_at__isnull=True), name="one_agreement_at_a_time"
            )
        ]


class Completion(models.Model):
    """That both said it happened. Only this counts, in the pulse, for both."""

    handover = models.OneToOneField(Handover, on_delete=models.CASCADE, related_name="completion")
    at = models.DateTimeField(default=clock.now)


class Thanks(models.Model):
    """One sentence from one of the two to the other, between them."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="thanks")
    author = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("thank you"), max_length=280)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "author"], name="one_thanks_each")]


class Afterwards(HowItFelt):
    """What one of the two said privately after a handover at which they met."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="afterwards")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "membership"], name="one_word_after_handover_each")]
