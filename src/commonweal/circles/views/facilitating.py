from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused

from .. import circling, facilitating
from ..access import get_circle_for, get_circle_to_look_after, get_session_for
from ..circle_forms import ChangeCircleForm, HeldForm, SessionForm
from ..models import Circle, Seat, Session
from ..questions import closing_of, opening_of


def _see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"circles:{name}", args=list(args)), status=303)


def change(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    """Its words, its place, its time, and whose turn it is to look after it."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_to_look_after(membership, circle_id)
    form = ChangeCircleForm(
        request.POST or None, initial={n: getattr(found, n) for n in ("name", "purpose", "place", "minutes")}
    )
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        first_at = said.pop("first_at")
        try:
            if first_at is not None:
                facilitating.move_series(membership=membership, circle=found, first_at=first_at)
            facilitating.change_circle(membership=membership, circle=found, **said)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Kept."))
            return _see_other("circle", slug, found.pk)
    return _change_page(request, membership, found, form)


def _change_page(request: HttpRequest, membership: Membership, found: Circle, form: ChangeCircleForm) -> HttpResponse:
    seats = circling.seats_of(found, membership)
    coming = found.sessions.filter(starts_at__gt=clock.now(), cancelled_at__isnull=True).order_by("number").first()
    better = circling.shared_time(seats, found, coming.starts_at) if coming else None
    context = {
        "circle": found,
        "form": form,
        "others": [seat.membership for seat in seats if seat.membership_id != membership.pk],
        "better": better[0] if better else None,
        "now": better[1] if better else None,
        "better_at": better[0].next_after(clock.now() + timedelta(days=1), found.community.time_zone)
        if better
        else None,
    }
    return render(request, "circles/change.html", context, status=422 if form.errors else 200)


@require_POST
def look_after(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    """Take a circle on, say that one would rather not, or ask somebody with a seat to go on with it (`other`)."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    try:
        if "other" in request.POST:
            seats = {str(one.membership_id): one.membership for one in circling.seats_of(found, membership)}
            other = seats.get(request.POST["other"], membership)
            facilitating.offer_circle(membership=membership, circle=found, other=other)
            messages.success(request, _("They are asked. Until they say yes, it stays with you."))
        else:
            yes = request.POST.get("answer") != "no"
            facilitating.look_after(membership=membership, circle=found, yes=yes)
            messages.success(request, _("Thank you for looking after it.") if yes else _("That is fine."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other("circle", slug, found.pk)


def session(request: HttpRequest, slug: str, circle_id: int, number: int) -> HttpResponse:
    """One session: its questions and its recap, and for whoever looks after the circle all that can be changed."""
    membership = enter_as_member(request, slug, door="meet")
    return _session_page(request, membership, get_session_for(membership, circle_id, number))


def _session_page(
    request: HttpRequest,
    membership: Membership,
    found: Session,
    form: SessionForm | None = None,
    held: HeldForm | None = None,
) -> HttpResponse:
    seats = circling.seats_of(found.circle, membership)
    begun = found.starts_at <= clock.now()
    # Whoever came later was not there, and does not read what was said before they came.
    mine = any(seat.membership_id == membership.pk and seat.joined_at <= found.ends_at for seat in seats)
    looks_after = found.circle.facilitator_id == membership.pk
    came = circling.said_they_came(found)
    context = {
        "circle": found.circle,
        "session": found,
        "begun": begun,
        "over": found.ends_at <= clock.now(),
        "mine": mine,
        "recap": found.recap if mine else "",
        "i_came": membership.pk in came,
        "came": len(came),
        "opening": opening_of(found),
        "closing": closing_of(found),
        "looks_after": looks_after,
        "form": form or SessionForm(initial=SessionForm.said(found)),
    }
    if looks_after and begun:
        seen = [str(pk) for pk in circling.seen_at(found)]
        others = _others(seats, membership)
        context["held"] = held or HeldForm(seats=others, initial={"present": seen, "recap": found.recap})
    wrong = (form is not None and form.errors) or (held is not None and held.errors)
    return render(request, "circles/session.html", context, status=422 if wrong else 200)


@require_POST
def change_session(request: HttpRequest, slug: str, circle_id: int, number: int) -> HttpResponse:
    """Move it and change its questions; or with `call_off`, call it off."""
    membership = enter_as_member(request, slug, door="meet")
    get_circle_to_look_after(membership, circle_id)
    found = get_session_for(membership, circle_id, number)
    form = SessionForm(request.POST)
    try:
        if "call_off" in request.POST:
            facilitating.call_off_session(membership=membership, session=found)
            messages.success(request, _("It is called off, and everybody in the circle is told."))
            return _see_other("circle", slug, circle_id)
        if form.is_valid():
            said = form.cleaned_data
            for name, suggested in (("opening", opening_of), ("closing", closing_of)):
                # Our question, sent back as it was, stays ours and is shown in each reader's language.
                if not getattr(found, name) and said[name] == suggested(found):
                    said[name] = ""
            facilitating.change_session(membership=membership, session=found, **_to_the_minute(said, found))
            messages.success(request, _("Kept. If the time has changed, everybody is told."))
            return _see_other("session", slug, circle_id, number)
    except Refused as refusal:
        if refusal.field in form.fields:
            form.is_valid()
            form.add_error(refusal.field, str(refusal.message))
        else:
            messages.error(request, str(refusal.message))
    return _session_page(request, membership, found, form=form)


def _others(seats: list[Seat], membership: Membership) -> list[Seat]:
    return [seat for seat in seats if seat.membership_id != membership.pk]


def _to_the_minute(said: dict[str, Any], found: Session) -> dict[str, Any]:
    """The box knows no seconds: the same minute is the same time."""
    if said["starts_at"] == found.starts_at.replace(second=0, microsecond=0):
        said["starts_at"] = found.starts_at
    return said


@require_POST
def held(request: HttpRequest, slug: str, circle_id: int, number: int) -> HttpResponse:
    """Who was there, and a recap."""
    membership = enter_as_member(request, slug, door="meet")
    get_circle_to_look_after(membership, circle_id)
    found = get_session_for(membership, circle_id, number)
    form = HeldForm(request.POST, seats=_others(circling.seats_of(found.circle, membership), membership))
    if not form.is_valid():
        return _session_page(request, membership, found, held=form)
    present = [member.pk for member in form.cleaned_data["present"]]
    try:
        facilitating.say_who_was_there(
            membership=membership, session=found, present=present, recap=form.cleaned_data["recap"]
        )
        messages.success(request, _("Thank you. The recap is there for the people of the circle."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return _see_other("session", slug, circle_id, number)
