"""Lifts to a gathering: offering one, asking for a seat, giving it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit.answers import attempt, see_other, show
from commonweal.kit.errors import Refused

from .. import lifts
from ..access import get_gathering_for, get_lift_for
from ..forms import LiftForm
from ..models import Lift


def offer(request: HttpRequest, slug: str, gathering_id: int) -> HttpResponse:
    """Offer seats in one's car, or change the offer."""
    membership = enter_as_member(request, slug, door="meet")
    found = get_gathering_for(membership, membership.community, gathering_id)
    standing = Lift.objects.filter(gathering=found, driver=membership, taken_back_at__isnull=True).first()
    initial = {name: getattr(standing, name) for name in ("seats", "area", "note")} if standing else {}
    form = LiftForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lifts.offer_lift, membership=membership, gathering=found, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("Offered. People who come and whom you have met can ask for a seat."))
            return see_other("gatherings:gathering", slug, found.pk)
    return show(request, "gatherings/lift.html", {"form": form, "gathering": found})


@require_POST
def step(request: HttpRequest, slug: str, lift_id: int) -> HttpResponse:
    """One tap on a lift: ask for a seat, give it, give it up, take the offer back."""
    membership = enter_as_member(request, slug, door="meet")
    lift = get_lift_for(membership, membership.community, lift_id)
    act, done = _act(request, membership, lift)
    try:
        act()
    except Refused as refused:
        messages.warning(request, str(refused.message))
    else:
        messages.success(request, done)
    return see_other("gatherings:gathering", slug, lift.gathering_id)


def _act(request: HttpRequest, membership: Membership, lift: Lift) -> tuple[Callable[[], Any], str]:
    step = request.POST.get("step", "")
    if step == "ask":
        return lambda: lifts.ask_for_seat(membership=membership, lift=lift), _("Asked. You hear when they answer.")
    if step == "take_back":
        return lambda: lifts.take_back_lift(membership=membership, lift=lift), _("Taken back.")
    raw = request.POST.get("seat", "")
    seat = lift.taken.filter(pk=int(raw)).first() if raw.isascii() and raw.isdigit() and len(raw) < 18 else None
    if seat is None or membership.pk not in (seat.passenger_id, lift.driver_id):
        raise Http404
    seat.lift = lift
    if step == "give_up":
        return lambda: lifts.give_up_seat(membership=membership, seat=seat), _("Noted.")
    if step in ("yes", "no"):
        said = _("Agreed. You two can now write to each other.") if step == "yes" else _("They are told, kindly.")
        return lambda: lifts.answer_seat(membership=membership, seat=seat, agree=step == "yes"), said
    raise Http404
