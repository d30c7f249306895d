from __future__ import annotations

from typing import Any

from django.http import Http404

from commonweal.communities.models import Membership
from commonweal.communities.registries import REPORTABLES, Reportable
from commonweal.kit.access import audited
from commonweal.people.models import Person

from .models import Case, Decision, Measure


@audited
def get_case_for(steward: Membership, case_id: int) -> Case:
    """A case of the steward's community. Raises Http404 when absent or when it is about the steward. One query."""
    related = ("held", "community", "author", "decision__steward", "decision__appeal__answer__steward")
    case = Case.objects.select_related(*related).filter(pk=case_id, community=steward.community_id).first()
    if case is None or not steward.is_steward or case.author_id == steward.pk:
        raise Http404
    return case


@audited
def get_decision_about(person: Person, case_id: int) -> Decision:
    """A decision about something of this person's, in whatever state their membership is. Raises Http404 otherwise."""
    related = ("case__community", "about", "appeal__answer")
    decision = Decision.objects.select_related(*related).filter(case__pk=case_id, about__person=person).first()
    if decision is None or decision.measure == Measure.KEEP:
        raise Http404
    return decision


@audited
def get_reportable_for(member: Membership, kind: str, thing_id: int) -> tuple[Reportable, Any]:
    """A thing that this member may see and report. Raises Http404 for an unknown kind, and another community's thing."""
    reportable = REPORTABLES.get(kind)
    if reportable is None:
        raise Http404
    thing = reportable.get(member, thing_id)
    if reportable.community(thing).pk != member.community_id:
        raise Http404
    return reportable, thing
