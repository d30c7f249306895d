"""The demonstration is built through the real actions, comes out the same every time, and is whole or not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commonweal.communities.models import Access, Community
from commonweal.conversations.models import Post
from commonweal.demo import build, people
from commonweal.demo.stage import story
from commonweal.insight.models import PulseReport
from commonweal.notices.models import Mail, Notice
from commonweal.support.models import SupportRequest
from commonweal.trail.models import Outbox, Step
from commonweal.trail.verbs import VERBS

from .conftest import NOW

pytestmark = pytest.mark.django_db  # or no database is made when this file runs alone


def test_it_is_a_neighbourhood_with_people_who_talk(riverside: Community) -> None:
    assert (riverside.slug, riverside.access) == ("riverside", Access.OPEN)
    riverside.refresh_from_db()
    assert riverside.members_count == riverside.memberships.count() == 70
    assert Post.objects.filter(topic__community=riverside).count() > 40


def test_every_step_has_a_declared_verb_and_lies_in_the_time_that_was_played(riverside: Community) -> None:
    steps = Step.objects.all()
    assert set(steps.values_list("verb", flat=True)) <= {verb.name for verb in VERBS}
    assert not steps.filter(at__gt=NOW).exists()
    assert not steps.filter(at__lt=NOW - timedelta(days=61)).exists()


def test_nobody_acts_before_they_joined(riverside: Community) -> None:
    for member in riverside.memberships.all():
        first = Post.objects.filter(author=member).order_by("posted_at").first()
        assert first is None or member.joined_at <= first.posted_at


def test_somebody_waits_for_a_second_answer_with_time_left(riverside: Community) -> None:
    waiting = SupportRequest.objects.filter(answered_at=None, closed_at=None, sort="support")
    assert waiting.filter(promise_due_at__gt=NOW).exists()
    assert not waiting.filter(promise_due_at__lte=NOW).exists()


def test_the_pulse_counts_people_who_got_across(riverside: Community) -> None:
    data = PulseReport.objects.get(community_id=riverside.pk).data
    assert 0 < data["across"] < data["people"]


def test_history_is_neither_mailed_nor_told_again(riverside: Community) -> None:
    assert not Mail.objects.exists()
    assert not Outbox.objects.exists()
    assert Notice.objects.exists()
    assert not Notice.objects.filter(at__lt=NOW - build.TELLS_OF).exists()
    assert not Notice.objects.filter(digest=True).exists()


def test_the_stories_name_only_people_who_live_there() -> None:
    names = set(people.everybody())
    for key in ("topics", "requests", "gatherings", "cases"):
        for one in story(*FILES[key])[key]:
            assert one["by"] in names
            assert {who for who, _text in one.get("replies", [])} <= names
            assert set(one.get("came", [])) <= names


FILES = {
    "topics": ("talk_getting_by", "talk_doing", "talk_lately"),
    "requests": ("support", "support_lately"),
    "gatherings": ("gatherings", "gatherings_lately"),
    "cases": ("looking_after",),
}
