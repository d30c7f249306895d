"""After the answers: "not yet", the questions a day and a week later; and who stands where in the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.conversations.actions import reply, take_back_post
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.support.actions import acknowledge, ask_for_support, say_whether_it_helped
from commonweal.support.aftercare import ask_further, ask_those_due, say_how_it_is
from commonweal.support.escalation import escalate_due
from commonweal.support.models import AfterCheck, Reopening
from commonweal.support.queries import waiting
from commonweal.support.tells import of_saying_whether
from commonweal.support.tells_requests import of_check
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db


def _ask(cast, **fields):
    return ask_for_support(
        **{"membership": cast.ines, "text": "My mother came home.", "kinds": ["emotional"], **fields}
    )


@pytest.fixture
def answered(cast):
    with clock.at(clock.now() - timedelta(hours=3)):
        request = _ask(cast)
        for who in (cast.bo, cast.sol):
            reply(membership=who, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    return request


def test_not_yet_puts_it_back_in_the_queue_with_a_new_promise(cast, answered):
    request = ask_further(membership=cast.ines, request=answered)
    assert (request.replies, request.is_waiting) == (0, True)
    assert request.promise_due_at - request.promised_at == timedelta(hours=4)
    assert list(waiting(cast.community, cast.sol)) == [request]
    assert set(request.escalations.values_list("level", flat=True)) == {2}
    before = Reopening.objects.get()
    assert before.answered_at == answered.answered_at
    assert set(before.answered_by.all()) == {cast.bo, cast.sol}


def test_the_same_people_can_answer_the_new_round_and_old_answers_do_not_count(cast, answered):
    request = ask_further(membership=cast.ines, request=answered)
    for who in (cast.bo, cast.sol):
        reply(membership=who, topic=request.topic, text="I am still here.")
    request.refresh_from_db()
    assert request.replies == 2
    take_back_post(membership=cast.bo, post=request.topic.posts.filter(author=cast.bo).last())
    request.refresh_from_db()
    assert (request.replies, request.answered_at) == (1, None)


def test_the_new_round_is_taken_further_like_the_first(cast, answered):
    request = ask_further(membership=cast.ines, request=answered)
    with clock.at(request.promised_at + timedelta(hours=5)):
        escalate_due()
    request.refresh_from_db()
    assert request.broken_at is not None


def test_not_yet_twice_is_refused_and_so_is_anybody_else(cast, answered):
    with pytest.raises(Refused):
        ask_further(membership=cast.bo, request=answered)
    ask_further(membership=cast.ines, request=answered)
    with pytest.raises(Refused):
        ask_further(membership=cast.ines, request=answered)
    assert Reopening.objects.count() == 1


def test_those_of_every_round_hear_that_it_helped(cast, answered):
    request = ask_further(membership=cast.ines, request=answered)
    reply(membership=cast.dee, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    say_whether_it_helped(membership=cast.ines, request=request, helped="yes")
    told = {one.person_id for one in of_saying_whether(Step.objects.get(verb="support.said_whether"))}
    assert told == {cast.bo.person_id, cast.sol.person_id, cast.dee.person_id}


def test_the_author_is_asked_once_after_a_day_and_once_after_a_week(cast):
    request = _ask(cast)
    for days, asked in ((0.9, 0), (1.1, 1), (1.2, 0), (7.1, 1), (7.2, 0)):
        with clock.at(request.asked_at + timedelta(days=days)):
            assert ask_those_due() == asked
    step = Step.objects.filter(verb="support.checked_on").first()
    assert [one.person_id for one in of_check(step)] == [cast.ines.person_id]


def test_nobody_is_asked_days_too_late_or_after_they_left(cast):
    request = _ask(cast)
    with clock.at(request.asked_at + timedelta(days=30)):
        assert ask_those_due() == 0
    second = _ask(cast, membership=cast.bo)
    cast.bo.state = "left"
    cast.bo.save()
    with clock.at(second.asked_at + timedelta(days=1.1)):
        assert ask_those_due() == 0


def test_only_the_author_sees_the_question_and_answers_it(cast):
    with clock.at(clock.now() - timedelta(hours=25)):
        request = _ask(cast)
    ask_those_due()
    url = reverse("conversations:topic", args=[cast.community.slug, request.topic_id])
    assert "How is it now?" in cast.sign_in(cast.ines).get(url).content.decode()
    for who in (cast.bo, cast.sol, cast.dee):
        assert "How is it now?" not in cast.sign_in(who).get(url).content.decode()
    with pytest.raises(Refused):
        say_how_it_is(membership=cast.sol, request=request, answer="better")
    with pytest.raises(Refused):
        say_how_it_is(membership=cast.ines, request=request, answer="splendid")
    say_how_it_is(membership=cast.ines, request=request, answer="harder")
    assert AfterCheck.objects.get(day=1).answer == "harder"
    for verb in ("support.checked_on", "support.asked"):
        assert "harder" not in str(Step.objects.filter(verb=verb).values_list("data", flat=True))
    with pytest.raises(Refused):
        say_how_it_is(membership=cast.ines, request=request, answer="same")


def test_the_queue_goes_by_deadline_then_by_need(cast):
    start = clock.now()
    with clock.at(start):
        early = _ask(cast, text="Early.")
    with clock.at(start + timedelta(minutes=30)):
        unanswered = _ask(cast, text="Unanswered.", membership=cast.bo)
    with clock.at(start + timedelta(minutes=60)):
        pressing = _ask(cast, text="Pressing.", urgency="Tonight is too much.")
        reply(membership=cast.dee, topic=early.topic, text="Hello.")
    rows = list(waiting(cast.community, cast.sol).order_by("turn_at", "id"))
    assert rows == [pressing, unanswered, early]


def test_urgency_is_shown_in_the_authors_own_words_to_those_who_answer(cast):
    _ask(cast, urgency="I do not know how to get through tonight.")
    url = reverse("support:queue", args=[cast.community.slug])
    assert "how to get through tonight" in cast.sign_in(cast.sol).get(url).content.decode()


def test_a_claim_shows_who_is_writing_for_twenty_minutes_and_locks_nobody_out(cast):
    with clock.at(clock.now() - timedelta(minutes=5)):
        request = _ask(cast)
        acknowledge(membership=cast.sol, request=request)
    dee, url = cast.sign_in(cast.dee), reverse("support:queue", args=[cast.community.slug])
    assert "Sol is writing" in dee.get(url).content.decode()
    acknowledge(membership=cast.dee, request=request)
    reply(membership=cast.dee, topic=request.topic, text="Hello.")
    request.refresh_from_db()
    assert request.replies == 1
    with clock.at(clock.now() + timedelta(minutes=21)):
        assert "Sol is writing" not in dee.get(url).content.decode()
