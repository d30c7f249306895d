from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import SUPPORTERS, enter_as_member
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.kit.pages import page

from .. import actions, queries, queries_watching, tongues
from ..access import get_request_for
from ..forms import DutyForm
from ..tells import topic_url
from .going import back_to, see_other


def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """For supporters: who waits, how long, what they asked for, how much time is left, and who is writing already."""
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    context = {
        "page": page(request, queries.waiting(membership.community, membership), "turn_at", "id"),
        "holds": queries_watching.open_holds(membership) if membership.is_steward else [],
        "duty": queries.running_duty(membership),
        "on_duty": queries.on_duty(membership.community, membership),
        "duty_form": DutyForm(),
        "now": clock.now(),
        "my_languages": tongues.spoken_by([membership.pk])[membership.pk],
    }
    return render(request, "support/queue.html", context)


@require_POST
def acknowledge(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug, door="support", roles=SUPPORTERS)
    found = get_request_for(membership, request_id)
    try:
        actions.acknowledge(membership=membership, request=found)
        messages.success(request, _("They know that somebody is on it."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(back_to(request) or topic_url(found))
