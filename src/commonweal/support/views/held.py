from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import STEWARDS, enter_as_member
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import queries_watching, watching
from ..access import get_hold_for
from .going import see_other


def held(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: what waits for a human to read it, and what the list of phrases found and what was done."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    found = page(request, queries_watching.matches(membership), "-at", "-id")
    return render(request, "support/held.html", {"holds": queries_watching.open_holds(membership), "page": found})


@require_POST
def decide(request: HttpRequest, slug: str, hold_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, roles=STEWARDS)
    hold = get_hold_for(membership, hold_id)
    try:
        if "aside" in request.POST:
            watching.keep_aside(steward=membership, hold=hold, reason=request.POST.get("reason", ""))
            messages.success(request, _("It stays between the author and the stewards. Please answer them there."))
        else:
            watching.release(steward=membership, hold=hold)
            messages.success(request, _("It is shown now, and those who can help were told."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return see_other(reverse("support:held", args=[slug]))
    return see_other(reverse("conversations:topic", args=[slug, hold.post.topic_id]))
