"""The promise: two human replies by different people before a deadline."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from commonweal.conversations.actions import reply, restore_post, start_topic, take_back_post, withhold_post
from commonweal.conversations.models import Audience
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.support.actions import ask_for_support, first_words, say_whether_it_helped
from commonweal.support.models import SupportRequest
from commonweal.trail.models import Confirmation, Step

pytestmark = pytest.mark.django_db


def _ask(cast, **fields):
    return ask_for_support(
        **{"membership": cast.ines, "text": "My mother came home from hospital.", "kinds": ["emotional"], **fields}
    )


def test_a_request_names_its_kinds_of_help_and_is_promised_within_four_hours(cast):
    request = _ask(cast, kinds=["tangible", "emotional"])
    assert [need.kind for need in request.needs.all()] == ["emotional", "tangible"]
    assert request.promise_due_at - request.asked_at == timedelta(hours=4)
    assert request.topic.kind == "support"


def test_a_request_without_a_kind_of_help_is_refused_beside_the_field(cast):
    with pytest.raises(Refused) as refusal:
        _ask(cast, kinds=[])
    assert refusal.value.field == "kinds"


def test_the_first_words_become_the_title(cast):
    assert _ask(cast).topic.title == "My mother came home from hospital."
    long = first_words("a word " * 40)
    assert long.endswith(("word…", "a…"))
    assert len(long) <= 60


def test_sending_twice_asks_once(cast):
    submission = uuid.uuid4()
    assert _ask(cast, submission=submission).pk == _ask(cast, submission=submission).pk
    assert SupportRequest.objects.count() == 1


def test_two_replies_by_two_people_keep_the_promise(cast):
    request = _ask(cast)
    reply(membership=cast.bo, topic=request.topic, text="I have been there.")
    request.refresh_from_db()
    assert (request.replies, request.answered_at) == (1, None)
    reply(membership=cast.sol, topic=request.topic, text="Me too.")
    request.refresh_from_db()
    assert request.replies == 2
    assert request.answered_at is not None


def test_two_replies_by_one_person_do_not_keep_it(cast):
    request = _ask(cast)
    reply(membership=cast.bo, topic=request.topic, text="I have been there.")
    reply(membership=cast.bo, topic=request.topic, text="And one more thing.")
    request.refresh_from_db()
    assert (request.replies, request.answered_at) == (1, None)


def test_an_answer_taken_back_counts_no_more_and_counts_again_when_it_is_brought_back(cast):
    request = _ask(cast)
    first = reply(membership=cast.bo, topic=request.topic, text="I have been there.")
    second = reply(membership=cast.sol, topic=request.topic, text="Me too.")
    take_back_post(membership=cast.sol, post=second)
    request.refresh_from_db()
    assert (request.replies, request.answered_at) == (1, None)
    assert request.first_reply_at == request.human_replies.get().at
    take_back_post(membership=cast.bo, post=first)
    request.refresh_from_db()
    assert (request.replies, request.first_reply_at) == (0, None)
    restore_post(membership=cast.sol, post=second)
    restore_post(membership=cast.bo, post=first)
    request.refresh_from_db()
    assert request.replies == 2
    assert request.answered_at is not None


def test_somebody_elses_answer_takes_the_place_of_the_one_taken_back(cast):
    request = _ask(cast)
    first = reply(membership=cast.bo, topic=request.topic, text="I have been there.")
    reply(membership=cast.sol, topic=request.topic, text="Me too.")
    reply(membership=cast.dee, topic=request.topic, text="So have I.")
    reply(membership=cast.bo, topic=request.topic, text="One thing more.")
    take_back_post(membership=cast.bo, post=first)
    request.refresh_from_db()
    assert request.replies == 2
    assert request.answered_at is not None


def test_what_the_stewards_put_aside_is_no_answer(cast):
    request = _ask(cast)
    post = reply(membership=cast.bo, topic=request.topic, text="Pull yourself together.")
    withhold_post(steward=cast.dee, post=post)
    request.refresh_from_db()
    assert request.replies == 0


def test_ones_own_reply_does_not_count(cast):
    request = _ask(cast)
    reply(membership=cast.ines, topic=request.topic, text="I should add something.")
    request.refresh_from_db()
    assert request.replies == 0


def test_the_asker_and_those_who_answer_have_had_support_as_an_online_contact(cast):
    request = _ask(cast)
    for who in (cast.bo, cast.sol):
        reply(membership=who, topic=request.topic, text="Hello.")
    assert set(Step.objects.filter(verb="support.replied").values_list("actor", flat=True)) == {cast.bo.pk, cast.sol.pk}
    assert list(Step.objects.filter(verb="support.answered").values_list("actor", flat=True)) == [cast.ines.pk]


def test_a_newcomers_first_topic_of_any_kind_waits_for_two_people_for_a_day(cast):
    topic = start_topic(membership=cast.ines, title="Hello", text="I am new here.")
    waiting = SupportRequest.objects.get(topic=topic)
    assert waiting.sort == "first"
    assert waiting.promise_due_at - waiting.asked_at == timedelta(hours=24)


def test_a_second_topic_and_a_stewards_topic_do_not_wait(cast):
    start_topic(membership=cast.ines, title="Hello", text="I am new here.")
    start_topic(membership=cast.ines, title="Again", text="One more thing.")
    start_topic(membership=cast.dee, title="News", text="From the stewards.")
    assert SupportRequest.objects.count() == 1


def test_a_support_request_as_first_topic_waits_once_and_for_four_hours(cast):
    _ask(cast)
    assert SupportRequest.objects.get().sort == "support"


def test_the_asker_says_that_it_helped_and_that_closes_the_request(cast):
    request = _ask(cast)
    reply(membership=cast.bo, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    say_whether_it_helped(membership=cast.ines, request=request, helped="somewhat")
    said = Confirmation.objects.get(subject_type="support.supportrequest", subject_id=request.pk)
    assert (said.membership, said.helped, said.happened) == (cast.ines.pk, "somewhat", True)
    assert SupportRequest.objects.get().closed_at is not None


def test_nobody_else_can_say_that_it_helped_and_nobody_can_before_an_answer(cast):
    request = _ask(cast)
    with pytest.raises(Refused):
        say_whether_it_helped(membership=cast.ines, request=request, helped="yes")
    reply(membership=cast.bo, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    with pytest.raises(Refused):
        say_whether_it_helped(membership=cast.bo, request=request, helped="yes")
    with pytest.raises(Refused):
        say_whether_it_helped(membership=cast.ines, request=request, helped="very")


def test_no_text_of_a_request_enters_the_trail(cast):
    _ask(cast, text="A very private sentence.", title="Secret title", audience=Audience.SUPPORTERS, anonymous=True)
    everything = " ".join(str(step.data) for step in Step.objects.all())
    assert "private" not in everything
    assert "Secret" not in everything


def test_deadlines_follow_the_clock_of_the_project(cast):
    moment = clock.now() - timedelta(days=30)
    with clock.at(moment):
        request = _ask(cast)
    assert request.promise_due_at == moment + timedelta(hours=4)
