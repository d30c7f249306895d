"""Nobody waits in vain: who is told, when, and that it happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import make_member
from tests.world import run_outbox

from commonweal.communities.models import Role
from commonweal.conversations.actions import reply, start_topic
from commonweal.kit import clock
from commonweal.notices.models import Notice
from commonweal.people.models import Block
from commonweal.support import escalation
from commonweal.support.actions import acknowledge, ask_for_support, end_duty, go_on_duty
from commonweal.support.escalation import escalate_due
from commonweal.support.models import Escalation, SupportRequest
from commonweal.support.tells import of_telling
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db
Level = Escalation.Level


def _ask(cast, **fields):
    return ask_for_support(
        **{"membership": cast.ines, "text": "My mother came home.", "kinds": ["emotional"], **fields}
    )


def _levels(request):
    return set(request.escalations.values_list("level", flat=True))


def _told(level):
    step = next(s for s in Step.objects.filter(verb="support.told") if s.data["level"] == level)
    return {telling.person_id for telling in of_telling(step)}


def _later(request, **span):
    return clock.at(request.asked_at + timedelta(**span))


def test_those_on_duty_are_told_at_once_and_nobody_else(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    assert _levels(request) == {Level.ON_DUTY}
    assert _told(Level.ON_DUTY) == {cast.sol.person_id}


def test_with_nobody_on_duty_all_supporters_and_stewards_are_told_at_once(cast):
    request = _ask(cast)
    assert _levels(request) == {Level.SUPPORTERS}
    assert _told(Level.SUPPORTERS) == {cast.sol.person_id, cast.dee.person_id, cast.ada.person_id}
    with _later(request, minutes=16):
        assert escalate_due() == 1
    assert _levels(request) == {Level.SUPPORTERS, Level.STEWARDS}


@pytest.mark.parametrize(
    ("minutes", "level", "people"),
    [
        (65, Level.SUPPORTERS, {"Sol", "Dee", "Ada", "Kim"}),
        (200, Level.SHORT, {"Sol", "Dee", "Ada", "Kim"}),
        (300, Level.BROKEN, {"Sol", "Dee", "Ada", "Kim"}),
    ],
)
def test_after_a_pause_of_the_worker_everybody_is_told_once_and_nobody_is_left_out(cast, minutes, level, people):
    make_member(cast.community, "Kim", Role.SUPPORTER)
    go_on_duty(membership=cast.sol, hours=12)
    request = _ask(cast)
    run_outbox()
    Notice.objects.all().delete()
    with _later(request, minutes=minutes):
        assert [escalate_due(), escalate_due()] == [1, 0]
        run_outbox()
    assert _levels(request) == {Level.ON_DUTY, level}
    told = list(Notice.objects.values_list("person__memberships__display_name", flat=True))
    assert sorted(told) == sorted(people)


def test_a_duty_that_ended_counts_no_more(cast):
    go_on_duty(membership=cast.sol, hours=2)
    end_duty(membership=cast.sol)
    assert Level.ON_DUTY not in _levels(_ask(cast))


def test_without_an_acknowledgement_the_next_tier_is_told_after_fifteen_minutes_then_the_stewards(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    with _later(request, minutes=14):
        assert escalate_due() == 0
    with _later(request, minutes=15):
        assert escalate_due() == 1
    assert _levels(request) == {Level.ON_DUTY, Level.SUPPORTERS}
    with _later(request, minutes=31):
        assert escalate_due() == 1
    assert Level.STEWARDS in _levels(request)


def test_i_am_on_it_stops_the_next_tier_for_as_long_as_it_holds(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    acknowledge(membership=cast.sol, request=request)
    with _later(request, minutes=19):
        assert escalate_due() == 0
    with _later(request, minutes=21):
        assert escalate_due() == 1
    assert _levels(request) == {Level.ON_DUTY, Level.SUPPORTERS}


def test_saying_it_again_begins_the_twenty_minutes_anew(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    acknowledge(membership=cast.sol, request=request)
    with _later(request, minutes=18):
        acknowledge(membership=cast.sol, request=request)
    with _later(request, minutes=37):
        assert escalate_due() == 0


def test_a_reply_stops_the_next_tier_but_not_the_warning_that_time_is_short(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    reply(membership=cast.bo, topic=request.topic, text="Hello.")
    with _later(request, minutes=40):
        assert escalate_due() == 0
    with _later(request, minutes=181):
        assert escalate_due() == 1
    assert _levels(request) == {Level.ON_DUTY, Level.SHORT}


def test_a_broken_promise_is_recorded_once_and_told_to_all_when_only_those_on_duty_knew(cast):
    go_on_duty(membership=cast.sol, hours=2)
    request = _ask(cast)
    acknowledge(membership=cast.sol, request=request)
    with _later(request, hours=5):
        assert escalate_due() == 1  # all supporters hear of it too: only those on duty knew
        assert escalate_due() == 0
    assert Step.objects.filter(verb="support.promise_broken").count() == 1
    assert _told(Level.BROKEN) == {cast.sol.person_id, cast.dee.person_id, cast.ada.person_id}
    assert SupportRequest.objects.get().broken_at is not None


def test_a_broken_promise_of_which_everybody_knew_is_told_to_the_stewards(cast):
    request = _ask(cast)
    with _later(request, hours=5):
        assert escalate_due() == 1
    assert _told(Level.BROKEN) == {cast.dee.person_id, cast.ada.person_id}


def test_an_answered_request_is_left_alone(cast):
    request = _ask(cast)
    for who in (cast.bo, cast.sol):
        reply(membership=who, topic=request.topic, text="Hello.")
    with _later(request, hours=9):
        assert escalate_due() == 0


def test_a_first_topic_is_no_alarm_but_its_promise_is_kept_all_the_same(cast):
    topic = start_topic(membership=cast.ines, title="Hello", text="I am new.")
    request = SupportRequest.objects.get(topic=topic)
    assert _levels(request) == set()
    with _later(request, hours=2):
        assert escalate_due() == 0
    with _later(request, hours=19):
        escalate_due()
    assert _levels(request) == {Level.SHORT}
    with _later(request, hours=25):
        escalate_due()
    assert _levels(request) == {Level.SHORT, Level.BROKEN}


def test_somebody_kept_apart_from_the_asker_is_never_told(cast):
    Block.objects.create(blocker=cast.ines.person, blocked=cast.sol.person)
    request = _ask(cast)
    assert cast.sol.pk not in escalation.tier(request, Level.SUPPORTERS)


def test_a_supporter_who_asks_is_not_told_of_themselves(cast):
    request = _ask(cast, membership=cast.sol)
    assert cast.sol.pk not in escalation.tier(request, Level.SUPPORTERS)


def test_no_notice_names_the_asker_or_says_what_they_wrote(cast):
    _ask(cast, title="My secret", anonymous=True)
    for step in Step.objects.filter(verb="support.told"):
        for telling in of_telling(step):
            sentence = str(telling.text) % telling.params
            assert "Ines" not in sentence
            assert "secret" not in sentence


def test_watching_costs_three_queries_however_many_wait(cast, django_assert_num_queries):
    go_on_duty(membership=cast.sol, hours=2)
    for number in range(12):
        _ask(cast, text=f"Request {number}")
    with django_assert_num_queries(3):
        escalate_due()


def test_a_conversation_that_its_author_closed_waits_no_more(cast):
    request = _ask(cast)
    request.topic.closed_at = clock.now()
    request.topic.save()
    with _later(request, hours=9):
        assert escalate_due() == 0
