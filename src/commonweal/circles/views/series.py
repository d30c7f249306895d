from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.models import Membership
from commonweal.conversations.models import Topic
from commonweal.conversations.starting import starting_point
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import circling, ending, series
from ..access import get_circle_for, get_session_for
from ..circle_forms import CircleForm, NextForm
from ..models import Circle, StayInTouch, WhatNext


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def circles(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    past = request.GET.get("show") == "past"
    context = {
        "page": page(request, circling.circles_of(membership, past=past), "-last_at", "-id"),
        "past": past,
        "invitations": [] if past else circling.invitations_of(membership),
    }
    return render(request, "circles/circles.html", context)


def start(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    begin = starting_point(membership, request.GET)
    initial = {"name": begin.title[:80], "purpose": begin.text} if begin else {}
    form = CircleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        topic = begin.thing if begin and isinstance(begin.thing, Topic) else None
        try:
            made = series.start_circle(membership=membership, topic=topic, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Your circle is there. Tell people about it where you talk."))
            return _see_other(reverse("circles:circle", args=[slug, made.pk]))
    context = {"form": form, "begin": begin, "time": circling.time_for_a_circle(membership.community)}
    return render(request, "circles/start.html", context, status=422 if form.errors else 200)


def circle(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    seats = circling.seats_of(found, membership)
    seat = next((one for one in seats if one.membership_id == membership.pk), None)
    rows, mine = circling.sessions_of(found, membership, seat), seat is not None
    context = {
        "circle": found,
        "seats": seats,
        "people": [one.membership for one in seats],
        "mine": mine,
        "free": _free(found, membership, mine=mine),
        "sessions": rows,
        "next": next((row for row in rows if not row.over and not row.session.cancelled_at), None),
        "over": found.last_at < clock.now(),
        "looks_after": found.facilitator_id == membership.pk,
        "offered": found.offered_to_id == membership.pk,
        "conflicts": circling.conflicts_in(found, membership) if found.facilitator_id == membership.pk else [],
        "asks_what_next": mine and ending.is_asked(found),
        "after": Circle.objects.filter(follows=found).first() if mine else None,
    }
    return render(request, "circles/circle.html", context)


def _free(found: Circle, membership: Membership, *, mine: bool) -> int:
    """How many seats are free; none for somebody who may not sit with one of those who do."""
    taken = series.taken_seats(found)
    if not mine and not series.may_sit_with(membership, taken):
        return 0
    return max(0, found.seats_total - len(taken))


@require_POST
def seat(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    """Take a seat, or with `leave` give it back."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    try:
        if "leave" in request.POST:
            series.leave_circle(membership=membership, circle=found)
            messages.success(
                request, _("Your seat is free again, and nobody was told. Thank you for having been there.")
            )
            return _see_other(reverse("circles:circles", args=[slug]))
        series.take_seat(membership=membership, circle=found)
        messages.success(request, _("You have a seat."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other(reverse("circles:circle", args=[slug, found.pk]))


@require_POST
def there(request: HttpRequest, slug: str, circle_id: int, number: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    session = get_session_for(membership, circle_id, number)
    try:
        series.say_i_was_there(membership=membership, session=session)
        messages.success(request, _("Good that you were there."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other(reverse("circles:circle", args=[slug, circle_id]))


def what_next(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    """After the last session: go on, stay in touch, or end. Sealed until enough would like the same."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    seats = [one for one in circling.seats_of(found, membership) if one.membership_id != membership.pk]
    form = NextForm(request.POST or None, seats=seats, initial=_said(found, membership))
    if request.method == "POST" and form.is_valid():
        try:
            ending.choose_what_next(membership=membership, circle=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Kept, and sealed. You hear only if enough of you would like the same."))
            return _see_other(reverse("circles:circle", args=[slug, found.pk]))
    context = {"circle": found, "form": form, "asked": ending.is_asked(found)}
    return render(request, "circles/what_next.html", context, status=422 if form.errors else 200)


def _said(found: Circle, membership: Membership) -> dict[str, object]:
    said = WhatNext.objects.filter(circle=found, membership=membership).first()
    chosen = StayInTouch.objects.filter(circle=found, chooser=membership).values_list("chosen", flat=True)
    return {"choice": said.choice if said else "", "in_touch": [str(pk) for pk in chosen]}
