"""A case when the steward is the one in need, when stewards are kept apart, on a break or gone, and after a pause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.world import run_outbox

from commonweal.communities.models import Membership, Role, State
from commonweal.conversations.actions import start_topic
from commonweal.kit import clock
from commonweal.notices.models import Notice
from commonweal.people.models import Block
from commonweal.support.actions import ask_for_support, looking_after
from commonweal.support.actions.concerns import raise_concern
from commonweal.support.actions.resting import take_break
from commonweal.support.desk.clockwork import remind_due
from commonweal.support.models import Hold
from commonweal.support.models.desk import Concern

pytestmark = pytest.mark.django_db


def _topic(who: Membership) -> Any:
    return start_topic(membership=who, title="These nights", text="I am so tired of all of it")


def _told(verb: str) -> set[str]:
    run_outbox()
    notices = Notice.objects.filter(verb=verb)
    return set(notices.values_list("person__memberships__display_name", flat=True))


def _only_dee_is_a_steward(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.ada.pk).update(role=Role.MEMBER)


def test_when_the_only_steward_is_in_need_supporters_are_asked_to_answer_and_see_no_case(cast: Cast) -> None:
    _only_dee_is_a_steward(cast)
    topic = _topic(cast.dee)
    made = raise_concern(post=topic.posts.get(), membership=cast.bo, words="zqworryqz")
    assert _told("support.concern_unattended") == {"Sol"}
    assert _told("support.concern_raised") == set()
    notice = Notice.objects.get(verb="support.concern_unattended")
    assert notice.url == reverse("conversations:topic", args=["riverside", topic.pk])
    url = reverse("support:concern", args=["riverside", made.pk])
    for who in (cast.sol, cast.dee, cast.bo):
        assert cast.sign_in(who).get(url).status_code == 404
    Membership.objects.filter(pk=cast.sol.pk).update(role=Role.STEWARD)  # named later: they find it on their desk
    assert url in cast.sign_in(cast.sol).get(reverse("moderation:desk", args=["riverside"])).content.decode()


def test_when_every_steward_is_kept_apart_from_somebody_supporters_are_asked(cast: Cast) -> None:
    for steward in (cast.dee, cast.ada):
        Block.objects.create(blocker=steward.person, blocked=cast.ines.person)
    made = raise_concern(post=_topic(cast.ines).posts.get(), membership=cast.bo)
    assert _told("support.concern_unattended") == {"Sol"}
    client = cast.sign_in(cast.dee)
    assert client.get(reverse("support:concern", args=["riverside", made.pk])).status_code == 404
    assert (
        f"/desk/concerns/{made.pk}/" not in client.get(reverse("moderation:desk", args=["riverside"])).content.decode()
    )


def test_the_one_in_need_is_told_honestly_and_others_learn_nothing_from_it(cast: Cast) -> None:
    _only_dee_is_a_steward(cast)
    nameless = ask_for_support(membership=cast.dee, text="I am so tired.", kinds=["emotional"], anonymous=True)
    other = ask_for_support(membership=cast.ines, text="I am so tired too.", kinds=["emotional"], anonymous=True)
    pages = {}
    for request in (nameless, other):
        url = reverse("support:worry", args=["riverside", request.topic.posts.get().pk])
        text = cast.sign_in(cast.bo).get(url).content.decode()
        pages[request.pk] = text.partition("<h1>")[2].partition("<form")[0]
    assert pages[nameless.pk] == pages[other.pk]
    own = reverse("support:worry", args=["riverside", nameless.topic.posts.get().pk])
    assert "no other steward here" in cast.sign_in(cast.dee).get(own).content.decode()


def test_what_is_held_where_nobody_could_read_it_says_so_to_its_author(cast: Cast) -> None:
    _only_dee_is_a_steward(cast)
    request = ask_for_support(membership=cast.dee, text="How do I hang myself", kinds=["emotional"])
    assert Hold.objects.count() == 1
    page = cast.sign_in(cast.dee).get(reverse("conversations:topic", args=["riverside", request.topic_id]))
    assert "No other steward is here who could read it" in page.content.decode()
    assert "talk to a person" in page.content.decode()
    assert "The stewards were told" not in page.content.decode()
    run_outbox()
    assert "no other steward is here to read it" in Notice.objects.get(verb="support.held").text


@pytest.mark.parametrize("why", ["left", "rests"])
def test_a_case_whose_steward_is_gone_or_rests_goes_back_to_the_others(cast: Cast, why: str) -> None:
    made = raise_concern(post=_topic(cast.ines).posts.get(), membership=cast.bo)
    looking_after.join_case(steward=cast.dee, concern=made)
    run_outbox()
    if why == "left":
        Membership.objects.filter(pk=cast.dee.pk).update(state=State.LEFT)
    else:
        take_break(membership=cast.dee, days=3)
    with clock.at(made.opened_at + timedelta(hours=2)):
        assert remind_due() == 1
        assert _told("support.concern_due") == {"Ada"}


def test_a_steward_on_a_break_hears_of_a_case_only_when_nobody_else_is_there(cast: Cast) -> None:
    take_break(membership=cast.dee, days=3)
    raise_concern(post=_topic(cast.ines).posts.get(), membership=cast.bo)
    assert _told("support.concern_raised") == {"Ada"}
    take_break(membership=cast.ada, days=3)
    raise_concern(post=_topic(cast.sol).posts.get(), membership=cast.bo)
    assert _told("support.concern_raised") == {"Ada", "Dee"}


def test_after_a_pause_of_the_worker_all_that_is_due_is_one_reminder(cast: Cast) -> None:
    made = raise_concern(post=_topic(cast.ines).posts.get(), membership=cast.bo)
    with clock.at(made.opened_at + timedelta(hours=5)):
        assert [remind_due(), remind_due()] == [1, 0]
        run_outbox()
    assert set(made.reminders.values_list("kind", flat=True)) == {"acknowledged", "assessed", "private", "public"}
    assert Notice.objects.filter(verb="support.concern_due", person=cast.dee.person).count() == 1


def test_the_checks_after_a_day_and_a_week_do_not_wait_for_a_second_steward(cast: Cast) -> None:
    _only_dee_is_a_steward(cast)
    made = raise_concern(post=_topic(cast.ines).posts.get(), membership=cast.bo)
    looking_after.join_case(steward=cast.dee, concern=made)
    looking_after.assess(steward=cast.dee, concern=made, danger="unsure", others_safe="yes")
    url = reverse("support:concern", args=["riverside", made.pk])
    client = cast.sign_in(cast.dee)
    with clock.at(made.opened_at + timedelta(hours=13)):
        remind_due()
    with clock.at(made.opened_at + timedelta(hours=25)):
        looking_after.write_privately(steward=cast.dee, concern=made, text="I read what you wrote")
        Concern.objects.filter(pk=made.pk).get().topic.posts.create(
            number=2, author=cast.sol, text="Here I am", posted_at=clock.now()
        )
        looking_after.say_answered(steward=cast.dee, concern=made)
        assert remind_due() == 1
        page = client.get(url).content.decode()
        assert "Nobody else here can do that yet" in page
        step = reverse("support:concern_step", args=["riverside", made.pk, "day"])
        assert step in page
        assert client.post(step).status_code == 303
    assert "day" in set(made.steps.values_list("kind", flat=True))
