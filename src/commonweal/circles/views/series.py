from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.conversations.models import Topic
from commonweal.conversations.starting import starting_point
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import series
from ..access import get_circle_for, get_session_for
from ..forms import CircleForm
from ..queries import circles_of, seats_of, sessions_of


def _see_other(url: str) -> HttpResponse:
    return HttpResponseRedirect(url, status=303)


def circles(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    past = request.GET.get("show") == "past"
    rows = circles_of(membership.community, membership, past=past)
    return render(request, "circles/circles.html", {"page": page(request, rows, "-last_at", "-id"), "past": past})


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
    context = {"form": form, "begin": begin}
    return render(request, "circles/start.html", context, status=422 if form.errors else 200)


def circle(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    seats = seats_of(found, membership)
    context = {
        "circle": found,
        "seats": seats,
        "mine": any(seat.membership_id == membership.pk for seat in seats),
        "free": max(0, found.seats_total - found.seats.filter(left_at__isnull=True).count()),
        "sessions": sessions_of(found, membership),
        "over": found.last_at < clock.now(),
    }
    return render(request, "circles/circle.html", context)


@require_POST
def seat(request: HttpRequest, slug: str, circle_id: int) -> HttpResponse:
    """Take a seat, or with `leave` give it back."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_circle_for(membership, circle_id)
    try:
        if "leave" in request.POST:
            series.leave_circle(membership=membership, circle=found)
            messages.success(request, _("Your seat is free again. You can come back while there is room."))
        else:
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
