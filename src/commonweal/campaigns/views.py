"""What members see and do in campaigns. What organisers do is in `organising.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Membership
from commonweal.communities.registries import ACT_ROWS
from commonweal.kit import clock
from commonweal.kit.answers import see_other
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from . import actions, pledges, queries, shifts
from .access import get_campaign_for, get_part_of, readable_campaigns
from .forms import SignForm
from .models import Action, Campaign, Pledge
from .parts import is_organiser
from .picture import picture_of


def campaigns(request: HttpRequest, slug: str) -> HttpResponse:
    """The Act page: running campaigns, and what siblings have open. Ten queries at most, however many members."""
    community = enter(request, slug, door="act")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    running = readable_campaigns(community, membership).filter(closed_at__isnull=True)
    rows = page(request, running, "-launched_at", "-id", size=12)
    waiting = queries.next_pledges(rows.rows, clock.now())
    context = {
        "page": rows,
        "campaigns": [(campaign, waiting.get(campaign.pk)) for campaign in rows.rows],
        "drafts": queries.drafts_of(community, membership),
        "others": [row for source in ACT_ROWS for row in source(community, membership)],
    }
    return render(request, "campaigns/list.html", context)


def finished(request: HttpRequest, slug: str) -> HttpResponse:
    """Campaigns that have ended, the latest first."""
    community = enter(request, slug, door="act")
    ended = readable_campaigns(community, request.membership).filter(closed_at__isnull=False)  # type: ignore[attr-defined]
    return render(request, "campaigns/finished.html", {"page": page(request, ended, "-closed_at", "-id", size=20)})


def campaign(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    """One campaign with all that can be done in it. Nineteen queries at most, however many people take part."""
    community = enter(request, slug, door="act")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_campaign_for(membership, community, campaign_id)
    return render(request, "campaigns/campaign.html", about(found, membership))


def about(found: Campaign, membership: Membership | None) -> dict[str, Any]:
    """What the page of a campaign shows to this reader."""
    organiser = is_organiser(found, membership)
    outcome = queries.outcome_of(found)
    milestones = list(found.milestones.order_by("due_on", "pk"))
    work = queries.work_rows(found, membership, organiser=organiser)
    promises = queries.pledge_rows(found, membership)
    signature = queries.signature_of(found, membership)
    organisers = queries.organisers_of(found)
    return {
        "campaign": found,
        "organiser": organiser,
        "organisers": organisers,
        "agreed": sum(one.agreed_at is not None for one in organisers),
        "asked": membership is not None
        and any(o.membership_id == membership.pk and not o.agreed_at for o in organisers),
        "outcome": outcome,
        "milestones": milestones,
        "picture": picture_of(found, milestones, reached=outcome.reached if outcome else None),
        "pledges": promises,
        "work": work,
        "signature": signature,
        "sign_form": SignForm(initial={"show_name": bool(signature and signature.show_name)}),
        "next_step": _next_step(promises, work) if signature and found.running else None,
        "names": queries.shown_signatures(found, membership),
        "updates": list(found.updates.select_related("author").order_by("-pk")[:10]),
        "may_close": found.running and (organiser or (membership is not None and membership.is_steward)),
    }


def _next_step(promises: list[queries.PledgeRow], work: list[queries.WorkRow]) -> tuple[str, Any] | None:
    """What somebody who has signed can do next: a pledge that still needs people, else a place to fill."""
    for row in promises:
        if row.is_open and row.mine is None and row.pledge.missing:
            return "pledge", row
    for one in work:
        if one.mine is None and not one.over and one.action.free:
            return "work", one
    return None


def do(request: HttpRequest, where: str, done: str, action: Callable[..., object], **arguments: object) -> HttpResponse:
    """Run an action from a single button and go back to where it stands, with its word of thanks or its reason."""
    try:
        action(**arguments)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, done)
    return see_other(where)


@require_POST
def sign(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="act")
    found = get_campaign_for(membership, membership.community, campaign_id)
    where = reverse("campaigns:campaign", args=[slug, campaign_id]) + "#next"
    shown = "show_name" in request.POST
    return do(
        request,
        where,
        _("You stand behind this. Thank you."),
        actions.sign,
        membership=membership,
        campaign=found,
        show_name=shown,
    )


@require_POST
def pledge_step(request: HttpRequest, slug: str, campaign_id: int, part_id: int, step: str) -> HttpResponse:
    """Pledge, take it back, or say afterwards whether one did it."""
    membership = enter_as_member(request, slug, door="act")
    found = get_campaign_for(membership, membership.community, campaign_id)
    part = get_part_of(found, "pledge", part_id)
    assert isinstance(part, Pledge)
    steps: dict[str, tuple[str, Callable[..., object], dict[str, object]]] = {
        "pledge": (
            _("You have pledged. You will be told when it starts."),
            pledges.pledge,
            {"show_name": "show_name" in request.POST},
        ),
        "take-back": (_("You have taken your pledge back."), pledges.take_back, {}),
        "did": (_("Noted: you did it. Thank you."), pledges.check_in, {"did": True}),
        "did-not": (_("Noted. Thank you for saying so honestly."), pledges.check_in, {"did": False}),
        "confirm": (_("Confirmed."), pledges.confirm_event, {}),
    }
    if step not in steps:
        raise Http404
    done, action, more = steps[step]
    where = reverse("campaigns:campaign", args=[slug, campaign_id]) + f"#pledge-{part.pk}"
    return do(request, where, done, action, membership=membership, pledge=part, **more)


@require_POST
def work_step(request: HttpRequest, slug: str, campaign_id: int, part_id: int, step: str) -> HttpResponse:
    """Take a place, give it back, or say that it is done."""
    membership = enter_as_member(request, slug, door="act")
    found = get_campaign_for(membership, membership.community, campaign_id)
    part = get_part_of(found, "action", part_id)
    assert isinstance(part, Action)
    steps: dict[str, tuple[str, Callable[..., object]]] = {
        "take": (_("The place is yours. It stands on your Today."), shifts.take),
        "give-back": (_("You have given the place back."), shifts.give_back),
        "done": (_("Thank you. An organiser confirms it."), shifts.say_done),
    }
    if step not in steps:
        raise Http404
    done, action = steps[step]
    where = reverse("campaigns:campaign", args=[slug, campaign_id]) + f"#work-{part.pk}"
    return do(request, where, done, lambda: action(membership=membership, action=part))
