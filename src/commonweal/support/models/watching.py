"""What the list of phrases found, what was done about it, and what waits for a human to read it. For stewards only."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Post
from commonweal.kit import clock


class PhraseMatch(models.Model):
    """One phrase of the list was found in a post. Says which entry of which version, never the words themselves.

    It is no judgement of a person and no score: a reason for a human to look. Deleted after half a year.
    """

    class Kind(models.TextChoices):
        DANGER = "danger", _("may be in danger")
        METHOD = "method", _("asks for or describes a method")
        PACT = "pact", _("looks for somebody to die with")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="phrase_matches")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    phrase = models.CharField(max_length=40)
    version = models.CharField(max_length=12)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "phrase"], name="one_match_per_phrase"),
            models.CheckConstraint(condition=models.Q(kind__in=["danger", "method", "pact"]), name="match_is_known"),
        ]
        indexes = [models.Index(fields=["community", "-at", "-id"], name="newest_matches")]


class MatchStep(models.Model):
    """One thing that was done after a match."""

    class Done(models.TextChoices):
        SHOWN = "shown", _("help was shown to the author")
        TOLD = "told", _("people on duty were told")
        HELD = "held", _("held until a steward reads it")
        RELEASED = "released", _("shown to everyone again")
        ASIDE = "aside", _("stays between the author and the stewards")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="match_steps")
    done = models.CharField(max_length=8, choices=Done.choices)
    by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    told = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__in=["shown", "told", "held", "released", "aside"]), name="match_step_is_known"
            )
        ]
        ordering = ["at", "id"]


class Hold(models.Model):
    """A post that only its author and stewards can see until a steward has read it and decided.

    `reason` is what the author is told when it stays aside. Nothing is deleted either way.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="hold")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    released = models.BooleanField(default=False)
    reason = models.CharField(_("what the author is told"), max_length=600, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=False) | models.Q(released=False), name="released_by_decision"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True) | models.Q(released=True) | ~models.Q(reason=""),
                name="kept_aside_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "at"], name="what_is_held", condition=models.Q(decided_at__isnull=True))
        ]
