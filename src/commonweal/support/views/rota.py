"""The week's plan: who is on duty when, where nobody is, and standing in for one another."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import SUPPORTERS, enter_as_member
from commonweal.communities.models import Membership
from commonweal.kit.errors import Refused

from ..access import get_slot_for
from ..actions import planning
from ..forms_rota import SlotForm
from ..models import WeeklySlot
from ..rota import coming, slots_of
from .going import see_other


def rota(request: HttpRequest, slug: str) -> HttpResponse:
    """The coming week shift by shift, and the slots of every week. Stewards open slots here."""
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    form = SlotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            planning.open_slot(membership=membership, **form.cleaned_data)
            messages.success(request, _("It is part of every week now."))
            return see_other(reverse("support:rota", args=[slug]))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
    slots = slots_of([membership.community_id])
    context = {
        "shifts": coming(slots),
        "slots": [(one, {row.membership_id for row in one.sign_ups.all()}) for one in slots],
        "form": form,
    }
    return render(request, "support/rota.html", context, status=422 if form.errors else 200)


@require_POST
def slot(request: HttpRequest, slug: str, slot_id: int) -> HttpResponse:
    """One step with one slot, or with one day of it."""
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    found = get_slot_for(membership, slot_id)
    try:
        messages.success(request, _step(membership, found, request.POST.get("do", ""), request.POST.get("on", "")))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(reverse("support:rota", args=[slug]))


def _step(membership: Membership, slot: WeeklySlot, what: str, day: str) -> str:
    """Do what a button asks. Returns what to say."""
    if what == "join":
        planning.sign_up(membership=membership, slot=slot)
        return _("You are on duty then every week. You can ask for a stand-in at any time.")
    if what == "leave":
        planning.leave_slot(membership=membership, slot=slot)
        return _("You are no longer expected then.")
    if what == "close":
        planning.close_slot(membership=membership, slot=slot)
        return _("It is no longer part of the week.")
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Refused(_("This slot is not on that day. Look at the plan again.")) from error
    if what == "offer":
        planning.offer_shift(membership=membership, slot=slot, on=on)
        return _("The others are asked. Until somebody takes it you are still expected.")
    if what == "keep":
        planning.keep_shift(membership=membership, slot=slot, on=on)
        return _("You come after all. Thank you.")
    if what == "take":
        planning.take_shift(membership=membership, slot=slot, on=on)
        return _("You are on duty then. Thank you.")
    raise Refused(_("Choose one of the buttons."))
