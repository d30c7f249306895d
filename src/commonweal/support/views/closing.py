from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commonweal.communities.access import enter_as_member
from commonweal.kit.errors import Refused

from .. import actions
from ..access import get_request_for
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
