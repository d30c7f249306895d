"""Opinion maps: one statement at a time, no number before the end."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from commonweal.decisions import jobs, opinion_actions, queries, tells
from commonweal.decisions.models import Answer, OpinionMap, Statement
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.models import Block
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(cast) -> OpinionMap:
    return opinion_actions.open_map(
        membership=cast.ada,
        question="What should change?",
        closes_at=clock.now() + timedelta(days=7),
        first_statements=["More benches", "Fewer cars"],
    )


def url(opened: OpinionMap, name: str = "map", *more: int) -> str:
    return reverse(f"decisions:{name}", args=["riverside", opened.pk, *more])


def test_the_least_seen_statement_comes_next_until_all_are_answered(cast, opened):
    benches, cars = Statement.objects.order_by("pk")
    opinion_actions.answer(membership=cast.bo, statement=benches, choice=1)
    assert queries.next_statement(opened, cast.sol) == cars
    assert queries.next_statement(opened, cast.bo) == cars
    opinion_actions.answer(membership=cast.bo, statement=cars, choice=-1)
    assert queries.next_statement(opened, cast.bo) is None


def test_writing_a_statement_is_agreeing_with_it(cast, opened):
    statement = opinion_actions.state(membership=cast.bo, opinion_map=opened, text="  A   crossing ")
    assert statement.text == "A crossing"
    assert Answer.objects.get(statement=statement).choice == 1


@pytest.mark.parametrize("text", ["", "x" * 141, "more BENCHES"])
def test_empty_long_and_repeated_statements_are_refused_and_kept(cast, opened, text):
    response = cast.sign_in(cast.bo).post(url(opened, "state"), {"text": text, "submission": uuid.uuid4()})
    assert response.status_code == 422
    assert text in response.content.decode()
    assert Statement.objects.count() == 2


def test_an_answer_can_be_changed_until_the_map_closes(cast, opened):
    statement = Statement.objects.first()
    opinion_actions.answer(membership=cast.bo, statement=statement, choice=1)
    opinion_actions.answer(membership=cast.bo, statement=statement, choice=-1)
    assert Answer.objects.get(membership=cast.bo).choice == -1
    statement.refresh_from_db()
    assert statement.seen == 2
    with clock.at(opened.closes_at), pytest.raises(Refused, match="closed"):
        opinion_actions.answer(membership=cast.bo, statement=statement, choice=0)


def test_no_number_shows_before_the_end_and_all_of_them_after(cast, opened):
    for statement in Statement.objects.all():
        for who, choice in ((cast.bo, 1), (cast.sol, -1), (cast.dee, 0)):
            opinion_actions.answer(membership=who, statement=statement, choice=choice)
    before = cast.sign_in(cast.dee).get(url(opened)).content.decode()
    assert "<progress" not in before
    assert Statement.objects.filter(agrees__isnull=False).count() == 0
    with clock.at(opened.closes_at + timedelta(minutes=1)):
        jobs.count_opinion_maps()
        jobs.count_opinion_maps()
        after = cast.sign_in(cast.dee).get(url(opened)).content.decode()
    assert "Agree: 2 of 4" in after
    assert "Disagree: 1 of 4" in after
    assert "4 people answered" in after
    statement = Statement.objects.first()
    assert (statement.agrees, statement.disagrees, statement.passes, statement.support) == (2, 1, 1, 500)
    assert Step.objects.filter(verb="decisions.map_counted").count() == 1
    told = [t.person_id for step in Step.objects.filter(verb="decisions.told_map") for t in tells.of_map(step)]
    assert len(told) == len(set(told)) == 4


def test_answering_one_at_a_time_through_the_page(cast, opened):
    client = cast.sign_in(cast.bo)
    for choice in (1, 0):
        statement = client.get(url(opened)).context["statement"]
        assert client.post(url(opened, "answer", statement.pk), {"choice": choice}).status_code == 303
    assert "You have answered everything there is" in client.get(url(opened)).content.decode()
    assert Answer.objects.filter(membership=cast.bo).count() == 2
    assert client.get(url(opened, "mine")).status_code == 200
    assert client.post(url(opened, "answer", statement.pk), {"choice": "nonsense"}).status_code == 303
    assert Answer.objects.filter(membership=cast.bo).count() == 2


def test_the_first_answer_is_an_online_contact_once(cast, opened):
    for statement in Statement.objects.all():
        opinion_actions.answer(membership=cast.bo, statement=statement, choice=1)
    assert Step.objects.filter(verb="decisions.answered", actor=cast.bo.pk).count() == 1


def test_a_block_hides_each_others_statements(cast, opened):
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ada.person)
    assert queries.next_statement(opened, cast.bo) is None
    statement = Statement.objects.first()
    client = cast.sign_in(cast.bo)
    assert client.post(url(opened, "answer", statement.pk), {"choice": 1}).status_code == 404


def test_a_withheld_statement_is_not_shown_or_answered(cast, opened):
    for statement in Statement.objects.all():
        opinion_actions.withhold(thing=statement, hidden=True)
    assert queries.next_statement(opened, cast.bo) is None
    with pytest.raises(Refused):
        opinion_actions.answer(membership=cast.bo, statement=statement, choice=1)
