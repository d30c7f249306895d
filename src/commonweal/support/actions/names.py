"""Looking up a hidden name: rare, reasoned, and told to its owner."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from commonweal.communities.access import require_steward
from commonweal.communities.models import Membership
from commonweal.conversations.access import may_read
from commonweal.conversations.models import Topic
from commonweal.kit import clock, limits
from commonweal.kit.errors import Refused
from commonweal.trail.actions import record

from .. import verbs
from ..models import NameLook
from ..queries import is_on_duty


@transaction.atomic
def look_at_name(*, membership: Membership, topic: Topic, reason: str) -> NameLook:
    """A steward on duty learns who wrote anonymously. The look is kept and told to the author.

    Raises Refused for anybody but a steward on duty, and without a reason.
    """
    require_steward(membership)
    if membership.community_id != topic.community_id or not may_read(topic, membership):
        raise Refused(_("This request is not in your community."))
    if not is_on_duty(membership):
        raise Refused(_("Only a steward on duty can do this. Go on duty first, on the queue."))
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why you need the name. The person will see your reason."), field="reason")
    limits.spend("look_at_name", membership.pk, limit=20, window=timedelta(days=1))
    look = NameLook.objects.create(topic=topic, steward=membership, reason=reason[:300], at=clock.now())
    record(verbs.NAME_LOOKED_AT, subject=look, actor=membership.pk, community=topic.community_id)
    return look
