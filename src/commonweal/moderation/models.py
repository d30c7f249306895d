"""One moderation matter from report to closing. Every transition is a row with who and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.kit import clock

#: How long the author may appeal after a decision.
APPEAL_WINDOW = timedelta(days=30)
#: By when stewards mean to have looked at a report; what the reporter is told.
LOOKED_AT_WITHIN = timedelta(days=1)


class Reason(models.TextChoices):
    """What is wrong with a thing, in the reporter's words and again in the decision's."""

    DANGER = "danger", _("Somebody may be in danger")
    METHODS = "methods", _("It shows a way to hurt oneself")
    HARASSMENT = "harassment", _("It attacks or pesters somebody")
    HATE = "hate", _("It puts down a group of people")
    PRIVATE = "private", _("It shows somebody’s private life")
    SEXUAL = "sexual", _("It is sexual where it should not be")
    SPAM = "spam", _("It is advertising or a trick")
    RULES = "rules", _("It breaks our rules in another way")


class Measure(models.TextChoices):
    """What a decision does."""

    KEEP = "keep", _("Left as it is")
    WARN = "warn", _("A word to the author")
    WITHHOLD = "withhold", _("Taken out of sight")
    CLOSE_TOPIC = "close_topic", _("Conversation closed")
    REMOVE_MEMBER = "remove_member", _("Member removed")


class Case(models.Model):
    """One reported thing. Reports of the same thing join its open case.

    `excerpt` and `url` are what stood there when it was first reported; the excerpt is blanked ninety days after the
    last decision. `decided_at` repeats the decision's moment so that the database can hold one open case per thing.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="cases")
    kind = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    author = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="cases_about")
    author_hidden = models.BooleanField(default=False, help_text=_("The author had asked anonymously."))
    excerpt = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    opened_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kind", "thing_id"],
                name="one_open_case_per_thing",
                condition=models.Q(decided_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["community", "opened_at", "id"],
                name="open_cases",
                condition=models.Q(decided_at__isnull=True),
            ),
            models.Index(fields=["author", "-opened_at"], name="cases_by_author"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def is_held(self) -> bool:
        """Whether it is a first message that waits to be read. One query when the case came without it."""
        return getattr(self, "held", None) is not None

    @property
    def due_at(self) -> datetime:
        return self.opened_at + LOOKED_AT_WITHIN


class Held(models.Model):
    """That a case was not reported but opened by itself: a newcomer's first message, held until a steward has read it.

    `late_told_at`: the deadline passed, and stewards and the author were told that it still waits.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="held")
    at = models.DateTimeField(default=clock.now)
    late_told_at = models.DateTimeField(null=True)


class FirstMessages(models.Model):
    """That a community holds the first messages of newcomers, and how many of each. Without a row it holds none."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="first_messages")
    messages = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(messages__in=[1, 3]), name="one_or_three_are_held")]


class Note(models.Model):
    """A word from one steward to the others about a case. No party to it reads it; it goes with the reported words."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]


class Report(models.Model):
    """That a member asked for a look at something. Who it was is shown to the stewards of the case and to nobody else."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "reporter"], name="one_report_each"),
            models.CheckConstraint(condition=models.Q(reason__in=Reason.values), name="report_reason_is_known"),
        ]
        ordering = ["at", "id"]


class Decision(models.Model):
    """What a steward decided, and why. The author reads `explanation`; the log shows `reason` and `measure` only.

    `about` repeats the case's author, so that the database can refuse a steward who decides about themselves.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="decision")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    steward = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    measure = models.CharField(max_length=16, choices=Measure.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    explanation = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(measure__in=Measure.values), name="measure_is_known"),
            models.CheckConstraint(condition=models.Q(reason__in=Reason.values), name="decision_reason_is_known"),
            models.CheckConstraint(
                condition=models.Q(about__isnull=True) | ~models.Q(about=models.F("steward")),
                name="nobody_judges_themselves",
            ),
        ]
        indexes = [models.Index(fields=["community", "-at", "-id"], name="newest_decisions")]

    @property
    def appeal_until(self) -> datetime:
        return self.at + APPEAL_WINDOW


class Appeal(models.Model):
    """The author asks another steward to look again."""

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    words = models.TextField()
    at = models.DateTimeField(default=clock.now)


class AppealDecision(models.Model):
    """What another steward said. `upheld` False takes the measure back. `first_steward` is who decided before."""

    appeal = models.OneToOneField(Appeal, on_delete=models.CASCADE, related_name="answer")
    first_steward = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    steward = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    upheld = models.BooleanField()
    explanation = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(steward=models.F("first_steward")), name="appeal_goes_to_another_steward"
            )
        ]
