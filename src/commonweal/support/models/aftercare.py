"""What comes after two answers: "not yet", and the private questions a day and a week later."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.kit import clock

from .requests import SupportRequest

#: When the author is asked how things are. A day and a week are common practice after a crisis contact.
CHECK_DAYS = (1, 7)
#: How long an unanswered question stands before it goes away by itself.
CHECK_STANDS = timedelta(days=5)


class Reopening(models.Model):
    """The author said "not yet", so a new round began. Keeps what became of the round before, and who answered in it."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="reopenings")
    answered_by = models.ManyToManyField(Membership, related_name="+")
    promise_due_at = models.DateTimeField()
    first_reply_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["request", "at"], name="rounds_of_a_request")]
        ordering = ["at", "id"]


class AfterCheck(models.Model):
    """One private question to the author: how is it now? Asked once, answered or not; only the author sees the answer."""

    class Answer(models.TextChoices):
        BETTER = "better", _("Better")
        SAME = "same", _("About the same")
        HARDER = "harder", _("Harder")

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="checks")
    day = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=6, choices=Answer.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "day"], name="one_check_per_day"),
            models.CheckConstraint(
                condition=models.Q(answer__in=["", "better", "same", "harder"]), name="check_answer_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="checks_to_ask", condition=models.Q(asked_at__isnull=True)),
        ]
