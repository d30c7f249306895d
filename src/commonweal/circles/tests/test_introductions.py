"""An introduction opens with two yeses; a no shows nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.circles import actions
from commonweal.circles.hooks import _from_introduction
from commonweal.circles.jobs import look_for
from commonweal.circles.models import Introduction, IntroductionAnswer, Meeting
from commonweal.circles.personal import erase, export
from commonweal.circles.proposing import propose
from commonweal.circles.queries import introductions_of, seen_by
from commonweal.circles.tells import of_opening
from commonweal.communities.registries import TODAY
from commonweal.conversations.actions import reply, start_topic
from commonweal.conversations.models import Conversation, Participant
from commonweal.conversations.registries import OFFLINE_STEPS
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.actions import say_under_18
from commonweal.people.models import Block, Consent, Trait
from commonweal.trail.models import Confirmation, FollowUp, Link, Step

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"circles:{name}", args=["riverside", *args])


def agree(*members):
    for member in members:
        Consent.objects.create(person=member.person, purpose="introductions", given=True)


@pytest.fixture
def proposed(cast):
    """Bo and Ines are proposed to each other because both have lived with grief."""
    cast.introduction = propose(
        community=cast.community,
        pair=(cast.bo.pk, cast.ines.pk),
        reasons=[{"kind": "experience", "value": "grief"}],
    )
    return cast


@pytest.fixture
def opened(proposed):
    for who in (proposed.bo, proposed.ines):
        actions.answer(membership=who, introduction=proposed.introduction, yes=True)
    proposed.introduction.refresh_from_db()
    return proposed


def seen(cast, who):
    return seen_by(who, introductions_of([who]).get(pk=cast.introduction.pk))


def test_the_page_shows_the_reason_and_no_name(proposed):
    page = proposed.sign_in(proposed.bo).get(url("introduction", proposed.introduction.pk)).content.decode()
    assert "You have both lived with grief" in page
    assert "Ines" not in page
    assert f"/people/{proposed.ines.pk}/" not in page
    assert "Ines" not in proposed.sign_in(proposed.bo).get(url("introductions")).content.decode()


def test_nobody_else_gets_in_not_even_a_steward(proposed):
    for who in (proposed.sol, proposed.dee):
        assert proposed.sign_in(who).get(url("introduction", proposed.introduction.pk)).status_code == 404
    assert Client().get(url("introduction", proposed.introduction.pk)).status_code == 302


def test_one_yes_opens_nothing(proposed):
    proposed.sign_in(proposed.bo).post(url("answer", proposed.introduction.pk), {"answer": "yes"})
    assert seen(proposed, proposed.bo).state == "waiting"
    assert seen(proposed, proposed.ines).state == "asked"
    assert not Conversation.objects.exists()


def test_two_yeses_open_a_private_conversation_of_the_two(opened):
    introduction = Introduction.objects.get()
    assert introduction.opened_at is not None
    members = Participant.objects.filter(conversation=introduction.conversation).values_list("membership", flat=True)
    assert set(members) == {opened.bo.pk, opened.ines.pk}
    assert Link.objects.filter(
        source_type="circles.introduction", source_id=introduction.pk, target_type="conversations.conversation"
    ).exists()
    assert "Ines" in opened.sign_in(opened.bo).get(url("introduction", introduction.pk)).content.decode()


def test_both_have_had_an_introduction_and_both_are_told(opened):
    introduced = Step.objects.filter(verb="circles.introduced").values_list("actor", flat=True)
    assert set(introduced) == {opened.bo.pk, opened.ines.pk}
    told = {telling.person_id for telling in of_opening(Step.objects.get(verb="circles.opened"))}
    assert told == {opened.bo.person_id, opened.ines.person_id}


def test_both_are_asked_after_seven_and_thirty_days(opened):
    dues = FollowUp.objects.filter(subject_type="circles.introduction").values_list("membership", "due_at")
    introduction = Introduction.objects.get()
    expected = {
        (who.pk, introduction.opened_at + timedelta(days=days)) for who in (opened.bo, opened.ines) for days in (7, 30)
    }
    assert set(dues) == expected


def test_a_no_looks_to_the_other_side_like_no_answer_yet_and_then_like_running_out(proposed):
    def page_for_ines():
        client = proposed.sign_in(proposed.ines)
        body = client.get(url("introduction", proposed.introduction.pk)).content.decode()
        return body.split("<main")[1].split('name="csrfmiddlewaretoken"')[0], seen(proposed, proposed.ines).state

    moment = clock.now() + timedelta(hours=1)
    with clock.at(moment):
        before = page_for_ines()
    actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=False)
    with clock.at(moment):
        assert page_for_ines() == before
    with clock.at(clock.now() + timedelta(hours=73)):
        declined = page_for_ines()
    IntroductionAnswer.objects.all().delete()
    with clock.at(clock.now() + timedelta(hours=73)):
        assert page_for_ines() == declined
    assert declined[1] == "over"


def test_a_yes_after_the_others_no_opens_nothing_and_says_the_same(proposed):
    actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=False)
    actions.answer(membership=proposed.ines, introduction=proposed.introduction, yes=True)
    assert seen(proposed, proposed.ines).state == "waiting"
    assert not Conversation.objects.exists()


def test_it_runs_out_after_seventy_two_hours(proposed):
    with clock.at(clock.now() + timedelta(hours=73)), pytest.raises(Refused):
        actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=True)


def test_answering_twice_is_answering_once(proposed):
    for _time in range(2):
        actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=True)
    actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=False)
    assert list(IntroductionAnswer.objects.values_list("yes", flat=True)) == [True]


def test_a_block_in_between_keeps_it_shut_and_takes_it_off_both_lists(proposed):
    actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=True)
    Block.objects.create(blocker=proposed.bo.person, blocked=proposed.ines.person)
    actions.answer(membership=proposed.ines, introduction=proposed.introduction, yes=True)
    assert not Conversation.objects.exists()
    for who in (proposed.bo, proposed.ines):
        assert proposed.sign_in(who).get(url("introduction", proposed.introduction.pk)).status_code == 404


def test_when_both_say_they_met_both_have_met_somebody_once(opened):
    introduction = Introduction.objects.get()
    client = opened.sign_in(opened.bo)
    client.post(url("met", introduction.pk), {"helped": "yes"})
    assert not Step.objects.filter(verb="circles.met").exists()
    for _time in range(2):
        opened.sign_in(opened.ines).post(url("met", introduction.pk), {"helped": "somewhat"})
    assert set(Step.objects.filter(verb="circles.met").values_list("actor", flat=True)) == {
        opened.bo.pk,
        opened.ines.pk,
    }
    assert Step.objects.filter(verb="circles.met").count() == 2
    assert Meeting.objects.count() == 1
    assert set(Confirmation.objects.values_list("helped", flat=True)) == {"yes", "somewhat"}


def test_not_yet_is_asked_again_at_thirty_days_and_then_counts_as_no(opened):
    introduction = Introduction.objects.get()
    with clock.at(introduction.opened_at + timedelta(days=8)):
        actions.say_whether_we_met(membership=opened.bo, introduction=introduction, met=False)
    mine = FollowUp.objects.filter(membership=opened.bo.pk, closed_at__isnull=True)
    assert [row.due_at for row in mine] == [introduction.opened_at + timedelta(days=30)]
    assert not Confirmation.objects.exists()
    with clock.at(introduction.opened_at + timedelta(days=31)):
        actions.say_whether_we_met(membership=opened.bo, introduction=introduction, met=False)
    assert Confirmation.objects.get().happened is False


def test_today_shows_what_to_answer_and_when_to_say_whether_we_met(proposed, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        rows = list(TODAY["introductions"](proposed.bo.person, [proposed.bo]))
    assert len(rows) == 1
    assert "Ines" not in rows[0].title + rows[0].detail
    for who in (proposed.bo, proposed.ines):
        actions.answer(membership=who, introduction=proposed.introduction, yes=True)
    assert list(TODAY["introductions"](proposed.bo.person, [proposed.bo])) == []
    with clock.at(clock.now() + timedelta(days=8)):
        rows = list(TODAY["introductions"](proposed.bo.person, [proposed.bo]))
    assert rows[0].title == "Did you and Ines meet?"


def test_suggest_someone_agrees_and_proposes(cast):
    for who in (cast.bo, cast.ines):
        Trait.objects.create(person=who.person, kind="interest", tag="film")
    agree(cast.ines)
    client = cast.sign_in(cast.bo)
    assert "Yes, suggest people I could meet" in client.get(url("introductions")).content.decode()
    assert client.post(url("suggest")).url == url("introductions")
    look_for(membership_id=cast.bo.pk)
    assert Introduction.objects.get().first_id in (cast.bo.pk, cast.ines.pk)


def test_suggest_someone_says_what_happens_whether_or_not_somebody_fits(cast):
    response = cast.sign_in(cast.bo).post(url("suggest"), follow=True)
    assert "We are looking." in response.content.decode()
    look_for(membership_id=cast.bo.pk)
    assert not Introduction.objects.exists()


def test_a_first_meeting_can_be_planned_from_an_opened_introduction_only(opened):
    introduction = Introduction.objects.get()
    assert _from_introduction(opened.bo, introduction.pk).thing == introduction
    assert _from_introduction(opened.sol, introduction.pk) is None
    fresh = propose(community=opened.community, pair=(opened.bo.pk, opened.sol.pk), reasons=[])
    assert _from_introduction(opened.bo, fresh.pk) is None


@pytest.fixture
def topic(cast):
    """An anonymous topic by Ines in which Bo and Sol answered; all agreed to introductions."""
    found = start_topic(membership=cast.ines, title="Nights", text="Hard nights.", anonymous=True)
    for who in (cast.bo, cast.sol):
        reply(membership=who, topic=found, text="Hello.")
    agree(cast.bo, cast.sol, cast.ines, cast.dee)
    return found


def test_the_step_offline_leads_to_the_form_with_the_topic(topic):
    assert OFFLINE_STEPS["introduce"].url(topic) == url("introduce") + f"?topic={topic.pk}"
    assert OFFLINE_STEPS["circle"].url(topic) == url("start") + f"?topic={topic.pk}"


def test_the_form_never_names_or_numbers_an_anonymous_author(cast, topic):
    page = cast.sign_in(cast.dee).get(url("introduce") + f"?topic={topic.pk}").content.decode()
    main = page.split("<main")[1]
    assert "The person who asked" in main
    assert "Ines" not in main
    assert f'value="{cast.ines.pk}"' not in main
    assert "Bo" in main


def test_introducing_oneself_to_the_person_who_asked(cast, topic):
    client = cast.sign_in(cast.bo)
    response = client.post(url("introduce") + f"?topic={topic.pk}", {"one": "me", "other": "asker"})
    assert response.status_code == 303
    made = Introduction.objects.get()
    assert made.asker_id == cast.ines.pk
    assert Link.objects.filter(source_type="conversations.topic", target_type="circles.introduction").exists()
    assert "Ines" not in client.get(url("introduction", made.pk)).content.decode()
    theirs = cast.sign_in(cast.ines).get(url("introduction", made.pk)).content.decode()
    assert "Your name is hidden in that conversation" in theirs
    assert not re.search(r"\bBo\b", theirs.split("<main")[1])
    actions.answer(membership=cast.ines, introduction=made, yes=True)
    assert "Ines" in client.get(url("introduction", made.pk)).content.decode()


def test_introducing_two_others_names_who_had_the_idea(cast, topic):
    cast.sign_in(cast.dee).post(
        url("introduce") + f"?topic={topic.pk}", {"one": str(cast.bo.pk), "other": str(cast.sol.pk)}
    )
    made = Introduction.objects.get()
    page = cast.sign_in(cast.bo).get(url("introduction", made.pk)).content.decode()
    assert "Dee thinks you two should meet" in page
    assert "Sol" not in page.split("<main")[1]


def test_choosing_one_person_twice_is_a_clear_mistake(cast, topic):
    response = cast.sign_in(cast.dee).post(
        url("introduce") + f"?topic={topic.pk}", {"one": str(cast.bo.pk), "other": str(cast.bo.pk)}
    )
    assert response.status_code == 422
    assert "Choose two different people." in response.content.decode()


def test_a_block_and_a_pair_of_late_get_the_same_refusal(cast, topic):
    Block.objects.create(blocker=cast.bo.person, blocked=cast.sol.person)
    with pytest.raises(Refused) as blocked:
        actions.introduce(membership=cast.dee, topic=topic, one=cast.bo, other=cast.sol)
    Block.objects.all().delete()
    propose(community=cast.community, pair=(cast.bo.pk, cast.sol.pk), reasons=[])
    with pytest.raises(Refused) as again:
        actions.introduce(membership=cast.dee, topic=topic, one=cast.bo, other=cast.sol)
    assert str(blocked.value) == str(again.value)


def test_somebody_who_did_not_agree_cannot_be_chosen(cast):
    found = start_topic(membership=cast.ines, title="Nights", text="Hard nights.")
    agree(cast.bo)
    with pytest.raises(Refused):
        actions.introduce(membership=cast.bo, topic=found, one=cast.bo, other=cast.ines)
    page = cast.sign_in(cast.bo).get(url("introduce") + f"?topic={found.pk}").content.decode()
    assert "Nobody to introduce here yet" in page


def test_the_author_of_a_fresh_support_request_cannot_be_chosen(cast):
    found = start_topic(membership=cast.ines, title="Nights", text="Hard.", kind="support")
    agree(cast.bo, cast.ines)
    with pytest.raises(Refused):
        actions.introduce(membership=cast.bo, topic=found, one=cast.bo, other=cast.ines)


def test_a_topic_one_may_not_read_cannot_be_used(cast):
    found = start_topic(membership=cast.ines, title="Nights", text="Hard.", audience="supporters")
    assert cast.sign_in(cast.bo).get(url("introduce") + f"?topic={found.pk}").status_code == 404
    assert cast.sign_in(cast.bo).get(url("introduce")).status_code == 404


def test_leaving_ends_what_is_open_and_forgets_the_reasons(proposed):
    actions.answer(membership=proposed.bo, introduction=proposed.introduction, yes=True)
    assert export(proposed.bo.person)["introductions"][0]["my_answer"] == "yes"
    assert export(proposed.ines.person)["introductions"] == []
    erase(proposed.ines.person)
    found = Introduction.objects.get()
    assert found.reasons == []
    assert found.is_over(clock.now())


def test_the_list_costs_the_same_however_many(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from tests.cast import make_member

    client = cast.sign_in(cast.bo)
    propose(community=cast.community, pair=(cast.bo.pk, cast.ines.pk), reasons=[])
    client.get(url("introductions"))
    with CaptureQueriesContext(connection) as few:
        client.get(url("introductions"))
    for number in range(7):
        other = make_member(cast.community, f"More{number}")
        propose(community=cast.community, pair=(cast.bo.pk, other.pk), reasons=[{"kind": "interest", "value": "film"}])
    with django_assert_num_queries(len(few)):
        client.get(url("introductions"))


def test_two_who_may_not_be_alone_are_refused_like_any_pair_and_two_yeses_open_nothing(cast, topic, proposed):
    agree(cast.sol, cast.ines)
    say_under_18(person=cast.ines.person, under_18=True)
    with pytest.raises(Refused, match="cannot be introduced just now"):
        actions.introduce(membership=cast.bo, topic=topic, one=cast.sol, other=cast.ines)
    for who in (cast.bo, cast.ines):
        actions.answer(membership=who, introduction=proposed.introduction, yes=True)
    assert not Conversation.objects.exists()
    assert seen(proposed, cast.bo).state == "waiting"
