"""A post by Bo in Riverside that can be reported, through the real actions of conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import reverse
from tests.cast import Cast

from commonweal.communities.registries import REPORTABLES, Reportable
from commonweal.conversations.access import get_post_for
from commonweal.conversations.actions import reply, start_topic
from commonweal.conversations.actions.posts import unwithhold_post, withhold_post
from commonweal.conversations.models import Post

CANARY = "canary-words-of-bo"


@pytest.fixture
def post(cast: Cast) -> Iterator[Post]:
    added = "post" not in REPORTABLES
    if added:
        REPORTABLES.add(
            "post",
            Reportable(
                key="post",
                label="a post",
                get=lambda viewer, pk: get_post_for(viewer, viewer.community, pk),
                community=lambda thing: thing.topic.community,
                author=lambda thing: thing.author,
                excerpt=lambda thing: thing.text,
                url=lambda thing: reverse("communities:front", args=[thing.topic.community.slug]),
                withhold=lambda thing, steward: withhold_post(steward=steward, post=thing),
                restore=lambda thing, steward: unwithhold_post(steward=steward, post=thing),
            ),
        )
    topic = start_topic(membership=cast.sol, title="The night bus", text="Who takes it?")
    yield reply(membership=cast.bo, topic=topic, text=f"I hate it. {CANARY}")
    if added:
        REPORTABLES._items.pop("post")
