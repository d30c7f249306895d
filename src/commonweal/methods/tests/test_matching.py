"""Matching: hard constraints, determinism, the optimum, fairness. Each constraint is checked by code of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..errors import BadInput
from ..matching import (
    CALL,
    IN_PERSON,
    MODES,
    Lists,
    Person,
    RoundInput,
    RoundState,
    Settings,
    gather,
    joiners,
    propose,
    shards,
)
from ..matching.baselines import every_pair, mentor_candidates, optimum
from ..matching.checking import violations
from ..matching.evaluation import welfare_ratio
from ..matching.fairness import GroupCount, next_state, priorities
from ..matching.mentors import defer, pair_mentors
from ..matching.settings import Weights
from ..population.matching import matching_world
from .matching_people import PLACES, rounds, similar

modest = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def groups_of(people, result):
    row = {int(one): n for n, one in enumerate(people.ids)}
    return [tuple(row[one] for one in proposal.people) for proposal in result.proposals]


@pytest.mark.parametrize("mode", MODES)
@modest
@given(drawn=rounds())
def test_no_hard_constraint_is_ever_broken(mode, drawn):
    persons, apart = drawn
    people = gather(persons, places=PLACES, apart=apart[:6], met=apart[6:])
    result = propose(RoundInput(people, mode))
    assert violations(people, groups_of(people, result), mode) == []
    kept_apart = {frozenset(pair) for pair in apart}
    for proposal in result.proposals:
        assert not any({a, b} in kept_apart for a in proposal.people for b in proposal.people if a != b)
        assert len(proposal.people) == 2 or 5 <= len(proposal.people) <= 8
        assert 0 <= proposal.score <= 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("examined", [40, 400])
def test_in_a_big_world_no_constraint_is_broken_whether_the_pool_is_searched_whole_or_by_index(mode, examined):
    people = matching_world(350, supporters=0.3, seed=3).people
    result = propose(RoundInput(people, mode, settings=Settings(examined=examined)))
    assert len(result.proposals) > 10
    assert violations(people, groups_of(people, result), mode) == []


@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=15, deadline=None)
@given(drawn=rounds())
def test_the_same_input_gives_the_same_proposals(mode, drawn):
    people = gather(drawn[0], places=PLACES, apart=drawn[1])
    first, again = (propose(RoundInput(people, mode)) for _time in range(2))
    assert first.proposals == again.proposals
    assert first.state == again.state
    assert len({proposal.key for proposal in first.proposals}) == len(first.proposals)


@pytest.mark.parametrize("mode", MODES)
def test_nobody_one_person_and_everybody_alike_are_all_answered(mode):
    assert propose(RoundInput(gather([]), mode)).proposals == []
    assert propose(RoundInput(gather(similar(1)), mode)).proposals == []
    assert propose(RoundInput(gather([Person(id=1), Person(id=2)]), mode)).proposals == []
    everybody = propose(RoundInput(gather(similar(12)), mode))
    assert everybody.sentence
    assert len(everybody.proposals) == {"buddy": 6, "mentor": 0, "circle": 2}[mode]


@pytest.mark.parametrize(("mode", "share"), [("mentor", 0.15), ("mentor", 0.5), ("buddy", 0.2)])
def test_welfare_is_at_least_95_percent_of_the_exact_optimum_at_40_people(mode, share):
    worlds = [matching_world(40, supporters=share, seed=seed) for seed in range(20)]
    ratios = [ratio for world in worlds if (ratio := welfare_ratio(world, Settings(), mode)) is not None]
    assert len(ratios) >= 15
    assert min(ratios) >= 0.95
    assert max(ratios) <= 1 + 1e-6


def test_the_exact_optimum_is_that_of_linear_assignment_where_everybody_has_one_place():
    from scipy.optimize import linear_sum_assignment

    world = matching_world(60, supporters=0.4, seed=5)
    one_place = np.minimum(1, world.people.room)
    people = replace(world.people, room=one_place)
    pairs = every_pair(people, "mentor", Settings())
    matrix = np.zeros((60, 60))
    matrix[pairs.first, pairs.second] = pairs.values
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    assert optimum(pairs, one_place.astype(np.int64)) == pytest.approx(matrix[rows, columns].sum())


def test_deferred_acceptance_leaves_no_pair_who_would_both_rather_have_each_other():
    world = matching_world(120, supporters=0.2, seed=2)
    people, settings_ = world.people, Settings()
    found = mentor_candidates(people, settings_)
    theta = priorities(people, {})
    room = np.where(people.columns.supporter, people.room, 1).astype(np.int64)
    stable = defer(people, found, theta, room, settings_)
    value = {(a, b): v for a, b, v in zip(stable.first, stable.second, stable.values, strict=True)}
    helper = dict(zip(stable.first, stable.second, strict=True))
    worth = theta / 2
    for n, seeker in enumerate(found.seekers):
        column = {found.found[n, k]: k for k in range(found.counts[n])}
        own = found.forth[n, column[helper[seeker]]] if seeker in helper else -1
        for other, k in column.items():
            if found.forth[n, k] <= own:
                continue
            offer = found.scores[n, k] * (worth[seeker] + worth[other])
            held = [v for (_a, b), v in value.items() if b == other]
            assert len(held) == room[other]
            assert min(held) >= offer - 1e-6


def test_swaps_never_lower_the_welfare_of_the_stable_matching():
    world = matching_world(200, supporters=0.2, seed=4)
    loose = Settings(score_loss=1.0)
    rows, theta = np.arange(200), priorities(world.people, {})
    room = world.people.room.astype(np.int64)
    totals = [pair_mentors(world.people, rows, theta, room, loose, swaps=swaps).values.sum() for swaps in (False, True)]
    assert totals[1] >= totals[0] - 1e-9


def test_who_has_waited_three_rounds_comes_before_a_better_match():
    seekers = [
        replace(similar(1)[0], id=1, waited=3, ties=50, stage=0),
        replace(similar(1)[0], id=2, ties=0, stage=1, urgency=1.0, experiences=frozenset({"grief", "rare"})),
    ]
    helper = replace(similar(1)[0], id=9, supporter=True, stage=2, experiences=frozenset({"grief", "rare"}))
    result = propose(RoundInput(gather([*seekers, helper]), "mentor"))
    assert [proposal.people for proposal in result.proposals] == [(1, 9)]
    without_wait = [replace(seekers[0], waited=0), seekers[1]]
    result = propose(RoundInput(gather([*without_wait, helper]), "mentor"))
    assert [proposal.people for proposal in result.proposals] == [(2, 9)]


def test_the_threshold_falls_by_two_hundredths_a_round_to_its_floor_and_then_a_human_looks():
    alone = [
        replace(similar(1)[0], id=waited, waited=waited, languages=frozenset({str(waited)})) for waited in range(8)
    ]
    result = propose(RoundInput(gather(alone), "buddy"))
    assert list(result.waiting) == list(range(8))
    assert list(result.for_a_human) == [5, 6, 7]


def test_open_proposals_and_those_of_the_week_leave_no_room_for_more():
    for fields in ({"open_proposals": 2}, {"proposals_this_week": 3}, {"load": 1}, {"capacity": 0}):
        assert propose(RoundInput(gather(similar(6, **fields)), "buddy")).proposals == []


def test_a_group_left_behind_is_lifted_by_15_percent_a_round_and_let_down_again():
    people = gather([*similar(8), *[replace(one, id=one.id + 50, groups=frozenset({"so"})) for one in similar(4)]])
    eligible, covered = np.ones(12, dtype=bool), np.arange(12) < 8
    state = next_state(RoundState(), people, eligible, covered, Settings())
    assert state.multipliers["so"] == pytest.approx(1.15)
    assert state.counts["so"] == GroupCount(4, 0)
    assert priorities(people, state.multipliers)[-1] == pytest.approx(1.15 * priorities(people, {})[-1])
    for _round in range(30):
        state = next_state(state, people, eligible, eligible, Settings())
    assert state.multipliers["so"] == pytest.approx(1, abs=0.05)
    assert RoundState.from_json(state.as_json()) == state


def test_circles_share_two_slots_and_leave_out_whoever_shares_only_one():
    evenings, one = 0b10000 | 0b10000 << 6, 0b10000
    people = gather([*similar(6, availability=evenings), replace(similar(1)[0], id=7, availability=one)])
    result = propose(RoundInput(people, "circle"))
    assert [proposal.people for proposal in result.proposals] == [(100, 101, 102, 103, 104, 105)]
    assert result.proposals[0].hours == (16, 17, 18, 19, 40, 41, 42, 43)


def test_a_circle_that_lost_people_finds_joiners_who_fit_all():
    members, waiting = similar(4), [replace(one, id=one.id + 50) for one in similar(4)]
    waiting[0] = replace(waiting[0], languages=frozenset({"so"}))
    people = gather([*members, *waiting], apart=[(151, 100)])
    assert joiners(people, [100, 101, 102, 103], [150, 151, 152, 153]) == [152, 153]


def test_slots_of_two_time_zones_are_compared_to_the_minute():
    from ..matching.candidates import rules_of
    from ..matching.compiled.pairs import may_meet, shared_minutes

    for offset, minutes in ((0, 240), (60, 180), (180, 60), (-180, 60), (195, 45), (345, 0)):
        pair = [replace(one, availability=1 << 10, offset=n * offset) for n, one in enumerate(similar(2))]
        packed = gather(pair).packed
        assert shared_minutes(packed, 0, 1) == shared_minutes(packed, 1, 0) == minutes
        assert may_meet(packed, rules_of(Settings(), "buddy"), 0, 1) == (minutes >= 60)


def test_distance_counts_only_where_somebody_wants_to_meet_in_person():
    fields = {"ways": IN_PERSON | CALL, "reach_km": 1000.0}
    near, far = ({"cell": 1}, {"cell": 3})
    scores = []
    for wants in (False, True):
        pair = [
            replace(one, **fields, **where, wants_in_person=wants)
            for one, where in zip(similar(2), (near, far), strict=True)
        ]
        scores.append(propose(RoundInput(gather(pair, places=PLACES))).proposals[0].score)
    assert scores[0] > scores[1] + 0.05


def test_shards_hold_every_person_once_and_matching_across_them_breaks_nothing():
    people = matching_world(600, supporters=0.3, seed=1).people
    parts = shards(people, most=200)
    assert len(parts) > 1
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(600))
    for mode in MODES:
        result = propose(RoundInput(people, mode, most_in_a_shard=200))
        whole = propose(RoundInput(people, mode))
        assert violations(people, groups_of(people, result), mode) == []
        assert result.covered.sum() > 0.9 * whole.covered.sum()


def test_neighbours_by_text_are_looked_at_and_alike_texts_raise_the_score():
    plain = similar(2, experiences=frozenset())
    alike = gather(plain, text={100: [3.0, 0.0], 101: [1.0, 0.0]})
    unlike = gather(plain, text={100: [1.0, 0.0], 101: [0.0, 2.0]})
    scores = [propose(RoundInput(people)).proposals[0].score for people in (alike, unlike)]
    assert scores[0] > scores[1] + 0.1
    world = matching_world(300, seed=1).people
    near = Lists(np.arange(301), np.roll(np.arange(300), 1).astype(np.int32))
    assert propose(RoundInput(world, settings=Settings(examined=20), neighbours=near)).proposals


@settings(max_examples=40, deadline=None)
@given(weights=st.lists(st.floats(0.0, 10), min_size=8, max_size=8).filter(lambda w: sum(w) > 0.01))
def test_any_weights_give_scores_from_0_to_1(weights):
    people = matching_world(30, seed=8).people
    result = propose(RoundInput(people, settings=Settings(Weights(*weights), threshold=0.0, floor=0.0)))
    assert all(0 <= proposal.score <= 1 for proposal in result.proposals)


@pytest.mark.parametrize(
    "wrong",
    [
        {"availability": 1 << 42},
        {"needs": {"money": 1.0}},
        {"needs": {"emotional": float("nan")}},
        {"cell": 99},
        {"reach_km": float("inf")},
        {"ties": -1},
        {"asked": 1, "answered": 2},
        {"shares": frozenset({"severity"})},
        {"offset": 5000},
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(wrong):
    with pytest.raises(BadInput, match="person 1"):
        gather([Person(id=1, **wrong)], places=PLACES)


def test_one_person_twice_an_unknown_mode_and_bad_settings_are_refused():
    with pytest.raises(BadInput, match="twice"):
        gather([Person(id=1), Person(id=1)])
    with pytest.raises(BadInput, match="no kind of round"):
        propose(RoundInput(gather([]), "marriage"))
    for wrong in ({"threshold": 0.1}, {"circle_least": 9}, {"candidates": 0}, {"load_cost": -1.0}):
        with pytest.raises(BadInput):
            Settings(**wrong)
    with pytest.raises(BadInput):
        Weights(needs=float("nan"))


def test_more_than_64_languages_and_facts_still_fit():
    languages = [f"l{n}" for n in range(130)]
    persons = [
        replace(similar(1)[0], id=n, languages=frozenset({languages[n], "x" if n > 127 else "y"})) for n in range(130)
    ]
    facts = [
        replace(one, facts=frozenset({f"f{one.id}"}), requires=(frozenset({f"f{129 - one.id}"}),)) for one in persons
    ]
    people = gather(facts)
    result = propose(RoundInput(people))
    assert {proposal.people for proposal in result.proposals} == {(n, 129 - n) for n in range(2, 65)}
    assert violations(people, groups_of(people, result), "buddy") == []


def test_a_sentence_and_a_table_say_what_happened_and_hide_small_groups():
    world = matching_world(300, seed=1).people
    result = propose(RoundInput(world, "mentor"))
    assert "introductions to a supporter for" in result.sentence
    assert all(row[1] >= 10 for row in result.tables()[0].rows)
