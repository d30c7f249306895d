"""Where a form that takes something offline starts from: a topic, or whatever upper layers offer under their own key."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404

from commonweal.communities.models import Membership

from .access import get_topic_for
from .models import Audience
from .registries import STARTING_POINTS, StartingPoint


def starting_point(membership: Membership, asked: Mapping[str, str]) -> StartingPoint | None:
    """The starting point that a request names (`?topic=3`), if this member may see it; None otherwise, silently.

    A topic for supporters only gives no title: its words stay where they were said.
    """
    found = _number(asked.get("topic"))
    if found is not None:
        return _from_topic(membership, found)
    for key, find in STARTING_POINTS.items():
        found = _number(asked.get(key))
        if found is not None:
            return find(membership, found)
    return None


def _number(raw: str | None) -> int | None:
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 18 else None


def _from_topic(membership: Membership, topic_id: int) -> StartingPoint | None:
    try:
        topic = get_topic_for(membership, membership.community, topic_id)
    except Http404:
        return None
    return StartingPoint(thing=topic, title=topic.title if topic.audience == Audience.COMMUNITY else "")
