"""Who is told of what concerns the people who give support. Called by the worker with a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.access import STEWARDS
from commonweal.communities.models import Membership, State
from commonweal.people.queries import kept_apart
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Application, Supporter


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
