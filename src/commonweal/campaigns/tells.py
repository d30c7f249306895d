"""Who is told of what, called by the worker with a step. Fan-out steps name a slice of those who took part."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commonweal.communities.telling import tell
from commonweal.trail.actions import type_of
from commonweal.trail.models import Outcome, Step
from commonweal.trail.verbs import Telling

from .models import Campaign, Organiser, Pledge, Taking, Update


def _page(campaign: Campaign) -> str:
    return reverse("campaigns:campaign", args=[campaign.community.slug, campaign.pk])


def _campaign(pk: int) -> Campaign:
    return Campaign.objects.select_related("community").get(pk=pk)


def _organisers(campaign: Campaign) -> Iterable[int]:
    return campaign.organisers.filter(agreed_at__isnull=False).values_list("membership_id", flat=True)


def _slice(step: Step, campaign: Campaign) -> Iterable[int]:
    part = campaign.participations.filter(pk__gt=step.data["after"], pk__lte=step.data["upto"])
    return part.values_list("membership_id", flat=True)


def of_asking(step: Step) -> Iterable[Telling]:
    asked = Organiser.objects.select_related("campaign__community", "asked_by").get(pk=step.subject_id)
    text = _("%(name)s asks whether you would organise “%(title)s” together.")
    who = asked.asked_by.display_name
    return tell(step, [asked.membership_id], text, _page(asked.campaign), name=who, title=asked.campaign.title)


def of_answering(step: Step) -> Iterable[Telling]:
    asked = Organiser.objects.select_related("campaign__community", "membership").get(pk=step.subject_id)
    if asked.agreed_at:
        text = _("%(name)s will organise “%(title)s” with you.")
    else:
        text = _("%(name)s cannot organise “%(title)s” this time.")
    who = asked.membership.display_name
    return tell(step, [asked.asked_by_id], text, _page(asked.campaign), name=who, title=asked.campaign.title)


def of_launch(step: Step) -> Iterable[Telling]:
    campaign = _campaign(step.subject_id)
    text = _("“%(title)s” is launched. The plan for the first day begins now.")
    return tell(step, _organisers(campaign), text, _page(campaign), title=campaign.title)


def of_update(step: Step) -> Iterable[Telling]:
    campaign = Update.objects.select_related("campaign__community").get(pk=step.subject_id).campaign
    text = _("There is news of “%(title)s”.")
    return tell(step, _slice(step, campaign), text, f"{_page(campaign)}#news", title=campaign.title)


def of_pledge(step: Step) -> Iterable[Telling]:
    """Everyone who pledged, in the step's slice: it has started, or it ended without enough people."""
    pledge = Pledge.objects.select_related("campaign__community").get(pk=step.subject_id)
    if step.data["started"]:
        text = _("Enough people pledged: “%(promise)s” starts now. Do it, then say so.")
    else:
        text = _(
            "“%(promise)s” did not find enough people this time, so you are free of it. Thank you for being ready."
        )
    part = pledge.pledgings.filter(pk__gt=step.data["after"], pk__lte=step.data["upto"])
    return tell(
        step, part.values_list("membership_id", flat=True), text, _page(pledge.campaign), promise=pledge.promise
    )


def of_taking(step: Step) -> Iterable[Telling]:
    """The organisers hear that a place was taken, given back, or that the work is done."""
    taking = Taking.objects.select_related("action__campaign__community", "membership").get(pk=step.subject_id)
    campaign = taking.action.campaign
    text = {
        "campaigns.took_place": _("%(name)s took a place: %(work)s"),
        "campaigns.gave_back": _("%(name)s gave a place back: %(work)s"),
        "campaigns.said_done": _("%(name)s says it is done: %(work)s. Was it?"),
    }[step.verb]
    who = taking.membership.display_name
    return tell(step, _organisers(campaign), text, f"{_page(campaign)}#work", name=who, work=taking.action.title)


def of_confirmation(step: Step) -> Iterable[Telling]:
    taking = Taking.objects.select_related("action__campaign__community").get(pk=step.subject_id)
    if taking.happened:
        text = _("Thank you: %(work)s is confirmed as done.")
    else:
        text = _("An organiser could not confirm: %(work)s. Have a word with them.")
    return tell(step, [taking.membership_id], text, _page(taking.action.campaign), work=taking.action.title)


def of_outcome(step: Step) -> Iterable[Telling]:
    campaign = _campaign(step.subject_id)
    outcome = Outcome.objects.filter(subject_type=type_of(campaign), subject_id=campaign.pk).first()
    if outcome is not None and outcome.reached:
        text = _("“%(title)s” reached its goal. See what changed, and thank you for your part.")
    else:
        text = _("“%(title)s” has ended. See what came of it, and thank you for your part.")
    return tell(step, _slice(step, campaign), text, _page(campaign), title=campaign.title)
