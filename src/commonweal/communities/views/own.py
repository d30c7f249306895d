"""How one appears in this community."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonweal.kit.answers import attempt, see_other, show

from ..access import enter_as_member
from ..actions import change_persona
from ..forms import PersonaForm
from ..models import Membership


def persona(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug)
    kept = Membership.objects.get(pk=membership.pk)
    form = PersonaForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, change_persona, membership=membership, **form.cleaned_data)
        if saved is not None:
            messages.success(request, _("Saved. This is how people here see you."))
            return see_other("communities:member", slug=slug, member_id=membership.pk)
    return show(request, "communities/persona.html", {"form": form})
