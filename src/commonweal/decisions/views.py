"""Pages about votes and about what was decided."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.chosen import chosen_members, suggested_names
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from . import actions, queries
from .access import get_proposal_for, readable_maps, readable_proposals
from .forms import DecideForm, FinishForm, ProposeForm, VoteForm
from .models import Choice, Decision, NamedBallot, Proposal, Secrecy


def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """Votes and opinion maps, the ones that close last in front. Five queries, however many members."""
    community = enter(request, slug, door="act")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    what = "maps" if request.GET.get("what") == "maps" else "votes"
    rows = readable_maps(community, membership) if what == "maps" else readable_proposals(community, membership)
    context = {"what": what, "page": page(request, rows, "-closes_at", "-id"), "now": clock.now()}  # type: ignore[arg-type,type-var]
    return render(request, "decisions/list.html", context)


def propose(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    form = ProposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        opens_at = clock.now() + timedelta(days=3 if typed["start"] == "later" else 0)
        made = attempt(
            form,
            actions.propose,
            membership=membership,
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=typed["days"]),
            **{name: typed[name] for name in ("question", "details", "secrecy", "quorum_percent", "submission")},
        )
        if made:
            return see_other("decisions:proposal", slug, made.pk)
    return show(request, "decisions/propose.html", {"form": form})


def proposal(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    community = enter(request, slug, door="act")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_proposal_for(membership, community, proposal_id)
    return render(request, "decisions/proposal.html", _about(found, membership) | {"form": VoteForm()})


def _about(found: Proposal, membership: Membership | None) -> dict[str, object]:
    """What the page of a proposal shows. Before the count there is no number in it that depends on a vote."""
    decision = Decision.objects.select_related("owner").filter(proposal=found).first() if found.passed else None
    named = NamedBallot.objects.none()
    if found.counted_at and found.secrecy == Secrecy.OPEN:
        named = NamedBallot.objects.filter(proposal=found).select_related("membership").order_by("choice", "pk")[:200]
    may_name = membership is not None and (membership.is_steward or membership.pk == found.author_id)
    may_finish = decision is not None and membership is not None and not decision.done_at
    return {
        "proposal": found,
        "standing": queries.standing(found, membership),
        "open": found.is_open(clock.now()),
        "decision": decision,
        "outcome": queries.outcome_of(decision) if decision and decision.done_at else None,
        "named": named,
        "needed": actions.people_needed(found),
        "detached": found.secrecy == Secrecy.DETACHED,
        "may_decide": may_name and found.passed and decision is None,
        "may_finish": may_finish
        and membership
        and decision
        and (membership.is_steward or membership.pk == decision.owner_id),
    }


@require_POST
def vote(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    """First the chosen answer is shown once more with what sending it means; with `sure`, it goes into the box."""
    membership = enter_as_member(request, slug, door="act")
    found = get_proposal_for(membership, membership.community, proposal_id)
    form = VoteForm(request.POST)
    if form.is_valid():
        choice = form.cleaned_data["choice"]
        if "sure" not in request.POST:
            context = {
                "proposal": found,
                "choice": choice,
                "label": Choice(choice).label,
                "detached": found.secrecy == Secrecy.DETACHED,
            }
            return render(request, "decisions/sure.html", context)
        attempt(form, actions.vote, membership=membership, proposal=found, choice=choice)
        if not form.errors:
            messages.success(request, _("Your vote is in the box. You will be told the result."))
            return see_other("decisions:proposal", slug, proposal_id)
    return show(request, "decisions/proposal.html", _about(found, membership) | {"form": form})


def decide(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    found = get_proposal_for(membership, membership.community, proposal_id)
    form = DecideForm(request.POST or None)
    valid = request.method == "POST" and form.is_valid()
    made = attempt(form, partial(_name_owner, membership, found), **form.cleaned_data) if valid else None
    if made is not None:
        return see_other("decisions:proposal", slug, proposal_id)
    names = suggested_names(membership.community, membership)
    return show(request, "decisions/decide.html", {"form": form, "proposal": found, "names": names})


def _name_owner(membership: Membership, found: Proposal, **typed: object) -> Decision:
    owners = chosen_members(membership, [str(typed.pop("owner"))], field="owner")
    if not owners:
        raise Refused(_("Name one member."), field="owner")
    return actions.decide(membership=membership, proposal=found, owner=owners[0], **typed)  # type: ignore[arg-type]


def finish(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    found = get_proposal_for(membership, membership.community, proposal_id)
    decision = Decision.objects.filter(proposal=found).first()
    if decision is None:
        return see_other("decisions:proposal", slug, proposal_id)
    form = FinishForm(request.POST or None)
    valid = request.method == "POST" and form.is_valid()
    made = (
        attempt(form, actions.finish, membership=membership, decision=decision, **form.cleaned_data) if valid else None
    )
    if made is not None:
        return see_other("decisions:proposal", slug, proposal_id)
    return show(request, "decisions/finish.html", {"form": form, "proposal": found, "decision": decision})
