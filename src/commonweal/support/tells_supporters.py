"""Who is told of what concerns the people who give support. Called by the worker with a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import STEWARDS, SUPPORTERS
from commonweal.communities.models import Membership, State
from commonweal.kit import clock
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Application, SlotOffer, Supporter
from .routing import routable


def _tell(member: Membership, text: Any, url_name: str = "support:giving") -> Iterator[Telling]:
    if member.person_id is not None and member.is_active:
        community = member.community
        url = reverse(url_name, args=[community.slug])
        yield Telling(member.person_id, text, url, {"community": community.name}, community.pk)


def stewards_of_application(step: Step) -> Iterable[Telling]:
    """Every steward but those whom a block keeps apart from the applicant."""
    made = Application.objects.select_related("membership").filter(pk=step.subject_id, closed_at__isnull=True).first()
    if made is None or made.membership.person_id is None:
        return
    stewards = Membership.objects.select_related("community").filter(
        community=made.community_id, state=State.ACTIVE, role__in=STEWARDS
    )
    for steward in stewards.exclude(person__in=kept_apart(made.membership.person_id)):
        yield from _tell(steward, _("Somebody in %(community)s would like to give support."), "support:supporters")


def applicant_of_answer(step: Step) -> Iterable[Telling]:
    made = (
        Application.objects.select_related("membership__community", "answer")
        .filter(pk=step.subject_id, answer__isnull=False)
        .first()
    )
    if made is None:
        return
    yes = _("A steward in %(community)s said yes: you may prepare to give support. See what comes next.")
    no = _("A steward in %(community)s answered you about giving support.")
    yield from _tell(made.membership, yes if made.answer.accepted else no)


def _supporter(step: Step, text: Any) -> Iterator[Telling]:
    row = Supporter.objects.select_related("membership__community").filter(pk=step.subject_id).first()
    if row is not None:
        yield from _tell(row.membership, text)


def supporter_of_renewal(step: Step) -> Iterable[Telling]:
    return _supporter(
        step, _("Your time as a supporter in %(community)s is to be renewed soon. It takes a few minutes.")
    )


def supporter_of_lapse(step: Step) -> Iterable[Telling]:
    text = _("Your time as a supporter in %(community)s has run out. No requests come to you until you renew it.")
    return _supporter(step, text)


def supporters_of_offer(step: Step) -> Iterable[Telling]:
    """Everybody who could stand in: not those on a break, and nobody kept apart from the one who asks."""
    offer = SlotOffer.objects.select_related("membership").filter(pk=step.subject_id, cover__isnull=True).first()
    if offer is None or offer.membership.person_id is None:
        return
    people = Membership.objects.filter(
        community=offer.membership.community_id, state=State.ACTIVE, role__in=SUPPORTERS, person__isnull=False
    ).exclude(pk=offer.membership_id)
    people = routable(people.exclude(person__in=kept_apart(offer.membership.person_id)), clock.now())
    for member in people.select_related("community").order_by("pk")[:200]:
        yield from _tell(member, _("A shift in %(community)s needs somebody. Can you take it?"), "support:rota")


def owner_of_taking(step: Step) -> Iterable[Telling]:
    offer = SlotOffer.objects.select_related("membership__community").filter(pk=step.subject_id).first()
    if offer is not None:
        yield from _tell(offer.membership, _("Somebody takes your shift in %(community)s."), "support:rota")


def of_gaps(step: Step) -> Iterable[Telling]:
    """The stewards, and those who give support and said they may step in. Not those on a break or past their date."""
    people = Membership.objects.filter(community=step.community, state=State.ACTIVE, person__isnull=False)
    people = people.filter(Q(role__in=STEWARDS) | Q(role__in=SUPPORTERS, supporter__steps_in=True))
    one = _("Nobody has taken a shift of the coming week in %(community)s yet. Can you?")
    several = _("Some shifts of the coming week in %(community)s have nobody yet. Can you take one?")
    for member in routable(people, clock.now()).select_related("community").order_by("pk")[:200]:
        yield from _tell(member, one if step.data.get("gaps") == 1 else several, "support:rota")
