"""Who is told of introductions and circles. Called by the worker with a step. No name before two yeses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.people.queries import are_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Introduction, Seat


def _both(step: Step, text: Any, *, leave_out: int | None = None) -> Iterable[Telling]:
    found = Introduction.objects.select_related("first", "second", "community").filter(pk=step.subject_id).first()
    if found is None:
        return
    one, other = found.first.person_id, found.second.person_id
    if not one or not other or are_apart(one, other):
        return
    for member in (found.first, found.second):
        if member.person_id and member.pk != leave_out:
            yield Telling(
                member.person_id,
                text,
                reverse("circles:introduction", args=[found.community.slug, found.pk]),
                {"community": found.community.name},
                found.community_id,
            )


def of_proposing(step: Step) -> Iterable[Telling]:
    return _both(
        step, _("There is somebody in %(community)s you might like to meet. Have a look."), leave_out=step.actor
    )


def of_opening(step: Step) -> Iterable[Telling]:
    return _both(step, _("You both said yes in %(community)s. You can talk now."))


def of_seat(step: Step) -> Iterable[Telling]:
    """Whoever started the circle hears of a new seat."""
    seat = Seat.objects.select_related("circle__started_by", "circle__community", "membership").filter(
        pk=step.subject_id
    )
    for taken in seat:
        starter = taken.circle.started_by
        joiner = taken.membership.person_id
        if (
            not starter.person_id
            or starter.pk == taken.membership_id
            or (joiner and are_apart(starter.person_id, joiner))
        ):
            continue
        yield Telling(
            starter.person_id,
            _("%(name)s took a seat in your circle %(circle)s."),
            reverse("circles:circle", args=[taken.circle.community.slug, taken.circle_id]),
            {"name": taken.membership.display_name, "circle": taken.circle.name},
            taken.circle.community_id,
        )
