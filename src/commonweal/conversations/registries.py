"""What upper layers hang on a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from commonweal.communities.models import Community, Membership
from commonweal.kit.registry import Registry

from .models import Post, Topic


@dataclass(frozen=True)
class OfflineStep:
    """One way to take a conversation offline. `url(topic)` opens a form that is already filled in from the topic.

    `door` is the community door it needs: with that door closed the step is not offered.
    """

    key: str
    icon: str
    label: Any
    help: Any
    url: Callable[[Topic], str]
    door: str


#: The order in which they stand, from the smallest step to the largest. A step outside it is a programming error.
OFFLINE_ORDER = ("introduce", "circle", "gathering", "hand", "campaign")

#: Shown on every topic as "Take it offline".
OFFLINE_STEPS: Registry[OfflineStep] = Registry("take it offline")

#: panel(topic, viewer's membership or None) -> (template name, context) shown above the posts, or None. At most two queries.
TOPIC_PANELS: Registry[Callable[[Topic, Membership | None], tuple[str, dict[str, Any]] | None]] = Registry(
    "topic panels"
)

#: like TOPIC_PANELS, but beside the reply box: what may help somebody who is about to answer. At most one query.
REPLY_HELPS: Registry[Callable[[Topic, Membership], tuple[str, dict[str, Any]] | None]] = Registry("reply helps")

#: called inside the transaction of a new post: function(topic, post). Support counts human replies here.
ON_POST: Registry[Callable[[Topic, Post], None]] = Registry("on post")

#: called inside the transaction in which the words of a post were changed: function(topic, post). May put the post aside.
ON_CHANGE: Registry[Callable[[Topic, Post], None]] = Registry("on change")

#: called inside the transaction in which a post was taken back, put aside or shown again: function(topic id, post, stands).
ON_POST_STANDING: Registry[Callable[[int, Post, bool], None]] = Registry("on a post's standing")


@dataclass(frozen=True)
class Found:
    """One search result."""

    title: str
    excerpt: str
    url: str
    kind: Any


#: search(community, membership or None, text, limit) -> list of Found, only what the viewer may read.
SEARCHES: Registry[Callable[[Community, Membership | None, str, int], list[Found]]] = Registry("searches")


@dataclass(frozen=True)
class StartingPoint:
    """What a new thing grows out of, when it is reached by `?<key>=<id>`: what to link it to and what to fill in.

    `title` and `text` are what the form starts with; empty when they must not leave the place they come from.
    `only_for` are the ids of the memberships whose own business it is (the two of an introduction); what grows out of it
    is then shown to them alone. Empty: everyone.
    """

    thing: Model
    title: str
    text: str = ""
    only_for: tuple[int, ...] = ()


#: key of a query parameter ("introduction") -> function(membership, id): the starting point, or None when it is not theirs.
STARTING_POINTS: Registry[Callable[[Membership, int], StartingPoint | None]] = Registry("starting points")
