"""Who is proposed to whom, and who never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import make_member

from commonweal.circles.jobs import propose_in, propose_introductions
from commonweal.circles.matching import Profile, compare, pair_up, rarity
from commonweal.circles.models import Introduction
from commonweal.circles.proposing import find_matches, propose, propose_for, propose_round, willing
from commonweal.circles.reasons import in_words
from commonweal.circles.tells import of_proposing
from commonweal.conversations.actions import start_topic
from commonweal.kit import clock
from commonweal.people.models import Block, Consent, Trait
from commonweal.trail.actions import record
from commonweal.trail.models import Step

pytestmark = pytest.mark.django_db


def agree(*members):
    for member in members:
        Consent.objects.create(person=member.person, purpose="introductions", given=True)


def says(member, *tags, kind="experience"):
    for tag in tags:
        Trait.objects.create(person=member.person, kind=kind, tag=tag)


def pairs():
    return {frozenset(pair) for pair in Introduction.objects.values_list("first", "second")}


@pytest.fixture
def alike(cast):
    """Bo and Ines have both lived with grief and agreed to introductions."""
    agree(cast.bo, cast.ines)
    says(cast.bo, "grief")
    says(cast.ines, "grief")
    return cast


def test_two_people_with_a_shared_experience_are_proposed_to_each_other(alike):
    assert propose_round(alike.community) == 1
    assert pairs() == {frozenset((alike.bo.pk, alike.ines.pk))}


def test_both_are_told_and_nobody_is_named(alike):
    propose_round(alike.community)
    tellings = list(of_proposing(Step.objects.get(verb="circles.proposed")))
    assert {telling.person_id for telling in tellings} == {alike.bo.person_id, alike.ines.person_id}
    for telling in tellings:
        sentence = str(telling.text) % telling.params
        assert "Bo" not in sentence
        assert "Ines" not in sentence


def test_silence_is_a_no_and_a_taken_back_yes_is_a_no(cast):
    says(cast.bo, "grief")
    says(cast.ines, "grief")
    assert propose_round(cast.community) == 0
    agree(cast.bo, cast.ines)
    Consent.objects.create(person=cast.ines.person, purpose="introductions", given=False)
    assert propose_round(cast.community) == 0


def test_people_kept_apart_are_never_proposed(alike):
    Block.objects.create(blocker=alike.bo.person, blocked=alike.ines.person)
    assert propose_round(alike.community) == 0


def test_the_same_pair_is_not_proposed_again_for_a_hundred_and_eighty_days(alike):
    propose_round(alike.community)
    now = clock.now()
    with clock.at(now + timedelta(days=60)):
        assert propose_round(alike.community) == 0
    for person in (alike.bo.person, alike.ines.person):
        person.last_login = now + timedelta(days=181)
        person.save()
    with clock.at(now + timedelta(days=181)):
        assert propose_round(alike.community) == 1


def test_a_round_can_run_twice(alike):
    propose_in(community_id=alike.community.pk)
    propose_in(community_id=alike.community.pk)
    assert Introduction.objects.count() == 1


def test_a_member_never_has_more_than_two_open_proposals(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(5)]
    agree(cast.bo, *people)
    says(cast.bo, "grief")
    for person in people:
        says(person, "grief")
    start = clock.now()
    for hour in range(4):
        with clock.at(start + timedelta(hours=hour)):
            propose_round(cast.community)
    for member in (cast.bo, *people):
        mine = [pair for pair in pairs() if member.pk in pair]
        assert len(mine) <= 2


def test_nobody_gets_more_than_three_proposals_in_a_week(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(6)]
    agree(cast.bo, *people)
    says(cast.bo, "grief")
    for person in people:
        says(person, "grief")
    start = clock.now()
    for day in range(7):
        with clock.at(start + timedelta(hours=20 * day)):
            propose_for(cast.bo)
    assert len([pair for pair in pairs() if cast.bo.pk in pair]) == 3


def test_somebody_who_has_just_asked_for_support_is_left_in_peace_for_two_days(alike):
    start_topic(membership=alike.ines, title="Hard", text="Very hard.", kind="support")
    assert propose_round(alike.community) == 0
    with clock.at(clock.now() + timedelta(hours=49)):
        assert propose_round(alike.community) == 1


def test_a_person_who_has_not_been_here_for_long_is_not_proposed(alike):
    alike.ines.joined_at = clock.now() - timedelta(days=200)
    alike.ines.save()
    assert not willing(alike.community).filter(pk=alike.ines.pk).exists()


def test_the_most_isolated_choose_first(cast):
    agree(cast.bo, cast.ines, cast.sol)
    for member in (cast.bo, cast.ines, cast.sol):
        says(member, "grief")
    for member in (cast.bo, cast.sol):
        record("circles.met", subject=member, actor=member.pk, community=cast.community.pk)
    record("circles.met", subject=cast.bo, actor=cast.bo.pk, community=cast.community.pk)
    propose_round(cast.community)
    assert pairs() == {frozenset((cast.ines.pk, cast.sol.pk))} or all(cast.ines.pk in pair for pair in pairs())


def test_what_few_share_counts_more_than_what_many_do_and_experience_more_than_interest():
    profiles = [Profile(n, n, tags={("interest", "walking")}) for n in range(1, 6)]
    profiles[0].tags.add(("experience", "grief"))
    profiles[1].tags.add(("experience", "grief"))
    weight = rarity(profiles)
    assert weight[("experience", "grief")] > weight[("interest", "walking")]
    assert compare(profiles[0], profiles[1], weight).score > compare(profiles[0], profiles[2], weight).score


def test_without_a_common_language_there_is_no_match():
    one = Profile(1, 1, tags={("interest", "film")}, languages={"english"})
    other = Profile(2, 2, tags={("interest", "film")}, languages={"polish"})
    assert compare(one, other, rarity([one, other])) is None


def test_reasons_say_what_is_shared_and_nothing_else(cast):
    evening = 1 << (6 * 3 + 4)
    near = "861958f8fffffff"
    one = Profile(1, 1, tags={("experience", "grief"), ("interest", "film")}, availability=evening | 1, cell=near)
    other = Profile(2, 2, tags={("experience", "grief"), ("interest", "chess")}, availability=evening, cell=near)
    words = in_words(compare(one, other, rarity([one, other])).reasons)
    assert words == [
        "You have both lived with grief",
        "You are both free on Thursday, 16 to 20",
        "You live within 5 km of each other",
    ]
    assert "film" not in " ".join(words)
    assert "chess" not in " ".join(words)


def test_hours_in_different_time_zones_are_not_compared():
    one = Profile(1, 1, tags={("interest", "film")}, availability=7, zone="Europe/Paris")
    other = Profile(2, 2, tags={("interest", "film")}, availability=7, zone="Asia/Tokyo")
    assert all(reason["kind"] != "slot" for reason in compare(one, other, rarity([one, other])).reasons)


def test_each_member_is_in_one_new_pair_at_most_per_round():
    profiles = [Profile(n, n, tags={("experience", "grief")}) for n in range(1, 8)]
    room = dict.fromkeys(range(1, 8), 2)
    matches = pair_up(profiles, apart=set(), met_before=set(), room=room)
    seen = [member for match in matches for member in (match.one, match.other)]
    assert len(seen) == len(set(seen)) == 6


def test_two_workers_at_once_propose_a_pair_once(alike):
    pair = (alike.bo.pk, alike.ines.pk)
    assert propose(community=alike.community, pair=pair, reasons=[]) is not None
    assert propose(community=alike.community, pair=pair, reasons=[]) is None


def test_finding_matches_costs_five_queries_for_few_and_for_many(cast, django_assert_num_queries):
    members = [cast.bo, cast.ines]
    for count in (4, 40):
        members += [make_member(cast.community, f"P{count}x{n}") for n in range(count)]
        agree(*members)
        for member in members:
            Trait.objects.get_or_create(person=member.person, kind="experience", tag="grief")
        with django_assert_num_queries(5):
            found = find_matches(cast.community, list(willing(cast.community)))
        assert len(found) == len(members) // 2


def test_the_daily_job_visits_communities_where_somebody_agreed(alike):
    propose_introductions()
    alike.community.closed_doors = ["meet"]
    alike.community.save()
    propose_in(community_id=alike.community.pk)
    assert Introduction.objects.count() == 0
