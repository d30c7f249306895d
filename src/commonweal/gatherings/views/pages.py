"""The Meet door, one gathering, and planning it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter, enter_as_member
from commonweal.communities.models import Community, Membership
from commonweal.conversations.access import readable_topics
from commonweal.conversations.models import Topic
from commonweal.conversations.starting import starting_point
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page
from commonweal.trail.actions import type_of
from commonweal.trail.models import Confirmation, Link

from .. import actions, lifts, queries, seats, week
from ..access import (
    get_gathering_for,
    get_hosted_gathering_for,
    hosts_it,
    is_cancelled,
    lacks_host,
    may_see_address,
    visible_gatherings,
)
from ..forms import AnswerForm, AskHostForm, CancelForm, GatheringForm
from ..models import Answer, Attendance, Gathering, Host, Rsvp
from ..occasions import moment_of
from ..times import end_label, zone_label


def gatherings(request: HttpRequest, slug: str) -> HttpResponse:
    """The Meet door: the coming week as a picture, then what comes (or what was), twenty at a time."""
    community = enter(request, slug, door="meet")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    visible = visible_gatherings(community, membership)
    over = "past" in request.GET
    if over:
        rows = page(request, queries.past(visible), "-starts_at", "-id")
        days = []
    else:
        rows = page(request, queries.upcoming(visible), "starts_at", "id")
        start = week.start_of_week(community.time_zone)
        days = week.picture(queries.within(visible, start, start + timedelta(days=7)), community.time_zone)
    mine = queries.answers_of(membership, rows.rows)
    listed = [{"gathering": g, "answer": mine.get(g.pk), "room": queries.room(g)} for g in rows.rows]
    context = {
        "page": rows,
        "listed": listed,
        "days": days,
        "over": over,
        "happening": any(day.gatherings for day in days),
    }
    return render(request, "gatherings/list.html", context)


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan a gathering, filled in from the conversation or introduction it grows out of."""
    membership = enter_as_member(request, slug, door="meet")
    start = starting_point(membership, request.GET)
    initial = {"title": start.title, "text": start.text} if start else {}
    form = GatheringForm(request.POST or None, membership=membership, initial=initial)
    if request.method == "POST" and form.is_valid():
        grown = {"source": start.thing, "only_for": start.only_for} if start else {}
        made = attempt(form, actions.plan_gathering, membership=membership, **grown, **form.facts())
        if made is not None:
            told = _("Planned. Only those invited see it, and they are told.")
            messages.success(request, told if made.private else _("Planned. Now tell people: share this page."))
            return see_other("gatherings:gathering", slug, made.pk)
    return show(request, "gatherings/plan.html", {"form": form, "start": start})


def gathering(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """One gathering: when, roughly where, who comes, and one's own answer."""
    community = enter(request, slug, door="meet")
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found = get_gathering_for(membership, community, gathering_id)
    return render(request, "gatherings/gathering.html", _page_of(community, membership, found))


def _page_of(
    community: Community, membership: Membership | None, found: Gathering, form: AnswerForm | None = None
) -> dict[str, Any]:
    rsvp = Rsvp.objects.filter(gathering=found, membership=membership).first() if membership else None
    is_host = hosts_it(membership, found)
    cars = None if found.has_started else lifts.lifts_for(found, membership, rsvp)
    said = (
        membership
        and Confirmation.objects.filter(
            subject_type=type_of(found), subject_id=found.pk, membership=membership.pk
        ).first()
    )
    return {
        "gathering": found,
        "cancelled": is_cancelled(found),
        "rsvp": rsvp,
        "is_host": is_host,
        "steward_may_cancel": bool(membership and membership.is_steward and not is_host),
        "coming": queries.who_comes(found, membership),
        "room": queries.room(found),
        "sees_address": may_see_address(found, is_host=is_host, rsvp=rsvp),
        "ends": end_label(found),
        "zone": zone_label(found.time_zone),
        "form": form or AnswerForm(initial={"access_needs": rsvp.access_needs if rsvp else ""}),
        "asked_to_host": membership is not None
        and Host.objects.filter(gathering=found, membership=membership, agreed_at__isnull=True).exists(),
        "waits_for_host": lacks_host(found),
        "lifts": cars,
        "drives": any(offered.own for offered in cars or ()),
        "guests": queries.guest_list(found, membership) if is_host and membership else None,
        "conflicts": queries.conflicts(found, membership) if is_host and membership else [],
        "newcomer": membership is not None and seats.is_newcomer(membership),
        "topic": _came_from(community, membership, found),
        "said": said,
        "reflects": "" if is_cancelled(found) else moment_of(found, rsvp, attended=_attended(found, membership)),
        "may_say": is_host or (rsvp is not None and rsvp.answer != Answer.NO),
    }


def _attended(found: Gathering, membership: Membership | None) -> bool:
    """Whether both sides confirmed that this member was there. At most one query, and none before the start."""
    if membership is None or not found.has_started:
        return False
    return Attendance.objects.filter(gathering=found, membership=membership).exists()


def _came_from(community: Community, membership: Membership | None, found: Gathering) -> Topic | None:
    """The conversation that led here, if this reader may read it."""
    topics = Link.objects.filter(target_type=type_of(found), target_id=found.pk, source_type=type_of(Topic))
    sources = list(topics.values_list("source_id", flat=True)[:1])
    return readable_topics(community, membership).filter(pk__in=sources).first() if sources else None


@require_POST
def answer(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Say yes, maybe or no."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_gathering_for(membership, membership.community, gathering_id)
    form = AnswerForm(request.POST)
    rsvp = None
    if form.is_valid():
        rsvp = attempt(form, seats.answer_gathering, membership=membership, gathering=found, **form.cleaned_data)
    if rsvp is None:
        context = _page_of(membership.community, membership, found, form)
        return show(request, "gatherings/gathering.html", context)
    said = {
        Answer.YES: _("You're coming. Where exactly you will see 24 hours before."),
        Answer.WAITING: _(
            "All open seats are taken just now. You are on the waiting list and hear as soon as one is free."
        ),
        Answer.MAYBE: _("Noted as maybe. You hear when the time or place changes."),
        Answer.NO: _("Thank you for saying so. Your seat goes to the next person."),
    }
    messages.success(request, said[Answer(rsvp.answer)])
    return see_other("gatherings:gathering", slug, found.pk)


def edit(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Change a gathering one hosts."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_hosted_gathering_for(membership, membership.community, gathering_id)
    form = GatheringForm(request.POST or None, membership=membership, gathering=found)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, actions.change_gathering, membership=membership, gathering=found, **form.facts())
        if changed is not None:
            messages.success(request, _("Changed. If the time or place is new, everyone who answered is told."))
            return see_other("gatherings:gathering", slug, found.pk)
    return show(request, "gatherings/plan.html", {"form": form, "gathering": found})


def cancel(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Call a gathering off: hosts, and stewards. Asks once."""
    membership = enter_as_member(request, slug, door="meet")
    if membership.is_steward:
        found = get_gathering_for(membership, membership.community, gathering_id)
    else:
        found = get_hosted_gathering_for(membership, membership.community, gathering_id)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, actions.cancel_gathering, membership=membership, gathering=found, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("Cancelled. Everyone who answered is told."))
            return see_other("gatherings:gathering", slug, found.pk)
    context = {
        "form": form,
        "gathering": found,
        "title": _("Cancel %(title)s?") % {"title": found.title},
        "consequence": _("Everyone who answered is told at once, and the address is withdrawn. This cannot be undone."),
        "label": _("Cancel the gathering"),
        "cancel_url": reverse("gatherings:gathering", args=[slug, found.pk]),
    }
    return show(request, "kit/_confirm.html", context)


def ask_host(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Ask somebody to host with one: when nobody was asked yet, or who was asked can't."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_hosted_gathering_for(membership, membership.community, gathering_id)
    form = AskHostForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["second_host"]
        if attempt(form, actions.ask_to_host, membership=membership, gathering=found, other=other) is not None:
            messages.success(request, _("Asked. You hear when they answer."))
            return see_other("gatherings:gathering", slug, found.pk)
    return show(request, "gatherings/ask_host.html", {"form": form, "gathering": found})


@require_POST
def hosting(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Agree to host together, or not."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_gathering_for(membership, membership.community, gathering_id)
    agree = request.POST.get("agree") == "yes"
    try:
        actions.answer_hosting(membership=membership, gathering=found, agree=agree)
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, _("Thank you for hosting.") if agree else _("Thank you for answering."))
    return see_other("gatherings:gathering", slug, found.pk)
