"""Built twice it tells the same; interrupted it is not there at all."""

from __future__ import annotations

import pytest
from django.db import transaction

from commonweal.communities.models import Community, Membership
from commonweal.conversations.models import Post, Topic
from commonweal.demo import build
from commonweal.trail.models import Step

from .conftest import build_small


def told() -> list[object]:
    """What a reader would see of it, in order, without keys that differ by nature."""
    return [
        *Membership.objects.order_by("pk").values_list("display_name", "joined_at"),
        *Topic.objects.order_by("pk").values_list("title", "started_at", "posts_count"),
        *Post.objects.order_by("pk").values_list("text", "posted_at", "thanks"),
        *Step.objects.order_by("at", "verb", "actor").values_list("verb", "at"),
    ]


def test_the_same_moment_gives_the_same_stories(db: None) -> None:
    tellings = []
    for _time in range(2):
        with transaction.atomic():
            build_small()
            tellings.append(told())
            transaction.set_rollback(True)
    assert tellings[0] == tellings[1]
    assert not Community.objects.exists()


def test_an_interrupted_build_leaves_nothing_and_the_next_one_is_whole(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(stage: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(build, "_settle", fail)
        with pytest.raises(KeyboardInterrupt):
            build_small()
    assert not Community.objects.exists()
    assert not Step.objects.exists()
    assert build_small().slug == "riverside"
