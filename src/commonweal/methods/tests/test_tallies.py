"""Counting ballots: against published results, against rules worked by hand, and what every rule must keep."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import command
from commonweal.methods.errors import BadInput
from commonweal.methods.tallies import committee, irv, reading, schulze, simple, stv
from commonweal.methods.tallies.profile import Ranked, ranked, scored
from commonweal.methods.tallies.results import in_figures, listed
from commonweal.methods.tallies.ties import EARLIER, LOT, Breaker
from commonweal.methods.tests.shared import shared


def ballots_of(*groups: tuple[int, str]) -> Ranked:
    """Ranked ballots from (people, "ABC")."""
    options = sorted({letter for _, text in groups for letter in text})
    width = max(len(text) for _, text in groups)
    rows = [[options.index(letter) for letter in text] + [-1] * (width - len(text)) for _, text in groups]
    return ranked(options, rows, [people for people, _ in groups])


def run(name: str, *words: str) -> command.Report:
    parser = argparse.ArgumentParser()
    module = command._module(command.SUBCOMMANDS[name][0])
    module.add_arguments(parser)
    return module.run(parser.parse_args(list(words)))


@st.composite
def profiles(draw: st.DrawFn, full: bool = False, most: int = 5) -> list[tuple[int, str]]:
    letters = "ABCDEF"[: draw(st.integers(2, most))]
    groups = []
    for _ in range(draw(st.integers(1, 7))):
        order = "".join(draw(st.permutations(letters)))
        groups.append((draw(st.integers(1, 9)), order if full else order[: draw(st.integers(1, len(letters)))]))
    return groups


# --- published results ------------------------------------------------------------------------------------------------


def test_the_published_rounds_of_minneapolis_2017_come_out_to_the_last_vote() -> None:
    file = shared("elections/minneapolis-2017-mayor.csv")
    published = json.loads(shared("elections/minneapolis-2017-mayor.expected.json").read_text(encoding="utf-8"))
    figures = run("tally", str(file), "--method", "irv").figures
    assert len(figures["rounds"]) == len(published["results"])
    named = {"UWI": "Undeclared Write-ins"}
    for ours, theirs in zip(figures["rounds"], published["results"], strict=True):
        assert {named.get(name, name): str(n) for name, n in ours["tally"].items()} == theirs["tally"]
        assert ours["threshold"] == int(theirs["threshold"])
        assert ours["exhausted"] == sum(map(int, theirs["inactiveBallots"].values()))
        out = {step["eliminated"] for step in theirs["tallyResults"] if "eliminated" in step}
        assert {named.get(name, name) for name in ours["eliminated"]} == out
    last = figures["rounds"][-1]["tally"]
    assert (last["Jacob Frey"], last["Raymond Dehn"]) == (46_704, 34_970)
    assert figures["winners"] == ["Jacob Frey"]
    assert figures["blank"] == published["summary"]["undervotes"]


def test_batches_only_save_rounds_in_minneapolis() -> None:
    ballots = reading.read(shared("elections/minneapolis-2017-mayor.csv"), reading.Rules(skips=1))
    assert isinstance(ballots, Ranked)
    together, single = irv.count(ballots), irv.count(ballots, batch=False)
    assert together.winners == single.winners
    assert dict(together.rounds[-1].tally) == dict(single.rounds[-1].tally)
    assert len(single.rounds) > len(together.rounds)


def test_the_tennessee_example_comes_out_as_in_the_books() -> None:
    # Four cities, voters near each: the textbook example in which the methods part ways.
    ballots = ballots_of((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))
    assert simple.plurality(ballots).winners == ("M",)
    assert irv.count(ballots).winners == ("K",)
    found = schulze.count(ballots)
    assert found.winners == ("N",)
    assert found.more["condorcet_winner"] == "N"


def test_a_centre_squeeze_gives_three_methods_three_winners() -> None:
    # Like Burlington 2009: the centre C beats each side head to head, but has the fewest first choices.
    ballots = ballots_of((37, "ACB"), (18, "CBA"), (11, "CAB"), (34, "BCA"))
    squeezed = ballots_of((38, "ACB"), (20, "CBA"), (7, "CAB"), (35, "BCA"))
    for profile in (ballots, squeezed):
        assert simple.plurality(profile).winners == ("A",)
        assert irv.count(profile).winners == ("B",)
        assert schulze.count(profile).winners == ("C",)
        assert schulze.count(profile).more["condorcet_winner"] == "C"


def test_schulze_2011_example_1() -> None:
    ballots = ballots_of(
        (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")
    )  # fmt: skip
    found = schulze.count(ballots, 5)
    assert found.order == ("E", "A", "C", "B", "D")
    strongest = found.more["strongest_paths"]
    assert [strongest["A"][b] for b in "BCDE"] == [28, 28, 30, 24]
    assert [strongest["E"][b] for b in "ABCD"] == [25, 28, 28, 31]
    assert found.more["condorcet_winner"] is None


# --- the single transferable vote -------------------------------------------------------------------------------------


def scottish_by_hand(groups: list[tuple[int, str]], seats: int) -> tuple[set[str], bool]:
    """The Scottish rules ballot by ballot, in decimals: another way of writing the same law. The flag: a tie came up."""
    papers = [[order, Decimal(1)] for people, order in groups for _ in range(people)]
    names = sorted({letter for _, order in groups for letter in order})
    quota = len(papers) // (seats + 1) + 1
    holder: list[str | None] = [order[0] for order, _ in papers]
    total = Counter[str]({name: Decimal(0) for name in names})  # type: ignore[dict-item]
    for paper, name in zip(papers, holder, strict=True):
        total[name] += paper[1]  # type: ignore[index]
    running, elected, waiting, tied = set(names), [], [], False

    def hand_on(who: str, factor: tuple[Decimal, Decimal] | None) -> None:
        for n, (order, value) in enumerate(papers):
            if holder[n] != who:
                continue
            if factor is not None:
                value = (factor[0] * value / factor[1]).quantize(Decimal("0.00001"), ROUND_DOWN)
                papers[n][1] = value
            holder[n] = next((name for name in order if name in running), None)
            if holder[n] is not None:
                total[holder[n]] += value

    while True:
        new = sorted((name for name in running if total[name] >= quota), key=lambda name: -total[name])
        running -= set(new)
        elected += new
        waiting += new
        if len(elected) >= seats or not running:
            return set(elected), tied
        if len(running) <= seats - len(elected):
            return set(elected) | running, tied
        waiting = sorted((name for name in waiting if total[name] > quota), key=lambda name: -total[name])
        if waiting:
            tied |= len(waiting) > 1 and total[waiting[0]] == total[waiting[1]]
            who = waiting.pop(0)
            hand_on(who, (total[who] - quota, total[who]))
            total[who] = Decimal(quota)
        else:
            low = min(total[name] for name in running)
            last = [name for name in running if total[name] == low]
            tied |= len(last) > 1
            running.discard(last[0])
            hand_on(last[0], None)
            del total[last[0]]


@settings(max_examples=150, deadline=None)
@given(profiles(most=6), st.integers(1, 4))
def test_stv_elects_whom_the_scottish_order_elects_paper_by_paper(groups: list[tuple[int, str]], seats: int) -> None:
    expected, tied = scottish_by_hand(groups, seats)
    if not tied:
        assert set(stv.count(ballots_of(*groups), seats).winners) == expected


@settings(max_examples=100, deadline=None)
@given(profiles(), st.integers(1, 3), st.sampled_from(["scottish", "american"]))
def test_stv_loses_no_vote_and_fills_the_seats(groups: list[tuple[int, str]], seats: int, rules: stv.Rules) -> None:
    ballots = ballots_of(*groups)
    found = stv.count(ballots, seats, rules=rules)
    for step in found.rounds:
        assert sum(step.tally.values()) + step.exhausted == found.valid
        assert not any(isinstance(votes, float) for votes in step.tally.values())
    assert len(found.winners) == min(seats, len(ballots.options))
    assert sorted(found.order) == list(ballots.options)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 4), st.data())
def test_stv_gives_a_solid_group_the_seats_its_size_earns(seats: int, data: st.DataObject) -> None:
    """Proportionality for solid coalitions, with the Droop quota of the count itself."""
    group, others = "ABC", "DEF"
    voters = data.draw(st.integers(1, 40))
    against = data.draw(st.integers(0, 40))
    groups = [(1, "".join(data.draw(st.permutations(group)))) for _ in range(voters)]
    groups += [(1, "".join(data.draw(st.permutations(others)))) for _ in range(against)]
    groups += [(0, "ABCDEF")]
    found = stv.count(ballots_of(*groups), seats)
    earned = min(voters // int(found.quota or 1), len(group), seats)
    # Cutting five decimals can cost a solid group less than a hundredth of a vote in all; leave that much room.
    if voters % int(found.quota or 1) or earned == 0:
        assert len(set(found.winners) & set(group)) >= earned


def test_a_surplus_moves_at_five_cut_decimals_or_at_four_under_american_rules() -> None:
    ballots = ballots_of((7, "AB"), (2, "AC"), (3, "B"), (2, "C"))  # 14 votes, 2 seats, quota 5
    scottish, american = stv.count(ballots, 2), stv.count(ballots, 2, rules="american")
    assert scottish.quota == 5
    # A has 9, surplus 4: 4/9 is 0.44444 or 0.4444.
    assert scottish.rounds[1].tally["B"] == 3 + 7 * Fraction("0.44444")
    assert american.rounds[1].tally["B"] == 3 + 7 * Fraction("0.4444")
    assert stv.count(ballots, 2, decimals=2).rounds[1].tally["C"] == 2 + 2 * Fraction("0.44")
    assert scottish.rounds[0].more["surplus_of"] == ["A"]
    assert "4 more than the quota" in scottish.explained()[0]


def test_the_largest_surplus_moves_first_and_does_not_stop_at_the_elected() -> None:
    ballots = ballots_of((20, "ABC"), (12, "BCD"), (2, "C"), (2, "D"))  # 36 votes, 3 seats, quota 10
    found = stv.count(ballots, 3)
    assert found.rounds[0].elected == ("A", "B")
    assert found.rounds[0].more["surplus_of"] == ["A"]
    assert found.rounds[1].tally["B"] == 12  # A's ballots pass B by, who is elected
    assert found.rounds[1].tally["C"] == 12


def test_american_rules_put_out_undeclared_write_ins_first() -> None:
    ballots = ranked(["UWI", "x", "y", "z"], [[0, 1], [1, -1], [2, -1], [3, -1]], [5, 6, 4, 3])
    assert stv.count(ballots, 2, rules="american").rounds[0].eliminated == ("UWI",)
    assert irv.count(ballots).rounds[0].eliminated == ("UWI",)
    assert stv.count(ballots, 2).rounds[0].eliminated != ("UWI",)


# --- what each rule must keep -----------------------------------------------------------------------------------------

COUNTS = {
    "plurality": simple.plurality,
    "approval": simple.approval,
    "irv": irv.count,
    "irv single": lambda ballots: irv.count(ballots, batch=False),
    "schulze": schulze.count,
    "stv": lambda ballots: stv.count(ballots, 2),
    "pav": lambda ballots: committee.sequential_pav(ballots, 2),
    "equal shares": lambda ballots: committee.equal_shares(ballots, 2),
}


@settings(max_examples=60, deadline=None)
@given(profiles(), st.randoms())
def test_every_rule_is_anonymous_lots_included(groups: list[tuple[int, str]], random: object) -> None:
    one_by_one = [(1, order) for people, order in groups for _ in range(people)]
    random.shuffle(one_by_one)  # type: ignore[attr-defined]
    for count in COUNTS.values():
        first, second = count(ballots_of(*groups)), count(ballots_of(*one_by_one))
        assert (first.winners, first.order, first.ties) == (second.winners, second.order, second.ties)


@settings(max_examples=60, deadline=None)
@given(profiles())
def test_every_rule_is_neutral_where_no_lot_decides(groups: list[tuple[int, str]]) -> None:
    letters = sorted({letter for _, order in groups for letter in order})
    renamed = dict(zip(letters, reversed([letter.lower() for letter in letters]), strict=True))
    other = [(people, "".join(renamed[letter] for letter in order)) for people, order in groups]
    for count in COUNTS.values():
        first, second = count(ballots_of(*groups)), count(ballots_of(*other))
        if not any(tie.rule == LOT for tie in (*first.ties, *second.ties)):
            assert {renamed[name] for name in first.winners} == set(second.winners)


@settings(max_examples=80, deadline=None)
@given(profiles(full=True), st.data())
def test_rising_on_a_ballot_never_costs_the_win_where_the_rule_is_monotone(
    groups: list[tuple[int, str]], data: st.DataObject
) -> None:
    for name in ("plurality", "schulze"):
        before = COUNTS[name](ballots_of(*groups))
        winner = before.winners[0]
        at = data.draw(st.integers(0, len(groups) - 1))
        people, order = groups[at]
        place = order.index(winner)
        if before.ties or place == 0:
            continue
        target = data.draw(st.integers(0, place - 1))
        rest = order.replace(winner, "")
        raised = [*groups[:at], (people, rest[:target] + winner + rest[target:]), *groups[at + 1 :]]
        assert COUNTS[name](ballots_of(*raised)).winners[0] == winner


@settings(max_examples=120, deadline=None)
@given(profiles())
def test_schulze_elects_the_condorcet_winner_and_never_the_loser(groups: list[tuple[int, str]]) -> None:
    ballots = ballots_of(*groups)
    wins = schulze.pairwise(ballots)
    beats = (wins > wins.T).sum(axis=1)
    size = len(ballots.options)
    found = schulze.count(ballots)
    if (beats == size - 1).any():
        assert found.winners[0] == ballots.options[int(beats.argmax())] == found.more["condorcet_winner"]
    else:
        assert found.more["condorcet_winner"] is None
    for option in range(size):
        if size > 1 and all(wins[other, option] > wins[option, other] for other in range(size) if other != option):
            assert found.winners[0] != ballots.options[option]


@settings(max_examples=120, deadline=None)
@given(profiles())
def test_batches_never_change_who_wins(groups: list[tuple[int, str]]) -> None:
    single, together = irv.count(ballots_of(*groups), batch=False), irv.count(ballots_of(*groups))
    if not single.ties and not together.ties:
        assert single.winners == together.winners


@st.composite
def approving(draw: st.DrawFn) -> tuple[list[list[int]], int]:
    size = draw(st.integers(1, 5))
    rows = draw(st.lists(st.lists(st.integers(0, 1), min_size=size, max_size=size), min_size=1, max_size=10))
    return rows, draw(st.integers(1, size))


@settings(max_examples=120, deadline=None)
@given(approving())
def test_equal_shares_gives_extended_justified_representation(drawn: tuple[list[list[int]], int]) -> None:
    """No group that is large enough for t seats and agrees on t options is left with fewer than t for everybody."""
    rows, seats = drawn
    if not any(map(any, rows)):
        return
    names = [str(n) for n in range(len(rows[0]))]
    board = {int(name) for name in committee.equal_shares(scored(names, rows), seats).winners}
    assert len(board) == min(seats, len(names))
    have = [sum(rows[voter][option] for option in board) for voter in range(len(rows))]
    for t in range(1, seats + 1):
        for agreed in combinations(range(len(names)), t):
            left_out = [v for v in range(len(rows)) if have[v] < t and all(rows[v][option] for option in agreed)]
            assert len(left_out) * seats < t * len(rows)


# --- ties and words ---------------------------------------------------------------------------------------------------


def test_a_tie_looks_at_earlier_rounds_first_the_latest_first() -> None:
    breaker = Breaker()
    history = [{"A": 5, "B": 3, "C": 4}, {"A": 4, "B": 4, "C": 5}]
    assert breaker.choose(["A", "B"], 3, "for last place", history) == "B"
    assert breaker.choose(["A", "C"], 3, "for last place", history) == "A"
    assert [tie.rule for tie in breaker.record] == [EARLIER, EARLIER]


def test_the_lot_follows_from_election_ballots_and_beacon_alone() -> None:
    ballots = ballots_of((3, "A"), (3, "B"))
    drawn = {
        irv.count(ballots, breaker=Breaker("vote 7", beacon, ballots.ballot_root)).winners[0]
        for beacon in map(str, range(40))
    }
    assert drawn == {"A", "B"}
    again = [irv.count(ballots, breaker=Breaker("vote 7", "x", ballots.ballot_root)) for _ in range(2)]
    assert again[0].winners == again[1].winners
    assert again[0].ties[0].rule == LOT
    assert "the public lot" in again[0].sentence


def test_every_round_is_explained_and_drawn() -> None:
    for count in COUNTS.values():
        found = count(ballots_of((5, "ABC"), (4, "BCA"), (2, "CBA")))
        assert all(len(words) > 20 for words in found.explained())
        assert found.picture().startswith("<svg")
        assert found.sentence.endswith(".")
        assert json.dumps(found.as_json(), allow_nan=False)
        assert all(table.as_text() for table in found.tables())


def test_figures_and_lists_read_as_people_write_them() -> None:
    assert in_figures(Fraction(123456789, 100000)) == "1,234.56789"
    assert in_figures(-2) == "-2"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed([]) == "nobody"


# --- one round --------------------------------------------------------------------------------------------------------


def test_score_keeps_both_means_and_the_declared_one_decides() -> None:
    ballots = scored(["a", "b"], [[5, 3], [0, 3], [0, 3]], given=[[1, 1], [0, 1], [0, 1]])
    assert simple.score(ballots).winners == ("b",)
    assert simple.score(ballots, over="scorers").winners == ("a",)
    assert simple.score(ballots).rounds[0].tally == {"a": Fraction(5, 3), "b": 3}
    with pytest.raises(BadInput, match="above 4"):
        simple.score(ballots, highest=4)


def test_quadratic_ballots_that_overspend_are_void() -> None:
    ballots = scored(["a", "b"], [[9, 4], [10, 0], [8, 7], [0, -10]])
    found = simple.quadratic(ballots)
    assert found.rounds[0].tally == {"a": 19, "b": -6}
    assert found.spoiled == 1


def test_numbers_beyond_64_bits_are_still_exact() -> None:
    ballots = scored(["a", "b"], [[10**6, 10**6 - 1]], [10**12])
    assert simple.score(ballots).more["sums"] == {"a": 10**18, "b": (10**6 - 1) * 10**12}
