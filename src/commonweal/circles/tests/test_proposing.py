"""Who is proposed to whom, and who never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import make_member

from commonweal.circles import matching
from commonweal.circles.jobs import daily_rounds, hourly_rounds, round_in, weekly_circles
from commonweal.circles.matching import find
from commonweal.circles.models import Circle, Introduction, Pause, Planned, Round, Wishes
from commonweal.circles.proposing import plan, propose, propose_for, run_round, write_part
from commonweal.circles.reading import read, willing
from commonweal.circles.reasons import change_in_words, in_words
from commonweal.circles.series import start_circle, take_seat
from commonweal.circles.tells import of_proposing
from commonweal.communities.models import Vetting
from commonweal.conversations.actions import start_topic
from commonweal.exchange.models import Afterwards as AfterHandover
from commonweal.exchange.models import Entry, Handover
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


def propose_round(community):
    """A round of this hour; how many introductions it brought."""
    before = Introduction.objects.count()
    run_round(community, "buddy", clock.now().strftime("%Y-%m-%dT%H"))
    return Introduction.objects.count() - before


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
    round_in(community_id=alike.community.pk, kind="buddy", period="2026-11-22")
    round_in(community_id=alike.community.pk, kind="buddy", period="2026-11-22")
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
    assert len(pairs()) == 1
    assert all(cast.ines.pk in pair for pair in pairs())


def test_two_workers_at_once_propose_a_pair_once(alike):
    pair = (alike.bo.pk, alike.ines.pk)
    assert propose(community=alike.community, pair=pair, reasons=[]) is not None
    assert propose(community=alike.community, pair=pair, reasons=[]) is None


def test_reading_costs_the_same_for_few_and_for_many(cast, django_assert_num_queries):
    members = [cast.bo, cast.ines]
    for count in (4, 40):
        members += [make_member(cast.community, f"P{count}x{n}") for n in range(count)]
        agree(*members)
        for member in members:
            Trait.objects.get_or_create(person=member.person, kind="experience", tag="grief")
        with django_assert_num_queries(12):
            found = read(cast.community, "buddy", willing(cast.community, "buddy"))
        assert len(found.members) == len(members)


def test_the_daily_job_visits_communities_where_somebody_agreed(alike):
    daily_rounds()
    alike.community.closed_doors = ["meet"]
    alike.community.save()
    round_in(community_id=alike.community.pk, kind="buddy", period="2026-11-22")
    assert Introduction.objects.count() == 0


def test_a_round_that_was_killed_goes_on_and_one_that_ended_changes_nothing(cast, monkeypatch):
    people = [make_member(cast.community, f"Person{n}") for n in range(8)]
    agree(*people)
    for person in people:
        says(person, "grief")
    monkeypatch.setattr("commonweal.circles.proposing.PART", 2)
    row = Round.objects.create(community=cast.community, kind="buddy", period="2026-11-22")
    plan(row)
    assert write_part(row)
    assert Introduction.objects.count() == 2
    assert Planned.objects.count() == 2
    for _time in range(2):
        round_in(community_id=cast.community.pk, kind="buddy", period="2026-11-22")
        assert Introduction.objects.count() == 4
        assert not Planned.objects.exists()
    row.refresh_from_db()
    assert row.finished_at is not None
    assert Introduction.objects.filter(round=row).count() == 4


def test_what_happened_since_the_plan_is_looked_at_again(alike):
    row = Round.objects.create(community=alike.community, kind="buddy", period="2026-11-22")
    plan(row)
    assert Planned.objects.count() == 1
    Block.objects.create(blocker=alike.bo.person, blocked=alike.ines.person)
    run_round(alike.community, "buddy", "2026-11-22")
    assert not Introduction.objects.exists()
    assert not Planned.objects.exists()


def test_a_not_again_after_a_handover_that_came_since_the_plan_holds(alike):
    row = Round.objects.create(community=alike.community, kind="buddy", period="2026-11-22")
    plan(row)
    entry = Entry.objects.create(
        community=alike.community, author=alike.bo, kind="ask", what="thing", title="A ladder", until=clock.now()
    )
    handover = Handover.objects.create(entry=entry, other=alike.ines)
    AfterHandover.objects.create(handover=handover, membership=alike.ines, again="no", felt_safe=True)
    run_round(alike.community, "buddy", "2026-11-22")
    assert not Introduction.objects.exists()


@pytest.mark.parametrize(
    "wish",
    [{"only_genders": ["woman"]}, {"only_language": "polish"}, {"age_band": 2, "bands_apart": 0}, {}],
    ids=["gender", "language", "age", "nothing"],
)
def test_a_wish_of_one_side_that_came_since_the_plan_holds(alike, wish):
    row = Round.objects.create(community=alike.community, kind="buddy", period="2026-11-22")
    plan(row)
    Wishes.objects.create(membership=alike.bo, buddy=True, **wish)
    run_round(alike.community, "buddy", "2026-11-22")
    assert Introduction.objects.count() == (0 if wish else 1)


def test_somebody_who_seeks_is_proposed_to_somebody_who_helps_and_each_reads_their_own_side(alike):
    Wishes.objects.create(membership=alike.bo, seeks=True, stage=1, needs=["emotional"])
    Wishes.objects.create(membership=alike.ines, buddy=False, helps=True, stage=2, gives=["emotional"])
    hourly_rounds()
    round_in(community_id=alike.community.pk, kind="mentor", period="2026-11-22T14")
    made = Introduction.objects.get()
    assert (made.kind, made.helper_id) == ("mentor", alike.ines.pk)
    assert "They give something you are looking for: Somebody to listen" in in_words(made.reasons, alike.bo.pk)
    assert not any("They give" in one for one in in_words(made.reasons, alike.ines.pk))
    assert propose_round(alike.community) == 0


def test_only_what_both_chose_to_share_is_named(alike):
    Wishes.objects.create(membership=alike.bo, shares=["interests"])
    propose_round(alike.community)
    made = Introduction.objects.get()
    assert not any("grief" in one for who in (alike.bo, alike.ines) for one in in_words(made.reasons, who.pk))


def test_hours_that_were_not_given_are_no_reason(alike):
    propose_round(alike.community)
    assert not any("free" in one for one in in_words(Introduction.objects.get().reasons, alike.bo.pk))


def test_a_hard_wish_holds_for_both_sides(cast):
    agree(cast.bo, cast.ines)
    says(cast.bo, "film", "music", kind="interest")
    says(cast.ines, "film", "music", kind="interest")
    says(cast.ines, "grief")
    Wishes.objects.create(membership=cast.ines, same_experience=True)
    assert propose_round(cast.community) == 0
    Wishes.objects.update(same_experience=False)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert propose_round(cast.community) == 1


def test_without_a_common_language_there_is_no_match(alike):
    says(alike.bo, "polish", kind="language")
    says(alike.ines, "english", kind="language")
    assert propose_round(alike.community) == 0


def test_evenings_that_would_open_more_people_are_told_to_the_reader_alone(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(6)]
    agree(cast.bo, cast.ines, *people)
    evenings = sum(1 << 6 * day + slot for day in range(5) for slot in (4, 5))
    for member in (cast.bo, cast.ines, *people):
        says(member, "grief")
        member.person.availability = evenings
    cast.bo.person.availability = cast.ines.person.availability = 1 << 2
    for member in (cast.bo, cast.ines, *people):
        member.person.save()
    propose_round(cast.community)
    made = next(one for one in Introduction.objects.all() if cast.bo.pk in (one.first_id, one.second_id))
    assert change_in_words(made.reasons, cast.bo.pk).startswith("If you also chose weekday evenings, about 6")
    assert change_in_words(made.reasons, cast.sol.pk) == ""


def test_who_asks_for_women_meets_only_who_says_so_and_both_wishes_hold(alike):
    wish = Wishes.objects.create(membership=alike.bo, only_genders=["woman"])
    assert propose_round(alike.community) == 0
    theirs = Wishes.objects.create(membership=alike.ines, gender="woman", only_genders=["man"])
    with clock.at(clock.now() + timedelta(hours=1)):
        assert propose_round(alike.community) == 0
    theirs.only_genders = []
    theirs.save()
    wish.refresh_from_db()
    with clock.at(clock.now() + timedelta(hours=2)):
        assert propose_round(alike.community) == 1
    told = Introduction.objects.get().reasons
    assert not any("woman" in str(one) or "gender" in str(one) for one in told)


def test_near_in_age_and_a_language_are_asked_of_the_other(alike):
    Wishes.objects.create(membership=alike.bo, age_band=2, bands_apart=1, only_language="polish")
    says(alike.bo, "polish", "english", kind="language")
    says(alike.ines, "english", kind="language")
    theirs = Wishes.objects.create(membership=alike.ines, age_band=4)
    assert propose_round(alike.community) == 0
    theirs.age_band = 3
    theirs.save()
    with clock.at(clock.now() + timedelta(hours=1)):
        assert propose_round(alike.community) == 0
    says(alike.ines, "polish", kind="language")
    with clock.at(clock.now() + timedelta(hours=2)):
        assert propose_round(alike.community) == 1


def test_similar_words_are_a_reason_and_never_quoted(cast):
    agree(cast.bo, cast.ines)
    for member in (cast.bo, cast.ines):
        member.brought = "My mother forgets who I am and I sleep badly since the winter"
        member.save()
        says(member, "film", kind="interest")
        Wishes.objects.create(membership=member, words=member == cast.bo)
    propose_round(cast.community)
    first = Introduction.objects.get()
    assert not any(one["kind"] == "words" for one in first.reasons)
    Wishes.objects.update(words=True)
    first.delete()
    with clock.at(clock.now() + timedelta(hours=1)):
        propose_round(cast.community)
    made = Introduction.objects.get()
    assert "You wrote about similar things" in in_words(made.reasons, cast.bo.pk)
    assert "mother" not in str(made.reasons)


def under_18(member):
    member.person.under_18_said_at = clock.now()
    member.person.save()


def vet(cast, member):
    now = clock.now()
    Vetting.objects.create(
        member=member, first_by=cast.ada, first_at=now, second_by=cast.dee, second_at=now, until=now + timedelta(days=9)
    )


def test_somebody_under_18_meets_only_a_helper_whom_two_stewards_vetted(alike):
    under_18(alike.bo)
    assert propose_round(alike.community) == 0
    Wishes.objects.create(membership=alike.bo, buddy=False, seeks=True, stage=1, needs=["emotional"])
    Wishes.objects.create(membership=alike.ines, buddy=False, helps=True, stage=2, gives=["emotional"])
    run_round(alike.community, "mentor", "2026-11-22T14")
    assert not Introduction.objects.exists()
    vet(alike, alike.ines)
    run_round(alike.community, "mentor", "2026-11-22T15")
    assert Introduction.objects.get().helper == alike.ines


def test_no_round_asks_somebody_under_18_into_a_circle_of_adults(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(6)]
    agree(*people)
    for person in people:
        says(person, "grief")
        Wishes.objects.create(membership=person, buddy=False, circle=True)
    under_18(people[0])
    run_round(cast.community, "circle", "2026-11-24")
    assert people[0].pk not in Circle.objects.get().invitations.values_list("membership", flat=True)


def test_people_who_sat_in_a_circle_together_are_no_pair_any_more(alike):
    circle = start_circle(
        membership=alike.bo, name="Six", purpose="Us", place="Here", first_at=clock.now() + timedelta(days=2)
    )
    take_seat(membership=alike.ines, circle=circle)
    assert propose_round(alike.community) == 0


def test_nobody_new_is_introduced_to_somebody_whose_pause_is_not_looked_at(alike):
    told = Pause.objects.create(community=alike.community, membership=alike.ines, told_by=alike.sol)
    assert propose_round(alike.community) == 0
    Pause.objects.filter(pk=told.pk).update(looked_at=clock.now(), goes_on=True)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert propose_round(alike.community) == 1


def test_a_round_tells_stewards_numbers_and_nothing_about_fewer_than_ten(alike):
    propose_round(alike.community)
    result = Round.objects.get().result
    assert (result["n"], result["got"], result["proposals"]) == (2, 2, 1)
    assert result["median"] is None
    assert result["groups"] == []


def test_a_round_of_circles_asks_five_to_eight_who_agreed_and_running_it_twice_asks_once(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(7)]
    agree(*people, cast.bo)
    for person in people:
        says(person, "grief")
        Wishes.objects.create(membership=person, buddy=False, circle=True)
    for _time in range(2):
        run_round(cast.community, "circle", "2026-11-24")
    circle = Circle.objects.get()
    asked = set(circle.invitations.values_list("membership", flat=True))
    assert 5 <= len(asked) <= 8
    assert asked <= {m.pk for m in people}
    assert circle.name == "A circle: grief"
    assert Round.objects.get().result["proposals"] == 1
    run_round(cast.community, "circle", "2026-11-25")
    assert Circle.objects.count() == 1


def test_one_who_keeps_their_experience_to_themselves_keeps_it_unnamed_for_all(cast):
    people = [make_member(cast.community, f"Person{n}") for n in range(6)]
    agree(*people)
    for person in people:
        says(person, "grief")
        Wishes.objects.create(membership=person, buddy=False, circle=True, shares=["interests"])
    weekly_circles()
    round_in(community_id=cast.community.pk, kind="circle", period="2026-11-24")
    assert Circle.objects.get().name == "A small circle"


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_method_and_a_second_worker_plans_nothing_twice(alike, monkeypatch):
    """On SQLite a transaction that computes keeps everybody else from writing; a round may take minutes."""
    found = []

    def find_while_another_worker_does(reading, kept):
        found.append(connection.in_atomic_block)
        if len(found) == 1:
            plan(Round.objects.get())
        return find(reading, kept)

    monkeypatch.setattr(matching, "find", find_while_another_worker_does)
    plan(Round.objects.create(community=alike.community, kind="buddy", period="2026-11-22"))
    assert found == [False, False]
    assert Planned.objects.count() == 1
