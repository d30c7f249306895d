"""Who is told of introductions and circles. Called by the worker with a step. No name before two yeses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.people.queries import are_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Circle, CircleInvitation, Introduction, Seat, Session


def _both(step: Step, text: Any, *, opened: bool, leave_out: int | None = None) -> Iterable[Telling]:
    found = Introduction.objects.select_related("first", "second", "community").filter(pk=step.subject_id).first()
    if found is None:
        return
    if opened is not (found.opened_at is not None):  # two of a circle who chose each other were never asked
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
        step,
        _("There is somebody in %(community)s you might like to meet. Have a look."),
        opened=False,
        leave_out=step.actor,
    )


def of_opening(step: Step) -> Iterable[Telling]:
    return _both(step, _("You both said yes in %(community)s. You can talk now."), opened=True)


def _told(circle: Circle, people: Iterable[int | None], text: Any, **params: str) -> Iterable[Telling]:
    url = reverse("circles:circle", args=[circle.community.slug, circle.pk])
    for person in people:
        if person is not None:
            yield Telling(person, text, url, {"circle": circle.name, **params}, circle.community_id)


def _circle(step: Step) -> Circle | None:
    return Circle.objects.select_related("community", "facilitator", "offered_to").filter(pk=step.subject_id).first()


def _sitting(circle: Circle, *, besides: int | None = None) -> list[int | None]:
    """The people with a seat, without one membership."""
    seats = Seat.objects.filter(circle=circle, left_at__isnull=True).exclude(membership=besides)
    return list(seats.values_list("membership__person", flat=True))


def of_seat(step: Step) -> Iterable[Telling]:
    """Whoever looks after the circle hears of a new seat, but not of those that were there when it opened."""
    seat = Seat.objects.select_related("circle__facilitator", "circle__community", "membership").filter(
        pk=step.subject_id
    )
    for taken in seat:
        looks_after, joiner = taken.circle.facilitator, taken.membership.person_id
        if looks_after is None or looks_after.pk == taken.membership_id or taken.circle.opened_at == taken.joined_at:
            continue
        if joiner and looks_after.person_id and are_apart(looks_after.person_id, joiner):
            continue
        yield from _told(
            taken.circle,
            [looks_after.person_id],
            _("%(name)s took a seat in your circle %(circle)s."),
            name=taken.membership.display_name,
        )


def of_inviting(step: Step) -> Iterable[Telling]:
    """Only the person who was asked hears of it; who else was asked stands nowhere."""
    asked = CircleInvitation.objects.select_related("membership", "circle__community").filter(pk=step.subject_id)
    for one in asked:
        if one.membership.person_id:
            community = one.circle.community
            yield Telling(
                one.membership.person_id,
                _("There could be a circle for you in %(community)s. Have a look."),
                reverse("circles:invitation", args=[community.slug, one.pk]),
                {"community": community.name},
                community.pk,
            )


def of_circle_opening(step: Step) -> Iterable[Telling]:
    if circle := _circle(step):
        yield from _told(circle, _sitting(circle), _("Enough people said yes: the circle %(circle)s begins."))


def of_going_on(step: Step) -> Iterable[Telling]:
    if circle := _circle(step):
        yield from _told(circle, _sitting(circle), _("Enough of you wanted another series: %(circle)s goes on."))


def of_offering(step: Step) -> Iterable[Telling]:
    circle = _circle(step)
    if circle is not None and circle.offered_to is not None:
        yield from _told(
            circle, [circle.offered_to.person_id], _("Would you look after the circle %(circle)s from now on?")
        )


def of_moving(step: Step) -> Iterable[Telling]:
    yield from _of_session(step, _("A session of %(circle)s has moved. Have a look at the new time."))


def of_length(step: Step) -> Iterable[Telling]:
    yield from _of_session(step, _("The sessions of %(circle)s have another length from now on. Have a look."))


def of_calling_off(step: Step) -> Iterable[Telling]:
    yield from _of_session(step, _("A session of %(circle)s is called off. The others stay."))


def _of_session(step: Step, text: Any) -> Iterable[Telling]:
    session = Session.objects.select_related("circle__community").filter(pk=step.subject_id).first()
    if session is not None:
        yield from _told(session.circle, _sitting(session.circle, besides=step.actor), text)
