from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.kit.errors import Refused

from .. import wishes as wanting
from ..access import get_pause_for, get_place_for
from ..forms import PlaceForm
from ..queries import last_rounds, pauses_for, places_of
from ..results import shown


def _see_other(name: str, slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"circles:{name}", args=[slug]), status=303)


def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: how many were reached, how long others wait, and whether a group is left behind. No names."""
    membership = enter_as_member(request, slug, door="meet", roles=STEWARDS)
    kinds = [shown(label, last, rows) for label, last, rows in last_rounds(membership.community)]
    return render(request, "circles/rounds.html", {"kinds": kinds})


def pauses(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: people whose new introductions wait until a human has looked."""
    membership = enter_as_member(request, slug, door="meet", roles=STEWARDS)
    request.shell_here = "desk"  # type: ignore[attr-defined]
    return render(request, "circles/pauses.html", {"pauses": pauses_for(membership)[:50]})


@require_POST
def look(request: HttpRequest, slug: str, pause_id: int) -> HttpResponse:
    """A steward has looked: introductions go on, or stay off."""
    membership = enter_as_member(request, slug, door="meet", roles=STEWARDS)
    found = get_pause_for(membership, pause_id)
    wanting.look_at_pause(membership=membership, pause=found, goes_on=request.POST.get("goes_on") == "yes")
    messages.success(request, _("Noted. Neither of the two is told."))
    return _see_other("pauses", slug)


def places(request: HttpRequest, slug: str) -> HttpResponse:
    """Good public places for a first meeting; stewards keep the list."""
    membership = enter_as_member(request, slug, door="meet")
    form = PlaceForm(request.POST or None) if membership.is_steward else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            wanting.add_place(membership=membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The place is on the list."))
            return _see_other("places", slug)
    context = {"places": places_of(membership.community_id), "form": form}
    return render(request, "circles/places.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, slug: str, place_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="meet", roles=STEWARDS)
    wanting.withdraw_place(membership=membership, place=get_place_for(membership, place_id))
    messages.success(request, _("The place is off the list."))
    return _see_other("places", slug)
