"""Who is told of what, called by the worker with a step. Fan-out steps name a slice of people, never all of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.telling import tell
from commonweal.trail.models import Step
from commonweal.trail.verbs import Telling

from .models import Answer, Decision, OpinionMap, Proposal


def _page(proposal: Proposal) -> str:
    return reverse("decisions:proposal", args=[proposal.community.slug, proposal.pk])


def _voters(step: Step, proposal: Proposal) -> Iterable[int]:
    """Who voted, in the step's slice of the roll."""
    entries = proposal.roll.filter(voted=True, pk__gt=step.data["after"], pk__lte=step.data["upto"])
    return entries.values_list("membership_id", flat=True)


def of_result(step: Step) -> Iterable[Telling]:
    proposal = Proposal.objects.select_related("community").get(pk=step.subject_id)
    if proposal.passed:
        text = _("The vote is counted: “%(question)s” passed.")
    else:
        text = _("The vote is counted: “%(question)s” did not pass.")
    return tell(step, _voters(step, proposal), text, _page(proposal), question=proposal.question)


def of_outcome(step: Step) -> Iterable[Telling]:
    decision = Decision.objects.select_related("proposal__community").get(pk=step.subject_id)
    proposal = decision.proposal
    text = _("What you voted on has an outcome: “%(question)s”.")
    return tell(step, _voters(step, proposal), text, _page(proposal), question=proposal.question)


def of_decision(step: Step) -> Iterable[Telling]:
    """The one who now has it to do, unless they wrote it down themselves."""
    decision = Decision.objects.select_related("proposal__community").get(pk=step.subject_id)
    text = _("You were named to see this done: %(promise)s")
    return tell(step, [decision.owner_id], text, _page(decision.proposal), promise=decision.promise)


def of_map(step: Step) -> Iterable[Telling]:
    """Those in the step's slice of memberships who answered at least once."""
    opinion_map = OpinionMap.objects.select_related("community").get(pk=step.subject_id)
    answers = Answer.objects.filter(
        statement__opinion_map=opinion_map,
        membership__gt=step.data["after"],
        membership__lte=step.data["upto"],
        membership__person__placeholder=False,
    )
    text = _("The opinion map “%(question)s” has closed. See where people agree.")
    url = reverse("decisions:map", args=[opinion_map.community.slug, opinion_map.pk])
    return tell(step, answers.values_list("membership", flat=True).distinct(), text, url, question=opinion_map.question)
