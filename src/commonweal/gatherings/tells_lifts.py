"""Who is told about lifts: the two of a seat, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.telling import tell
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Gathering, Lift, LiftSeat


def _page(gathering: Gathering) -> str:
    return reverse("gatherings:gathering", args=[gathering.community.slug, gathering.pk]) + "#lifts"


def _seat(step: Step) -> LiftSeat | None:
    return LiftSeat.objects.select_related("lift__gathering__community").filter(pk=step.subject_id).first()


def of_asking(step: Step) -> Iterable[Telling]:
    seat = _seat(step)
    if seat is not None and seat.ended_at is None:
        text = _("Somebody asks for a seat in your car to %(title)s")
        gathering = seat.lift.gathering
        yield from tell(step, [seat.lift.driver_id], text, _page(gathering), title=gathering.title)


def of_giving(step: Step) -> Iterable[Telling]:
    seat = _seat(step)
    if seat is not None and seat.ended_at is None:
        text = _("You have a seat in a car to %(title)s. You two can write to each other.")
        gathering = seat.lift.gathering
        yield from tell(step, [seat.passenger_id], text, _page(gathering), title=gathering.title)


def of_ending(step: Step) -> Iterable[Telling]:
    """The other one of the two: a no is kind and gives no reason; a driver hears only of a seat they had given."""
    seat = _seat(step)
    if seat is None:
        return
    gathering = seat.lift.gathering
    if step.actor == seat.lift.driver_id:
        text = _("There is no seat for you in that car to %(title)s. Please plan another way.")
        yield from tell(step, [seat.passenger_id], text, _page(gathering), title=gathering.title)
    elif seat.agreed_at is not None:
        text = _("A seat in your car to %(title)s is free again")
        yield from tell(step, [seat.lift.driver_id], text, _page(gathering), title=gathering.title)


def of_taking_back(step: Step) -> Iterable[Telling]:
    lift = Lift.objects.select_related("gathering__community").filter(pk=step.subject_id).first()
    if lift is None or lift.taken_back_at is None:
        return
    asked = lift.taken.filter(ended_at__isnull=True).values_list("passenger_id", flat=True)
    text = _("The lift to %(title)s was taken back. Please plan another way.")
    yield from tell(step, asked, text, _page(lift.gathering), title=lift.gathering.title)
