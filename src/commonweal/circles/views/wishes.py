from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonweal.communities.access import enter_as_member
from commonweal.kit.errors import Refused
from commonweal.people.queries import traits_of

from .. import wishes as wanting
from ..wishes_form import WishesForm


def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    """Which introductions I want here, and how."""
    membership = enter_as_member(request, slug, door="meet")
    free = membership.person.availability if membership.person else 0
    said = wanting.wishes_of(membership)
    spoken = traits_of([membership.person_id or 0]).get(membership.person_id or 0, {}).get("language", [])
    languages = sorted({*spoken, *([said.only_language] if said.only_language else [])})
    form = WishesForm(request.POST or None, initial=WishesForm.said(said, free), languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            wanting.set_wishes(membership=membership, **form.answers())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Kept. The next round goes by it."))
            return HttpResponseRedirect(reverse("circles:introductions", args=[slug]), status=303)
    return render(request, "circles/wishes.html", {"form": form}, status=422 if form.errors else 200)
