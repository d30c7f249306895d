from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import SUPPORTERS, enter_as_member
from commonweal.kit.errors import Refused

from .. import actions
from ..forms import DutyForm
from .going import see_other


@require_POST
def duty(request: HttpRequest, slug: str) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    form = DutyForm(request.POST)
    if "end" in request.POST:
        actions.end_duty(membership=membership)
        messages.success(request, _("You are off duty. Thank you."))
    elif form.is_valid():
        try:
            actions.go_on_duty(membership=membership, hours=form.cleaned_data["hours"])
            messages.success(request, _("You are on duty. It ends by itself."))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
    else:
        messages.error(request, _("Choose how long you will be on duty."))
    return see_other(reverse("support:queue", args=[slug]))
