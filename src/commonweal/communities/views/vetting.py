"""Vetting for contact with people under 18: whom two stewards trust, and who waits for a second look."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commonweal.kit.answers import see_other
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from ..access import STEWARDS, enter_as_member, get_member_for
from ..actions import agree_vetting, begin_vetting, withdraw_vetting
from ..vetting import is_vetted, vettings_in, vettings_of


@require_GET
def vettings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is vetted, by whom and until when, and who waits for a second steward."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    rows = page(request, vettings_in(membership.community_id), "-first_at", "-id", size=50)
    return render(request, "communities/vettings.html", {"page": rows})


@require_http_methods(["GET", "POST"])
def vet(request: HttpRequest, slug: str, member_id: int) -> HttpResponse:
    """One member: begin, agree as the second, or end it."""
    membership = enter_as_member(request, slug, roles=STEWARDS)
    member = get_member_for(membership, membership.community, member_id)
    if member.pk == membership.pk:
        raise Http404
    if request.method == "POST":
        try:
            messages.success(request, _do(request.POST.get("do"), membership=membership, member=member))
        except Refused as refused:
            messages.error(request, str(refused.message))
        return see_other("communities:vet", slug=slug, member_id=member_id)
    rows = vettings_of(member)
    begun = next((row for row in rows if row.second_at is None and row.withdrawn_at is None), None)
    stands = next((row for row in rows if row.holds), None)
    context = {"member": member, "rows": rows, "begun": begun, "stands": stands}
    context["own"] = begun is not None and begun.first_by_id == membership.pk
    return render(request, "communities/vet.html", context)


def _do(what: str | None, **people: object) -> str:
    if what == "begin":
        begin_vetting(**people)  # type: ignore[arg-type]
        return _("Kept. It holds when a second steward has looked too; they are told.")
    if what == "agree":
        agree_vetting(**people)  # type: ignore[arg-type]
        return _("It holds for a year from today. They are told.")
    if what == "withdraw":
        held = is_vetted(people["member"])  # type: ignore[arg-type]
        withdraw_vetting(**people)  # type: ignore[arg-type]
        if not held:
            return _("Ended. It did not hold yet, so nobody is told.")
        return _(
            "Ended. Their private messages with people under 18 are closed from now on. They are told, in private."
        )
    raise Http404
