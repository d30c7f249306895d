"""What organisers do: start, ask others, launch, pledges, shifts, milestones, news, outcome."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.chosen import chosen_members, suggested_names
from commonweal.communities.models import Membership
from commonweal.conversations.models import Topic
from commonweal.conversations.starting import starting_point
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from . import actions, pledges, shifts
from .access import get_campaign_for, get_part_of
from .forms import (
    CampaignForm,
    MilestoneForm,
    OrganisersForm,
    OutcomeForm,
    PledgeForm,
    StartForm,
    UpdateForm,
    WorkForm,
    zone_name,
)
from .models import Campaign, Milestone, Taking
from .parts import is_organiser
from .views import do


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft a campaign, prefilled from the conversation it comes out of."""
    membership = enter_as_member(request, slug, door="act")
    origin = starting_point(membership, request.GET)
    initial = {"title": origin.title} if origin else {}
    form = StartForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        topic = origin.thing if origin and isinstance(origin.thing, Topic) else None
        made = attempt(form, partial(_draft, membership, topic), **form.cleaned_data)
        if made:
            return see_other("campaigns:campaign", slug, made.pk)
    names = suggested_names(membership.community, membership)
    return show(request, "campaigns/start.html", {"form": form, "names": names, "origin": origin})


def _draft(membership: Membership, topic: Topic | None, organisers: list[str], **typed: Any) -> Campaign:
    others = [one for one in chosen_members(membership, organisers, field="organisers") if one.pk != membership.pk]
    return actions.draft(membership=membership, organisers=others, topic=topic, **typed)


def _organised(request: HttpRequest, slug: str, campaign_id: int) -> tuple[Membership, Campaign]:
    """The campaign, for one of its organisers. Raises Http404 for everybody else."""
    membership = enter_as_member(request, slug, door="act")
    campaign = get_campaign_for(membership, membership.community, campaign_id)
    if not is_organiser(campaign, membership):
        raise Http404
    return membership, campaign


@require_POST
def answer(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    """Say yes or no to organising."""
    membership = enter_as_member(request, slug, door="act")
    campaign = get_campaign_for(membership, membership.community, campaign_id)
    yes = request.POST.get("answer") == "yes"
    page = reverse("campaigns:campaign", args=[slug, campaign_id])
    where = page if yes or campaign.launched_at else reverse("campaigns:list", args=[slug])
    done = _("You organise this together now.") if yes else _("That is all right. They are told.")
    return do(request, where, done, actions.answer_asking, membership=membership, campaign=campaign, yes=yes)


@require_POST
def launch(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    membership, campaign = _organised(request, slug, campaign_id)
    where = reverse("campaigns:campaign", args=[slug, campaign_id])
    done = _("Launched. Now follow the plan for the first day: ask people, one by one.")
    return do(request, where, done, actions.launch, membership=membership, campaign=campaign)


def _form_page(
    request: HttpRequest,
    found: tuple[Membership, Campaign],
    form: forms.Form,
    action: Callable[..., object],
    words: dict[str, Any],
    anchor: str = "",
) -> HttpResponse:
    """A page with one form about a campaign. `words`: title, text, label and, with names to choose from, names."""
    membership, campaign = found
    valid = request.method == "POST" and form.is_valid()
    made = attempt(form, action, membership=membership, campaign=campaign, **form.cleaned_data) if valid else None
    if made is not None:
        page = reverse("campaigns:campaign", args=[campaign.community.slug, campaign.pk])
        return see_other(page + anchor)
    return show(request, "campaigns/form.html", {"form": form, "campaign": campaign, **words})


def ask(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    found = _organised(request, slug, campaign_id)
    words = {
        "title": _("Ask somebody to organise with you"),
        "text": _("They see the draft and say yes or no. Two who said yes are enough to launch."),
        "label": _("Ask them"),
        "names": suggested_names(found[0].community, found[0]),
    }
    return _form_page(request, found, OrganisersForm(request.POST or None), _ask_all, words)


def _ask_all(*, membership: Membership, campaign: Campaign, organisers: list[str]) -> bool:
    others = [one for one in chosen_members(membership, organisers, field="organisers") if one.pk != membership.pk]
    if not others:
        raise Refused(_("Name somebody else."), field="organisers")
    for other in others:
        actions.ask_to_organise(membership=membership, campaign=campaign, other=other)
    return True


def change(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    found = _organised(request, slug, campaign_id)
    initial = {name: getattr(found[1], name) for name in CampaignForm.base_fields}
    form = CampaignForm(request.POST or None, initial=initial)
    words = {"title": _("Change the campaign"), "text": "", "label": _("Save")}
    return _form_page(request, found, form, actions.change, words)


def open_pledge(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    words = {
        "title": _("Open a pledge"),
        "text": _(
            "“I will, if enough others will.” Nobody has to go first: it starts only when the number is reached."
        ),
        "label": _("Open the pledge"),
        "zone": zone_name(),
    }
    found = _organised(request, slug, campaign_id)
    return _form_page(request, found, PledgeForm(request.POST or None), pledges.open_pledge, words, "#pledges")


def offer_work(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    words = {
        "title": _("Offer a task or shift"),
        "text": _("Small and clear is best: one thing, one time, a few places."),
        "label": _("Offer it"),
        "zone": zone_name(),
    }
    found = _organised(request, slug, campaign_id)
    return _form_page(request, found, WorkForm(request.POST or None), shifts.offer_work, words, "#work")


def set_milestone(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    words = {"title": _("Set a milestone"), "text": _("A step that shows you are getting there."), "label": _("Set it")}
    found = _organised(request, slug, campaign_id)
    return _form_page(request, found, MilestoneForm(request.POST or None), actions.set_milestone, words)


def post_update(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    words = {"title": _("Write news"), "text": _("Everyone who takes part is told."), "label": _("Tell them")}
    found = _organised(request, slug, campaign_id)
    return _form_page(request, found, UpdateForm(request.POST or None), actions.post_update, words, "#news")


def close(request: HttpRequest, slug: str, campaign_id: int) -> HttpResponse:
    """The outcome, by an organiser or a steward."""
    membership = enter_as_member(request, slug, door="act")
    campaign = get_campaign_for(membership, membership.community, campaign_id)
    if not (membership.is_steward or is_organiser(campaign, membership)):
        raise Http404
    words = {
        "title": _("What came of it"),
        "text": _(
            "This closes the campaign, and everyone who took part is told. An honest no teaches as much as a yes."
        ),
        "label": _("Close it and tell everyone"),
    }
    return _form_page(request, (membership, campaign), OutcomeForm(request.POST or None), actions.close, words)


@require_POST
def confirm_work(request: HttpRequest, slug: str, campaign_id: int, part_id: int) -> HttpResponse:
    """Whether a member's task or shift was done."""
    membership, campaign = _organised(request, slug, campaign_id)
    taking = get_part_of(campaign, "taking", part_id)
    assert isinstance(taking, Taking)
    happened = request.POST.get("happened") == "yes"
    where = reverse("campaigns:campaign", args=[slug, campaign_id]) + f"#work-{taking.action_id}"
    done = _("Confirmed.") if happened else _("Noted; they are told.")
    return do(request, where, done, shifts.answer_done, membership=membership, taking=taking, happened=happened)


@require_POST
def reach_milestone(request: HttpRequest, slug: str, campaign_id: int, part_id: int) -> HttpResponse:
    membership, campaign = _organised(request, slug, campaign_id)
    milestone = get_part_of(campaign, "milestone", part_id)
    assert isinstance(milestone, Milestone)
    try:
        actions.reach_milestone(membership=membership, milestone=milestone)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return see_other("campaigns:campaign", slug, campaign_id)
