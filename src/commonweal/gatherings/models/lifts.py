"""Lifts to a gathering and home again, among people who have met before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from commonweal.communities.models import Membership
from commonweal.conversations.models import Conversation
from commonweal.kit import clock

from .meeting import Gathering


class Lift(models.Model):
    """That somebody who comes has seats in their car. One each for a gathering; taken back, it can be offered again."""

    gathering = models.ForeignKey(Gathering, on_delete=models.CASCADE, related_name="lifts")
    driver = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    seats = models.PositiveSmallIntegerField(_("seats"))
    area = models.CharField(_("from roughly where"), max_length=120)
    note = models.CharField(_("more about it"), max_length=200, blank=True)
    offered_at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gathering", "driver"], name="one_lift_each"),
            models.CheckConstraint(condition=models.Q(seats__gte=1, seats__lte=8), name="a_car_has_seats"),
        ]


class LiftSeat(models.Model):
    """That a passenger asked for a seat; `agreed_at`: the driver said yes. `ended_at`: a no, or either gave it up.

    `conversation` is for the two who agreed: before that nobody learns how to reach anybody.
    """

    lift = models.ForeignKey(Lift, on_delete=models.CASCADE, related_name="taken")
    passenger = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lift", "passenger"], name="one_lift_seat_each")]
