"""What matching tells, and what nobody can find out from it: reasons, counterfactuals, places."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..errors import BadInput
from ..matching import FEATURES, SHAREABLE, RoundInput, coarsen, counterfactual, explain, gather, propose
from ..matching.evaluation import location_attack
from ..matching.explain import contributions
from ..matching.place import BANDS, block_keys, coarsen_arrays
from ..population.matching import matching_world
from .matching_people import PLACES, persons, rounds, similar

modest = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@modest
@given(drawn=rounds())
def test_reasons_are_at_most_three_and_only_of_what_both_share_and_have(drawn):
    given_, apart = drawn
    people = gather(given_, places=PLACES, apart=apart)
    by_id = {person.id: person for person in given_}
    for proposal in propose(RoundInput(people, "buddy")).proposals:
        one, other = (by_id[id_] for id_ in proposal.people)
        reasons = explain(people, one.id, other.id, "buddy")
        assert len(reasons) <= 3
        for reason in reasons:
            assert reason.feature in SHAREABLE
            assert reason.feature in one.shares & other.shares
            assert reason.sentence
            if reason.feature == "experience":
                assert set(reason.values) <= one.experiences & other.experiences
            if reason.feature == "interests":
                assert set(reason.values) <= one.interests & other.interests
            if reason.feature == "needs":
                assert set(reason.values) <= {k for k, v in one.needs.items() if v and other.gives.get(k)}


HIDDEN = {
    "acute": True, "urgency": 1.0, "waited": 7, "groups": frozenset({"so"}), "ties": 30, "asked": 9, "answered": 0,
    "open_proposals": 1, "proposals_this_week": 2, "load": 1, "capacity": 3,
}  # fmt: skip


@modest
@given(one=persons, other=persons, field=st.sampled_from(sorted(HIDDEN)))
def test_no_explanation_changes_with_severity_priority_group_or_history(one, other, field):
    one, other = replace(one, id=1), replace(other, id=2)
    changed = replace(other, **{field: HIDDEN[field]})
    before, after = (gather([one, them], places=PLACES) for them in (other, changed))
    assert [asdict(reason) for reason in explain(before, 1, 2, "buddy")] == [
        asdict(reason) for reason in explain(after, 1, 2, "buddy")
    ]


@modest
@given(one=persons, other=persons)
def test_a_block_changes_no_explanation(one, other):
    pair = [replace(one, id=1), replace(other, id=2)]
    assert explain(gather(pair, places=PLACES), 1, 2, "mentor") == explain(
        gather(pair, places=PLACES, apart=[(2, 1)]), 1, 2, "mentor"
    )


@pytest.mark.parametrize("mode", ["buddy", "mentor"])
def test_contributions_sum_to_the_utility_and_its_geometric_mean_is_the_score(mode):
    people = matching_world(80, supporters=0.4, seed=3).people
    for proposal in propose(RoundInput(people, mode)).proposals:
        mine, theirs = contributions(people, *proposal.people, mode)
        assert tuple(mine) == FEATURES
        both = sum(mine.values()) * sum(theirs.values())
        assert np.sqrt(both) == pytest.approx(proposal.score, abs=1e-5)


def test_the_counterfactual_counts_whom_evenings_would_open_and_never_one_or_two():
    mornings, evenings = 1 << 2, 1 << 4
    me = replace(similar(1)[0], id=1, availability=mornings)
    for others, told in (
        (similar(4, availability=evenings), "Evenings would open 4 more."),
        (similar(2, availability=evenings), None),
    ):
        found = counterfactual(gather([me, *others]), 1, "buddy")
        assert (found.sentence if found else None) == told


def test_a_counterfactual_does_not_count_who_is_kept_apart():
    me = replace(similar(1)[0], id=1, availability=1 << 2)
    people = gather([me, *similar(5, availability=1 << 4)], apart=[(1, 100)])
    assert counterfactual(people, 1, "buddy").opens == 4


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-89, 89), st.floats(-180, 180), st.integers(0, 30)), max_size=25))
def test_every_area_holds_ten_people_and_every_cell_is_in_one_or_nowhere(cells):
    where = np.array([(lat, lon) for lat, lon, _n in cells]).reshape(-1, 2)
    counts = np.array([n for _lat, _lon, n in cells], dtype=np.int64)
    area, centres, level = coarsen_arrays(where, counts)
    assert len(centres) == len(level)
    if counts.sum() < 10:
        assert (area < 0).all()
    else:
        assert (area >= 0).all() or len(centres) == 0
    for number in range(len(centres)):
        assert counts[area == number].sum() >= 10
    if len(centres) == 0 and len(counts):
        assert counts.max() < 10


def test_a_place_does_not_move_when_people_come_and_the_same_cells_give_the_same_areas():
    places = {n: (48 + 0.05 * n, 11.0) for n in range(6)}
    few = coarsen(places, dict.fromkeys(places, 6))
    more = coarsen(places, dict.fromkeys(places, 7))
    assert np.array_equal(few.centres, more.centres)
    assert few.places() == more.places()
    assert all(band in range(len(BANDS) + 1) for n in places if (band := few.band_between(0, n)) is not None)


def test_cells_with_too_few_people_in_all_the_world_are_no_place():
    alone = coarsen({"a": (48.0, 11.0)}, {"a": 9})
    assert alone.places() == {}
    assert alone.band_between("a", "a") is None
    with pytest.raises(BadInput, match="latitude"):
        coarsen({"a": (float("nan"), 0.0)}, {"a": 9})


def test_blocks_nest_so_that_a_wider_one_never_cuts_a_finer_one():
    rng = np.random.default_rng(1)
    where = np.column_stack([rng.uniform(47, 49, 4000), rng.uniform(7, 11, 4000)])
    for level in range(5):
        fine, wide = block_keys(where, level), block_keys(where, level + 1)
        assert len(np.unique(np.column_stack([fine, wide]), axis=0)) == len(np.unique(fine))


@pytest.mark.parametrize("n", [500, 5000])
def test_an_attacker_with_hundreds_of_places_stays_farther_off_than_the_radius_of_a_cell(n):
    error, cell, _area = location_attack(matching_world(n, seed=n))
    assert error >= cell


def test_the_state_that_is_kept_holds_no_person():
    people = gather(similar(4, groups=frozenset({"so"})))
    kept = json.dumps(propose(RoundInput(people)).state.as_json())
    assert not any(str(person) in kept for person in people.ids)
