"""Facts that outlive the people they are about: ids and verbs, never personal text."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.kit import clock
from commonweal.kit.ids import uuid7


class Step(models.Model):
    """One thing that happened. Append-only by trigger; may be deleted only after `keep_until`.

    `actor` and `community` are the ids of a membership and a community; no foreign key, so that erasing a person
    never has to touch the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=clock.now)
    verb = models.CharField(max_length=80)
    actor = models.BigIntegerField(null=True)
    community = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    schema = models.PositiveSmallIntegerField(default=1)
    keep_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["community", "verb", "at"], name="step_by_community"),
            models.Index(fields=["subject_type", "subject_id", "at"], name="step_by_subject"),
            models.Index(fields=["actor", "at"], name="step_by_actor"),
            models.Index(fields=["keep_until"], name="step_by_retention", condition=models.Q(keep_until__isnull=False)),
        ]


class Outbox(models.Model):
    """A step that the consumers (notices, insight, …) have not handled yet. Written with the step, deleted with their work."""

    step = models.OneToOneField(Step, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=clock.now, db_index=True)


class Link(models.Model):
    """An edge: one thing led to another. The mediation report and the pulse walk these."""

    class Kind(models.TextChoices):
        LED_TO = "led_to", _("led to")
        FOLLOWS = "follows", _("follows")

    source_type = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    community = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "target_type", "target_id", "kind"], name="one_link_of_a_kind"
            )
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="link_by_target")]


class Helped(models.TextChoices):
    """What the receiver says of an effect."""

    YES = "yes", _("Yes, it helped")
    SOMEWHAT = "somewhat", _("A little")
    NO = "no", _("Not this time")


class Confirmation(models.Model):
    """One side's word on whether something happened offline, and whether it helped. Each side says it once."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    membership = models.BigIntegerField()
    community = models.BigIntegerField(null=True)
    happened = models.BooleanField()
    helped = models.CharField(max_length=10, choices=Helped.choices, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "membership"], name="one_confirmation_per_side"
            )
        ]
        indexes = [models.Index(fields=["community", "at"], name="confirmation_by_community")]


class Outcome(models.Model):
    """What changed in the world, with evidence."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    community = models.BigIntegerField(db_index=True)
    recorded_by = models.BigIntegerField(null=True)
    reached = models.BooleanField()
    text = models.TextField()
    evidence = models.URLField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_outcome_per_subject")]


class FollowUp(models.Model):
    """A question to one member about one thing, due later: did it happen, did it help? Answered by a Confirmation."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    membership = models.BigIntegerField()
    community = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "membership", "due_at"], name="one_follow_up_per_date"
            )
        ]
        indexes = [
            models.Index(
                fields=["membership", "due_at"], name="open_follow_ups", condition=models.Q(closed_at__isnull=True)
            )
        ]
