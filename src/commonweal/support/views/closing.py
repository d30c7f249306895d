from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.kit.errors import Refused

from .. import actions, aftercare
from ..access import get_request_for
from ..models import AfterCheck
from ..tells import topic_url
from .going import see_other


@require_POST
def helped(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    found = get_request_for(membership, request_id)
    try:
        actions.say_whether_it_helped(membership=membership, request=found, helped=request.POST.get("helped", ""))
        messages.success(request, _("Thank you for saying so. You can ask again whenever you like."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(topic_url(found))


@require_POST
def not_yet(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    found = get_request_for(membership, request_id)
    try:
        aftercare.ask_further(membership=membership, request=found)
        messages.success(request, _("You are back at the queue, with a new promise. Those who can help are told now."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(topic_url(found))


@require_POST
def how_it_is(request: HttpRequest, slug: str, request_id: int) -> HttpResponse:
    membership = enter_as_member(request, slug)
    found = get_request_for(membership, request_id)
    try:
        said = aftercare.say_how_it_is(membership=membership, request=found, answer=request.POST.get("answer", ""))
        if said.answer == AfterCheck.Answer.HARDER:
            messages.info(
                request, _("Thank you for saying so. Only you see it. You can ask the people here again below.")
            )
        else:
            messages.success(request, _("Thank you. Only you see your answer."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return see_other(topic_url(found))
