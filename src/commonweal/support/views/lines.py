from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.communities.access import STEWARDS, enter_as_member, person_of
from commonweal.communities.models import Community, State
from commonweal.kit.access import public_page
from commonweal.kit.errors import Refused

from ..lines import check_line, countries, guess_country, help_for, lines_of
from ..services import services_for, without
from .going import see_other


@public_page
def help_now(request: HttpRequest) -> HttpResponse:
    """Crisis lines and emergency numbers, for everybody, signed in or not."""
    chosen = request.GET.get("country", "")[:2].upper()
    country = chosen or _own_country(request) or guess_country(request.headers.get("Accept-Language", ""))
    person = person_of(request)
    own, replaced = services_for(person) if person is not None else ([], set())
    shown = {"help": without(help_for(country), replaced), "countries": countries(), "asked_for": chosen, "own": own}
    response = render(request, "support/help_now.html", shown)
    if person is None:
        response["X-Guest-Cache"] = "1"
    return response


def _own_country(request: HttpRequest) -> str:
    """The country of the community a signed-in person joined last that names one. One query."""
    person = person_of(request)
    if person is None:
        return ""
    mine = Community.objects.filter(memberships__person=person, memberships__state=State.ACTIVE).exclude(country="")
    return mine.order_by("-memberships__joined_at").values_list("country", flat=True).first() or ""


def lines(request: HttpRequest, slug: str) -> HttpResponse:
    """For stewards: compare each help line of the community's country with its source."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    if request.method == "POST":
        try:
            check_line(membership=membership, key=request.POST.get("line", ""), right="wrong" not in request.POST)
            messages.success(request, _("Thank you. It stands on the help page now."))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        return see_other(reverse("support:lines", args=[slug]))
    country = membership.community.country.upper()
    return render(request, "support/lines.html", {"lines": lines_of(country), "country": country})
