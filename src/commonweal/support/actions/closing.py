"""The asker says whether it helped."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_active
from commonweal.communities.models import Membership
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.trail.actions import confirm, record
from commonweal.trail.models import Helped

from .. import verbs
from ..models import SupportRequest


@transaction.atomic
def say_whether_it_helped(*, membership: Membership, request: SupportRequest, helped: str) -> SupportRequest:
    """The asker says yes, a little or not this time; that closes the request, not the conversation.

    Raises Refused for anybody else, before anybody answered, and for another word.
    """
    require_active(membership)
    if request.topic.author_id != membership.pk:
        raise Refused(_("Only the person who asked can say whether it helped."))
    if helped not in Helped.values:
        raise Refused(_("Choose one of the three answers."))
    if request.replies == 0:
        raise Refused(_("Nobody has answered yet. You can say this when they have."))
    confirm(subject=request, membership=membership.pk, community=request.community_id, happened=True, helped=helped)
    if request.closed_at is None:
        request.closed_at = clock.now()
        request.save(update_fields=["closed_at"])
        record(verbs.CLOSED, subject=request, actor=membership.pk, community=request.community_id)
    record(
        verbs.SAID_WHETHER,
        subject=request,
        actor=membership.pk,
        community=request.community_id,
        data={"helped": helped},
    )
    return request
