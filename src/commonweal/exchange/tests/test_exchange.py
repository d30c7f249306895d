from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_community, make_member

from commonweal.communities.actions import agree_vetting, begin_vetting
from commonweal.communities.models import Access, Community, Membership
from commonweal.communities.registries import NEED_YOU, YOU_SAID
from commonweal.conversations.models import Audience, Participant, Topic, Watch
from commonweal.exchange import hooks, personal, tells
from commonweal.exchange.actions import (
    agree_handover,
    make_entry,
    propose_handover,
    take_back,
    today_in,
    withdraw_entry,
)
from commonweal.exchange.handovers import fall_through, say_it_happened, thank
from commonweal.exchange.jobs import close_what_ran_out
from commonweal.exchange.models import Agreement, Closure, Completion, Entry, Handover, Thanks
from commonweal.kit import clock
from commonweal.kit.errors import Refused
from commonweal.people.actions import say_under_18
from commonweal.people.models import Block
from commonweal.trail.actions import type_of
from commonweal.trail.models import FollowUp, Link, Step


def made(author: Membership, **facts: Any) -> Entry:
    until = today_in(author.community) + timedelta(days=14)
    defaults = {"kind": "ask", "what": "thing", "title": "A ladder for Saturday", "until": until}
    return make_entry(membership=author, **{**defaults, **facts})


def answered(entry: Entry, member: Membership, words: str = "I have one, come any time.") -> Handover:
    return propose_handover(membership=member, entry=entry, words=words)


def agreed(entry: Entry, member: Membership) -> Handover:
    handover = answered(entry, member)
    agree_handover(membership=entry.author, handover=handover)
    handover.refresh_from_db()
    return handover


def steps(verb: str) -> list[Step]:
    return list(Step.objects.filter(verb=f"exchange.{verb}").order_by("at", "pk"))


def told(verb: str, tell: Any) -> list[int]:
    return [telling.person_id for step in steps(verb) for telling in tell(step)]


def entry_page(cast: Cast, who: Any, entry: Entry) -> str:
    client = cast.sign_in(who) if who else Client()
    return client.get(reverse("exchange:entry", args=["riverside", entry.pk])).content.decode()


# Asking and offering


def test_an_offer_from_a_topic_is_filled_in_linked_and_told_to_its_followers(cast: Cast) -> None:
    topic = Topic.objects.create(community=cast.community, author=cast.ines, title="My fence fell over")
    Watch.objects.create(topic=topic, membership=cast.ines)
    client = cast.sign_in(cast.bo)
    url = f"{reverse('exchange:new', args=['riverside'])}?topic={topic.pk}&kind=offer"
    assert 'value="My fence fell over"' in client.get(url).content.decode()
    until = today_in(cast.community) + timedelta(days=5)
    answer = client.post(url, {"kind": "offer", "what": "time", "title": "Mending your fence", "until": until})
    entry = Entry.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/c/riverside/exchange/{entry.pk}/")
    assert Link.objects.filter(source_id=topic.pk, target_type=type_of(entry), target_id=entry.pk).exists()
    assert told("made", tells.of_making) == [cast.ines.person_id]


def test_words_said_to_supporters_only_do_not_fill_in_a_form_for_everyone(cast: Cast) -> None:
    topic = Topic.objects.create(
        community=cast.community, author=cast.ines, title="A private trouble", audience=Audience.SUPPORTERS
    )
    url = f"{reverse('exchange:new', args=['riverside'])}?topic={topic.pk}"
    assert "A private trouble" not in cast.sign_in(cast.sol).get(url).content.decode()


def test_a_refused_form_keeps_what_was_typed(cast: Cast) -> None:
    data = {"kind": "ask", "what": "lift", "title": "To the clinic", "until": "2020-01-01"}
    answer = cast.sign_in(cast.bo).post(reverse("exchange:new", args=["riverside"]), data)
    assert answer.status_code == 422
    assert 'value="To the clinic"' in answer.content.decode()
    assert "This day has passed" in answer.content.decode()


def test_the_board_shows_asks_or_offers_and_one_kind_of_thing(cast: Cast) -> None:
    made(cast.bo, title="A ladder")
    made(cast.sol, title="A walk", kind="offer", what="company")
    client = cast.sign_in(cast.ines)

    def board(query: str) -> str:
        return client.get(reverse("exchange:list", args=["riverside"]) + query).content.decode()

    assert all(title in board("") for title in ("A ladder", "A walk"))
    assert "A walk" not in board("?kind=ask")
    assert "A ladder" not in board("?what=company")


def test_what_ran_out_or_was_taken_back_leaves_the_board_and_those_concerned_hear_once(cast: Cast) -> None:
    old, unwanted = made(cast.bo, until=today_in(cast.community)), made(cast.bo, title="A saw")
    answered(unwanted, cast.sol)
    withdraw_entry(membership=cast.bo, entry=unwanted)
    with clock.at(clock.now() + timedelta(days=2)):
        close_what_ran_out()
        close_what_ran_out()
    assert [c.reason for c in Closure.objects.order_by("at")] == ["withdrawn", "expired"]
    assert sorted(told("closed", tells.of_closing)) == sorted([cast.sol.person_id, cast.bo.person_id])
    assert "A ladder" not in cast.sign_in(cast.sol).get(reverse("exchange:list", args=["riverside"])).content.decode()
    with pytest.raises(Refused):
        answered(Entry.objects.get(pk=old.pk), cast.sol)


def test_making_twice_with_one_submission_makes_one(cast: Cast) -> None:
    key = uuid.uuid4()
    assert made(cast.bo, submission=key) == made(cast.bo, submission=key)


# Agreeing


def test_the_owner_agrees_with_one_and_the_others_are_told_kindly(cast: Cast) -> None:
    entry = made(cast.bo)
    other = answered(entry, cast.ines)
    handover = agreed(entry, cast.sol)
    assert told("proposed", tells.of_proposing) == [cast.bo.person_id] * 2
    assert sorted(told("agreed", tells.of_agreeing)) == sorted([cast.sol.person_id, cast.ines.person_id])
    with pytest.raises(Refused):
        agree_handover(membership=cast.bo, handover=other)
    talking = Participant.objects.filter(conversation=handover.conversation)
    assert set(talking.values_list("membership_id", flat=True)) == {cast.bo.pk, cast.sol.pk}
    assert FollowUp.objects.count() == 4


def test_nobody_learns_what_was_answered_but_the_owner(cast: Cast) -> None:
    entry = made(cast.bo)
    answered(entry, cast.sol, "my number is 555-0101")
    assert "555-0101" in entry_page(cast, cast.bo, entry)
    for who in (cast.ines, cast.dee, None):
        assert "555-0101" not in entry_page(cast, who, entry)


def test_of_two_agreements_at_the_same_moment_one_is_refused(in_threads: Any, request: pytest.FixtureRequest) -> None:
    cast: Cast = request.getfixturevalue("cast")
    entry = made(cast.bo)
    one, other = answered(entry, cast.sol), answered(entry, cast.ines)
    results = in_threads(
        lambda: agree_handover(membership=cast.bo, handover=one),
        lambda: agree_handover(membership=cast.bo, handover=other),
    )
    assert sorted(type(result).__name__ for result in results) == ["Agreement", "Refused"]
    assert Agreement.objects.count() == 1


def test_what_falls_through_is_open_again_for_those_who_stand_by(cast: Cast) -> None:
    entry = made(cast.bo)
    standby = answered(entry, cast.ines)
    handover = agreed(entry, cast.sol)
    fall_through(membership=cast.sol, handover=handover)
    assert told("fell_through", tells.of_falling_through) == [cast.bo.person_id]
    assert not FollowUp.objects.filter(closed_at__isnull=True).exists()
    agree_handover(membership=cast.bo, handover=standby)
    assert Agreement.objects.get(ended_at__isnull=True).handover == standby


def test_an_answer_can_be_taken_back_and_given_again(cast: Cast) -> None:
    entry = made(cast.bo)
    handover = answered(entry, cast.sol)
    take_back(membership=cast.sol, handover=handover)
    assert list(hooks.answers_waiting(cast.bo.person, [cast.bo])) == []
    answered(entry, cast.sol)
    assert [row.group for row in hooks.answers_waiting(cast.bo.person, [cast.bo])] == [NEED_YOU]


# It happened


def test_it_counts_for_both_once_when_both_say_so_and_closes_the_entry(cast: Cast) -> None:
    entry = made(cast.bo)
    handover = agreed(entry, cast.sol)
    say_it_happened(membership=cast.sol, handover=handover, happened=True, helped="yes")
    assert steps("handed_over") == []
    assert told("confirmed", tells.of_confirming) == [cast.bo.person_id]
    say_it_happened(membership=cast.bo, handover=handover, happened=False)
    assert not Completion.objects.exists()
    say_it_happened(membership=cast.bo, handover=handover, happened=True, helped="yes")
    say_it_happened(membership=cast.bo, handover=handover, happened=True, helped="somewhat")
    assert {step.actor for step in steps("handed_over")} == {cast.bo.pk, cast.sol.pk}
    assert len(steps("handed_over")) == 2
    assert Entry.objects.get().closure.reason == "done"


def test_thanks_is_one_sentence_between_the_two(cast: Cast) -> None:
    entry = made(cast.bo)
    handover = agreed(entry, cast.sol)
    with pytest.raises(Refused):
        thank(membership=cast.bo, handover=handover, text="Too early")
    for member in (cast.bo, cast.sol):
        say_it_happened(membership=member, handover=handover, happened=True)
    url = reverse("exchange:thanks", args=["riverside", handover.pk])
    assert cast.sign_in(cast.bo).post(url, {"text": "You saved my Saturday."}).status_code == 303
    assert told("thanked", tells.of_thanks) == [cast.sol.person_id]
    assert "You saved my Saturday." in entry_page(cast, cast.sol, entry)
    assert "You saved my Saturday." not in entry_page(cast, cast.ines, entry)


def test_today_names_what_was_promised_and_asks_after_a_week_until_one_has_answered(cast: Cast) -> None:
    handover = agreed(made(cast.bo), cast.sol)
    assert [row.group for row in hooks.promised(cast.sol.person, [cast.sol])] == [YOU_SAID]
    with clock.at(clock.now() + timedelta(days=8)):
        assert [row.group for row in hooks.promised(cast.sol.person, [cast.sol])] == [NEED_YOU]
        say_it_happened(membership=cast.sol, handover=handover, happened=True)
        assert list(hooks.promised(cast.sol.person, [cast.sol])) == []
        assert [row.group for row in hooks.promised(cast.bo.person, [cast.bo])] == [NEED_YOU]


# Who may do what


def test_only_the_two_can_act_on_what_is_between_them(cast: Cast) -> None:
    handover = agreed(made(cast.bo), cast.sol)
    for name in ("happened", "fell_through", "thanks", "agree", "take_back"):
        url = reverse(f"exchange:{name}", args=["riverside", handover.pk])
        assert cast.sign_in(cast.ines).post(url).status_code == 404
        assert cast.sign_in(cast.ada).post(url).status_code == 404
    with pytest.raises(Refused):
        say_it_happened(membership=cast.ada, handover=handover, happened=True)


def test_people_kept_apart_meet_nowhere_in_the_exchange(cast: Cast) -> None:
    entry = made(cast.bo)
    early = answered(entry, cast.ines)
    Block.objects.create(blocker=cast.bo.person, blocked=cast.ines.person)
    client = cast.sign_in(cast.ines)
    assert "A ladder" not in client.get(reverse("exchange:list", args=["riverside"])).content.decode()
    assert client.get(reverse("exchange:entry", args=["riverside", entry.pk])).status_code == 404
    assert "Ines" not in entry_page(cast, cast.bo, entry)
    assert list(hooks.answers_waiting(cast.bo.person, [cast.bo])) == []
    with pytest.raises(Refused):
        agree_handover(membership=cast.bo, handover=early)
    with pytest.raises(Refused):
        answered(entry, cast.ines)


def test_a_closed_community_hides_its_board_from_strangers_and_other_members(cast: Cast) -> None:
    entry = made(cast.bo)
    Community.objects.update(access=Access.REQUEST)
    assert cast.sign_in(cast.chen).get(reverse("exchange:list", args=["riverside"])).status_code == 404
    elsewhere = make_member(make_community("hillside"), "Hill")
    url = reverse("exchange:entry", args=["hillside", entry.pk])
    assert cast.sign_in(elsewhere).get(url).status_code == 404


def test_when_an_account_goes_its_promises_fall_through_and_its_words_are_forgotten(cast: Cast) -> None:
    mine, theirs = made(cast.sol, text="At my door"), made(cast.bo)
    agreed(theirs, cast.sol)
    assert personal.export(cast.sol.person)["entries"][0]["text"] == "At my door"
    personal.erase(cast.sol.person)
    assert Entry.objects.get(pk=mine.pk).text == ""
    assert not Agreement.objects.filter(ended_at__isnull=True).exists()
    assert Handover.objects.get().words == ""
    assert not Thanks.objects.exists()


@pytest.mark.parametrize("members", [50, 50_000])
def test_the_board_costs_the_same_however_many_members_there_are(
    cast: Cast, members: int, django_assert_max_num_queries: Any
) -> None:
    Membership.objects.bulk_create(
        [Membership(community=cast.community, display_name=f"M{n}") for n in range(members)], batch_size=5000
    )
    for n in range(30):
        made((cast.bo, cast.sol, cast.dee)[n % 3], title=f"Thing {n}")
    client = cast.sign_in(cast.ines)
    url = reverse("exchange:list", args=["riverside"])
    client.get(url)
    with django_assert_max_num_queries(8):
        assert client.get(url).content.decode().count('class="what"') == 20


def test_somebody_under_18_agrees_with_nobody_whom_stewards_did_not_vet(cast: Cast) -> None:
    entry = made(cast.ines)
    before = answered(entry, cast.bo)
    say_under_18(person=cast.ines.person, under_18=True)
    with pytest.raises(Refused):
        agree_handover(membership=cast.ines, handover=before)
    with pytest.raises(Refused):
        answered(entry, cast.sol)
    begin_vetting(membership=cast.dee, member=cast.sol)
    agree_vetting(membership=cast.ada, member=cast.sol)
    assert agreed(entry, cast.sol).conversation is not None
