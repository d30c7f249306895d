"""Quorums, consent, panels, delegation and the public board."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.errors import BadInput
from commonweal.methods.tallies import board, delegation, sortition, yesno
from commonweal.methods.tallies.delegation import Delegation

# --- yes, no, abstain; consent ----------------------------------------------------------------------------------------


def test_a_tie_fails_and_quorums_count_whom_they_name() -> None:
    assert not yesno.yes_no(5, 5, roll=10).passed
    assert "a tie fails" in yesno.yes_no(5, 5, roll=10).sentence
    approval = yesno.yes_no(4, 1, 3, roll=20, quorum="approval", share=Fraction(1, 4))
    participation = yesno.yes_no(4, 1, 3, roll=20, quorum="participation", share=Fraction(2, 5))
    assert (approval.needed, approval.passed) == (5, False)
    assert (participation.needed, participation.passed) == (8, True)
    assert yesno.yes_no(5, 1, roll=20, share=Fraction(1, 4)).passed  # met exactly is met
    assert not yesno.yes_no(0, 0, roll=0).passed
    fifth = {"share": Fraction(20, 100)}
    assert yesno.yes_no(20, 19, roll=100, **fifth).passed
    assert not yesno.yes_no(19, 0, roll=100, **fifth).passed
    assert yesno.yes_no(3, 0, roll=12, **fifth).passed  # a fifth of twelve is between two and three
    assert not yesno.yes_no(2, 0, roll=12, **fifth).passed
    for wrong in ({"roll": 3}, {"roll": 20, "share": 2}, {"roll": 20, "quorum": "other"}):
        with pytest.raises(BadInput):
            yesno.yes_no(4, 1, **wrong)  # type: ignore[arg-type]


def test_an_objection_needs_its_reason() -> None:
    assert yesno.consent(5, 1, [], fallback="a vote").passed
    found = yesno.consent(5, 1, [yesno.Objection("Ada", "nobody has the time")], fallback="a vote in a week")
    assert not found.passed
    assert "nobody has the time" in found.sentence
    assert "a vote in a week" in found.sentence
    assert not yesno.consent(0, 3, [], fallback="a vote").passed
    with pytest.raises(BadInput, match="no reason"):
        yesno.consent(5, 1, [yesno.Objection("Ada", " ")], fallback="a vote")
    with pytest.raises(BadInput, match="before opening"):
        yesno.consent(5, 1, [], fallback="")


# --- panels -----------------------------------------------------------------------------------------------------------


def test_a_panel_can_be_drawn_again_whatever_the_order_of_the_list() -> None:
    people = {f"p{n}": "north" if n % 3 else "south" for n in range(60)}
    turned = dict(reversed(people.items()))
    first, second = (sortition.draw(one, 9, seed="2026-11-22: 7 14 21", reserve=2) for one in (people, turned))
    assert first == second
    assert (len(first.drawn["north"]), len(first.drawn["south"])) == (6, 3)
    assert len(first.reserve["south"]) == 2
    assert not set(first.reserve["south"]) & set(first.members)
    assert sortition.draw(people, 9, seed="another").members != first.members
    assert "2026-11-22" in first.sentence


def test_everybody_in_a_stratum_has_the_same_chance() -> None:
    people = {f"p{n}": "all" for n in range(10)}
    drawn = Counter(person for seed in range(2000) for person in sortition.draw(people, 3, seed=str(seed)).members)
    assert all(500 < drawn[person] < 700 for person in people)  # 600 expected, 4.9 standard deviations of room


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=6), st.data())
def test_seats_follow_the_strata_to_within_one(people: dict[str, int], data: st.DataObject) -> None:
    total = sum(people.values())
    seats = data.draw(st.integers(1, total))
    found = sortition.proportional(people, seats, "seed")
    assert sum(found.values()) == seats
    assert all(abs(Fraction(seats * n, total) - found[name]) < 1 for name, n in people.items())
    assert all(found[name] <= n for name, n in people.items())


def test_impossible_panels_are_refused() -> None:
    one = {"a": "x"}
    for people, seats, seed in (({}, 1, "s"), (one, 1, ""), (one, 2, "s"), (one, {"y": 1}, "s"), (one, {"x": 2}, "s")):
        with pytest.raises(BadInput):
            sortition.draw(people, seats, seed=seed)  # type: ignore[arg-type]


# --- delegation -------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from("abcdefgh")
DAY, LATER = date(2026, 5, 1), date(2026, 12, 31)


def handed(giver: str, to: str, topic: str = "money", given: date = DAY, expires: date = LATER) -> Delegation:
    return Delegation(giver, to, topic, given, expires)


def test_own_votes_override_and_chains_are_followed() -> None:
    given = [handed("a", "b"), handed("b", "c"), handed("d", "c"), handed("e", "x"), handed("f", "c", "gardens")]
    found = delegation.resolve(given, ["c", "d"], topic="money", day=date(2026, 6, 1), cap=5)
    assert found.weight == {"c": 3, "d": 1}
    why = {use.giver: (use.counted, use.reason) for use in found.uses}
    assert why["d"] == (False, "your own vote counts instead")
    assert why["e"] == (False, "x did not vote")
    assert "f" not in why
    assert next(use for use in found.uses if use.giver == "a").path == ("b", "c")


def test_delegations_expire_and_are_capped_the_earliest_first() -> None:
    given = [handed(who, "z", given=date(2026, 5, day)) for who, day in (("a", 3), ("b", 1), ("c", 2))]
    given.append(handed("old", "z", expires=date(2026, 5, 20)))
    found = delegation.resolve(given, ["z"], topic="money", day=date(2026, 6, 1), cap=2)
    assert found.weight == {"z": 3}
    why = {use.giver: use.reason for use in found.uses}
    assert why["a"] == "z already votes for 2 others"
    assert why["old"] == "not valid on this day"


def test_a_circle_is_refused_and_one_that_slipped_in_counts_for_nobody() -> None:
    with pytest.raises(BadInput, match="circle"):
        delegation.accept(handed("c", "a"), [handed("a", "b"), handed("b", "c")])
    with pytest.raises(BadInput, match="themselves"):
        delegation.accept(handed("a", "a"), [])
    with pytest.raises(BadInput, match="already"):
        delegation.accept(handed("a", "c"), [handed("a", "b")])
    delegation.accept(handed("c", "a", "gardens"), [handed("a", "b"), handed("b", "c")])
    found = delegation.resolve([handed("a", "b"), handed("b", "a")], ["c"], topic="money", day=DAY, cap=9)
    assert found.weight == {"c": 1}
    assert {use.reason for use in found.uses} == {"it goes round in a circle"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=14), st.sets(NAMES), st.integers(0, 4))
def test_nobody_votes_twice_and_no_cap_is_broken(pairs: list[tuple[str, str]], voted: set[str], cap: int) -> None:
    found = delegation.resolve([handed(a, b) for a, b in pairs], voted, topic="money", day=DAY, cap=cap)
    assert set(found.weight) == voted
    assert all(1 <= weight <= 1 + cap for weight in found.weight.values())
    counted = [use.giver for use in found.uses if use.counted]
    assert len(counted) == len(set(counted))
    assert not set(counted) & voted
    assert sum(found.weight.values()) == len(voted) + len(counted)


# --- the board --------------------------------------------------------------------------------------------------------


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40))
def test_every_receipt_is_proved_and_no_other(leaves: list[bytes]) -> None:
    published = board.root(leaves)
    for place, leaf in enumerate(leaves):
        path = board.proof(leaves, place)
        assert board.holds(leaf, path, published)
        assert not board.holds(leaf + b"x", path, published)


def test_the_board_hashes_as_rfc_6962_says() -> None:
    # The roots of the test vectors of certificate transparency for zero, one and three leaves.
    leaves = [b"", b"\x00", b"\x10"]
    assert board.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert board.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert board.root(leaves).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


def test_a_receipt_is_the_hash_of_election_ballot_and_nonce() -> None:
    nonce = bytes(32)
    assert board.receipt("vote 7", "A>B", nonce) == hashlib.sha256(b"vote 7A>B" + nonce).digest()
    with pytest.raises(BadInput, match="32"):
        board.receipt("vote 7", "A>B", b"short")
    with pytest.raises(BadInput, match="none at place 3"):
        board.proof([b"a"], 3)
