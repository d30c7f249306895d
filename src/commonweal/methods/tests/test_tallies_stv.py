"""The single transferable vote, worked by hand from the text of the rules (SSI 2007/42, schedule 1, rules 45 to 52)."""

from __future__ import annotations

from fractions import Fraction

from commonweal.methods.tallies import stv
from commonweal.methods.tallies.profile import ranked
from commonweal.methods.tallies.ties import EARLIER, LOT
from commonweal.methods.tests.test_tallies import ballots_of


def test_decimals_that_are_cut_can_keep_somebody_below_the_quota() -> None:
    # 24 votes, 3 seats: the quota is 24/4 + 1 = 7 (rule 46). A has 14 and a surplus of 7, so each paper is worth
    # 7 x 1 / 14 = 0.5 (rule 48). B then has 4 + 7 = 11, a surplus of 4; A's papers move on at 4 x 0.5 / 11 = 0.18181,
    # B's own at 4 x 1 / 11 = 0.36363, the remainder ignored: C gets 14 x 0.18181 + 4 x 0.36363 = 3.99986 and holds
    # 6.99986, where uncut decimals would have made the quota. D is excluded (rule 50), C fills the last place (rule 52).
    found = stv.count(ballots_of((14, "ABC"), (4, "BC"), (3, "C"), (3, "D")), 3)
    assert found.quota == 7
    assert found.rounds[1].tally == {"A": 7, "B": 11, "C": 3, "D": 3}
    assert found.rounds[2].tally == {"A": 7, "B": 7, "C": Fraction("6.99986"), "D": 3}
    assert found.rounds[2].elected == ()
    assert found.rounds[2].exhausted == Fraction("0.00014")
    assert found.rounds[2].eliminated == ("D",)
    assert found.rounds[3].elected == ("C",)
    assert "without the quota" in found.rounds[3].words
    assert found.winners == ("A", "B", "C")
    # Cities of the United States keep four decimals of the fraction, 0.3636, and cut its product with 0.5 again.
    american = stv.count(ballots_of((14, "ABC"), (4, "BC"), (3, "C"), (3, "D")), 3, rules="american")
    assert american.rounds[2].tally["C"] == 3 + 14 * Fraction("0.1818") + 4 * Fraction("0.3636")


def test_an_excluded_candidate_passes_papers_on_at_the_worth_they_came_with() -> None:
    # 20 votes, 2 seats, quota 7. A: 11, surplus 4, each paper 4/11 = 0.36363; three of them go to C, who is excluded
    # with 2 + 3 x 0.36363: C's own papers go to D at 1, A's to B at 0.36363 (rule 50, paragraph 4).
    found = stv.count(ballots_of((8, "AB"), (3, "ACB"), (2, "CD"), (4, "D"), (3, "B")), 2)
    third = Fraction("0.36363")
    assert found.rounds[1].tally == {"A": 7, "B": 3 + 8 * third, "C": 2 + 3 * third, "D": 4}
    assert found.rounds[1].eliminated == ("C",)
    assert found.rounds[2].tally == {"A": 7, "B": 3 + 11 * third, "D": 6}
    assert found.winners == ("A", "B")


def test_equal_votes_look_back_to_the_latest_stage_where_they_differed() -> None:
    # B and C have 4 each when somebody must go; one stage before, B had 4 and C 3: C goes (rule 51).
    found = stv.count(ballots_of((5, "A"), (4, "B"), (3, "C"), (1, "DC")), 1)
    assert [step.eliminated for step in found.rounds[:2]] == [("D",), ("C",)]
    assert [(tie.options, tie.chosen, tie.rule) for tie in found.ties] == [(("B", "C"), ("C",), EARLIER)]
    assert "B and C were tied for last place; the votes in an earlier round chose C." in found.sentence


def test_equal_surpluses_go_to_whoever_had_more_before_and_equal_histories_to_the_lot() -> None:
    # 30 votes, 3 seats, quota 8. When D is out, A (7 + 2) and B (6 + 3) have 9 each; A had more one stage before, so
    # A's surplus moves first (rule 49).
    later = stv.count(ballots_of((7, "A"), (6, "B"), (6, "C"), (6, "E"), (2, "DA"), (3, "DB")), 3)
    assert later.rounds[1].elected == ("A", "B")
    assert [step.more.get("surplus_of") for step in later.rounds[1:3]] == [["A"], ["B"]]
    assert later.ties[0].rule == EARLIER
    same = stv.count(ballots_of((9, "A"), (9, "B"), (6, "C"), (7, "E")), 3)
    assert [(tie.purpose, tie.rule) for tie in same.ties] == [("for the largest surplus", LOT)]


def test_examples_from_the_literature_keep_every_figure() -> None:
    # Three hundred lines of "Voting matters" (issue 12) are about these ten groups; the figures are those of the law.
    groups = [(333, "AX"), (333, "AY"), (333, "AZ"), (333, "BX"), (333, "BY"), (333, "BZ")]
    groups += [(667, "X"), (667, "Y"), (667, "Z"), (1, "ABX"), (1, "ABY"), (2, "BAX")]
    found = stv.count(ballots_of(*groups), 3)
    assert found.quota == 1001
    assert found.rounds[0].tally == {"A": 1001, "B": 1001, "X": 667, "Y": 667, "Z": 667}
    assert found.rounds[0].elected == ("A", "B")
    assert len(found.rounds) == 3
    assert found.rounds[2].exhausted == 1334
    # Castor, Pollux and Helen: Castor's surplus of 1 brings Pollux to 2 of 4, which Helen's 3 beat.
    twins = stv.count(ranked(["Castor", "Pollux", "Helen"], [[0, 1], [1, -1], [2, -1]], [5, 1, 3]), 2)
    assert [dict(step.tally) for step in twins.rounds] == [
        {"Castor": 5, "Pollux": 1, "Helen": 3},
        {"Castor": 4, "Pollux": 2, "Helen": 3},
        {"Castor": 4, "Helen": 3},
    ]
    assert twins.winners == ("Castor", "Helen")


def test_american_counts_end_with_where_the_last_surplus_would_go() -> None:
    # 19 votes, 2 seats, quota 7. A's surplus of 2 moves at 0.2222: C holds 5 + 9 x 0.2222 = 6.9998. B is out, C has
    # 11.9998 and is elected; its surplus finds nobody, which the closing round shows as the tabulator of these cities does.
    ballots = ballots_of((9, "AC"), (5, "BC"), (5, "C"))
    found = stv.count(ballots, 2, rules="american")
    assert [step.elected for step in found.rounds] == [("A",), (), ("C",), ()]
    assert found.rounds[2].tally == {"A": 7, "C": Fraction("11.9998")}
    assert found.rounds[3].tally == {"A": 7, "C": 7}
    assert found.rounds[3].exhausted == 5
    assert len(stv.count(ballots, 1, rules="american").rounds) == 2  # one seat: B out, C wins, nothing more to show
    assert len(stv.count(ballots, 2).rounds) == 3


def test_write_ins_without_a_vote_wait_their_turn() -> None:
    ballots = ranked(["UWI", "x", "y", "z"], [[1, 0], [2, -1], [3, -1]], [5, 6, 4])
    assert stv.count(ballots, 2, rules="american").rounds[0].elected == ("y",)
    assert stv.count(ballots, 1, rules="american").rounds[0].eliminated == (
        "UWI",
    )  # as the last of all, not as write-in
