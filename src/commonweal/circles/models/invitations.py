from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.kit import clock

from .series import Circle


class CircleInvitation(models.Model):
    """That somebody was asked whether they want a seat in a circle. Only they see it, and only a yes does something.

    A circle that is only proposed opens with five yeses; to an open one, a yes is a seat while one is free. `moves_from`
    is a circle with people to spare, which the member would leave for this one. A no and running out change nothing
    that anybody else can see.
    """

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="invitations")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="circle_invitations")
    moves_from = models.ForeignKey(Circle, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    yes = models.BooleanField(null=True)
    would_look_after = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "membership"], name="asked_once_a_circle")]
        indexes = [models.Index(fields=["membership", "-at"], name="invitations_of_member")]

    def is_over(self, now: datetime) -> bool:
        return self.expires_at <= now


class WhatNext(models.Model):
    """What one member of a circle would like after its last session: sealed until enough would like the same."""

    class Choice(models.TextChoices):
        ON = "on", _("Go on together for another series")
        TOUCH = "touch", _("Stay in touch with one or two of them")
        END = "end", _("End here, kindly")

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="next_choices")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "membership"], name="one_choice_of_what_next")]


class StayInTouch(models.Model):
    """That one member of a circle would like to stay in touch with another. Nobody learns of it unless both would."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="+")
    chooser = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    chosen = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "chooser", "chosen"], name="one_wish_to_stay_in_touch"),
            models.CheckConstraint(
                condition=~models.Q(chooser=models.F("chosen")), name="nobody_stays_in_touch_with_themselves"
            ),
        ]
