"""What stands beside the reply box of a request: how to begin, what was asked for, and one next step. It writes nothing."""

from __future__ import annotations

from typing import Any

from commonweal.communities.models import Door, Membership
from commonweal.conversations.models import Topic
from commonweal.conversations.registries import OFFLINE_ORDER, OFFLINE_STEPS

from .models import HelpKind, Need

#: The steps towards people, of all the ways to take a conversation offline.
NEXT_STEPS = ("introduce", "circle", "gathering")


def reply_help(topic: Topic, member: Membership) -> tuple[str, dict[str, Any]] | None:
    """For whoever answers a request: acknowledge first, then the kinds asked for, then one next step. One query.

    That the kind of help fits what was asked matters more than its amount (Cutrona & Russell 1990). The author of the
    request sees none of it.
    """
    if topic.kind != Topic.Kind.SUPPORT or topic.author_id == member.pk:
        return None
    closed = topic.community.closed_doors
    steps = sorted((s for s in OFFLINE_STEPS if s.key in NEXT_STEPS), key=lambda s: OFFLINE_ORDER.index(s.key))
    kinds = Need.objects.filter(request__topic=topic).values_list("kind", flat=True)
    return "support/_reply_help.html", {
        "topic": topic,
        "community": topic.community,
        "kinds": [HelpKind(kind).label for kind in kinds],
        "steps": [{"icon": s.icon, "label": s.label, "url": s.url(topic)} for s in steps if s.door not in closed],
        "has_library": Door.LIBRARY not in closed,
    }
