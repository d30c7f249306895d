"""Spending together: examples worked by hand, exact against compiled, against the peer where it is installed."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import command
from commonweal.methods.errors import BadInput
from commonweal.methods.tallies import budget, pabulib, shares
from commonweal.methods.tallies.pabulib import Poll, Project
from commonweal.methods.tallies.shares_steady import steady

HEAD = "META\nkey;value\nbudget;{budget}\nvote_type;{kind}\nPROJECTS\nproject_id;cost;name;selected\n"


def poll_of(money: object, costs: list[object], ballots: list[list[int]], scores: object = None) -> Poll:
    projects = tuple(Project(str(n), f"project {n}", Fraction(str(cost))) for n, cost in enumerate(costs))
    points = scores if scores is not None else [dict.fromkeys(ballot, 1) for ballot in ballots]
    exact = tuple({p: Fraction(v) for p, v in row.items()} for row in points)  # type: ignore[attr-defined]
    kind = "approval" if scores is None else "scoring"
    return Poll(Fraction(str(money)), projects, tuple(f"v{n}" for n in range(len(ballots))), exact, kind)


def votes_of(poll: Poll) -> list[Fraction]:
    return pabulib.votes_of(len(poll.projects), poll.ballots)


def funded(result: budget.Budget) -> list[str]:
    return [result.poll.projects[p].id for p in result.funded]


def test_a_minority_gets_its_share_where_greedy_gives_it_nothing() -> None:
    # Six people want 0, 1, 2; four want 3, 4; ten of money, two each project: greedy would also take the majority's.
    ballots = [[0, 1, 2, 5]] * 6 + [[3, 4]] * 4
    poll = poll_of(10, [3, 3, 3, 2, 2, 1], ballots)
    assert funded(budget.greedy(poll)) == ["5", "0", "1", "2"]
    found = budget.equal_shares(poll, completion="none")
    assert set(funded(found)) >= {"3", "4"}
    assert found.spent <= 10


def test_payments_are_equal_as_far_as_shares_allow_and_add_up() -> None:
    # Shares of 3. Project 0 (cost 8, four supporters): 2 each. Project 1 (cost 5): v0 has 1 left, v4 and v5 pay 2 each.
    poll = poll_of(18, [8, 5], [[0, 1], [0], [0], [0], [1], [1]])
    found = budget.equal_shares(poll, completion="none")
    assert funded(found) == ["0", "1"]
    assert found.paid["0"] == {"v0": 2, "v1": 2, "v2": 2, "v3": 2}
    assert found.paid["1"] == {"v0": 1, "v4": 2, "v5": 2}
    assert found.steps[1].effective == Fraction(5, 2)
    assert "v0" not in found.sentence


def test_add1_starts_from_the_whole_share_and_stops_before_the_budget_breaks() -> None:
    # Budget 10, three people, share 3 1/3. Project 0 costs 4 and has one supporter: a share of 4 pays it.
    poll = poll_of(10, [4, 6], [[0], [1], [1]])
    assert funded(budget.equal_shares(poll, completion="none")) == ["1"]
    whole = budget.equal_shares(poll, completion="add1-only")
    assert (set(funded(whole)), whole.share, whole.extra) == ({"0", "1"}, 4, 1)
    assert budget.equal_shares(poll, completion="add1-only", start="exact").share == Fraction(10, 3) + 1
    # At a share of 4 project 2 would be bought as well, for 11 in all; so it stops at 3, though project 1 would fit.
    poll = poll_of(10, [6, 4, 5], [[0, 1], [0, 2], [0, 2], [0, 2]])
    found = budget.equal_shares(poll, completion="add1-only")
    assert (funded(found), found.share) == (["0"], 3)
    assert funded(budget.equal_shares(poll)) == ["0", "1"]


def test_what_is_left_is_filled_by_votes_and_said() -> None:
    poll = poll_of(10, [9, 4], [[0], [0], [1]])
    found = budget.equal_shares(poll, completion="votes")
    assert funded(found) == ["0"]
    assert found.by_shares == 0
    assert "filled what was left by votes" in found.sentence
    assert found.as_json()["paid_by"] == {}


def test_ties_between_shares_go_to_the_cheaper_then_to_more_votes_then_by_id() -> None:
    # Every project has two supporters' worth of votes for its money; 1 and 2 are the cheapest, alike in all but the id.
    poll = poll_of(4, [4, 3, 3], [[0, 1, 2], [0, 1, 2]])
    found = budget.equal_shares(poll, completion="none")
    assert funded(found) == ["1"]
    assert (set(found.ties[0].options), found.ties[0].chosen) == ({"0", "1", "2"}, ("1",))
    assert "cheaper, then more votes" in found.sentence
    # Two effective votes each: the cheaper project is bought first, though its id is higher.
    poll = poll_of(8, [4, 1], [[0], [0], [1], [1]])
    assert funded(budget.equal_shares(poll, completion="none")) == ["1", "0"]
    assert shares.in_order([(Fraction(1),)] * 3, ["10", "9", "b"]) == [1, 0, 2]


def test_ties_in_votes_go_to_the_cheaper_and_are_reported() -> None:
    found = budget.greedy(poll_of(4, [4, 3, 3], [[0, 1, 2], [0, 1, 2]]))
    assert funded(found) == ["1"]
    assert found.ties[0].chosen == ("1",)
    assert set(found.ties[0].options) == {"0", "1", "2"}
    assert not budget.greedy(poll_of(6, [4, 3, 3], [[1, 2], [0, 1, 2]])).ties


def test_the_files_own_rule_and_threshold_are_followed() -> None:
    text = HEAD.format(budget=10, kind="approval").replace("PROJECTS", "rule;{rule}\n{more}PROJECTS")
    body = "1;6;A;1\n2;5;B;0\n3;4;C;0\nVOTES\nvoter_id;vote\n" + "".join(
        f"v{n};{vote}\n" for n, vote in enumerate(["1", "1,2", "1,2,3", "2", "1"])
    )
    goes_on = pabulib.parse(text.format(rule="greedy", more="") + body)
    assert funded(budget.greedy(goes_on)) == ["1", "3"]
    stops = pabulib.parse(text.format(rule="greedy-no-skip", more="") + body)
    found = budget.greedy(stops)
    assert funded(found) == ["1"]
    assert "stops at the first that does not fit" in found.sentence
    assert funded(budget.greedy(stops, skip=True)) == ["1", "3"]
    demanding = pabulib.parse(text.format(rule="greedy", more="min_project_score_threshold;2\n") + body)
    for found in (budget.greedy(demanding), budget.equal_shares(demanding)):
        assert funded(found) == ["1"]
        assert "fewer than the 2 votes" in found.sentence


@st.composite
def polls(draw: st.DrawFn) -> Poll:
    size, people = draw(st.integers(1, 5)), draw(st.integers(1, 8))
    costs = [draw(st.integers(1, 20)) for _ in range(size)]
    ballots = [draw(st.lists(st.integers(0, size - 1), unique=True, max_size=size)) for _ in range(people)]
    scores = [{p: draw(st.integers(1, 4)) for p in ballot} for ballot in ballots] if draw(st.booleans()) else None
    return poll_of(draw(st.integers(1, 50)), costs, ballots, scores)


@settings(max_examples=150, deadline=None)
@given(polls(), st.sampled_from(["cost", "count"]), st.sampled_from(["none", "add1-only", "add1"]))
def test_money_is_never_overspent_and_payments_cover_each_cost(
    poll: Poll, utility: budget.Utility, completion: budget.Completion
) -> None:
    found = budget.equal_shares(poll, completion=completion, utility=utility)
    assert found.spent <= poll.budget
    assert len(set(found.funded)) == len(found.funded)
    spent: Counter[str] = Counter()
    for p in found.funded[: found.by_shares]:
        project = poll.projects[p]
        assert sum(found.paid[project.id].values()) == project.cost
        for voter, amount in found.paid[project.id].items():
            assert poll.ballots[poll.voters.index(voter)].get(p, 0) > 0
            spent[voter] += amount
    assert all(amount <= (found.share or 0) for amount in spent.values())


@settings(max_examples=100, deadline=None)
@given(polls())
def test_groups_that_agree_and_can_pay_are_not_left_with_nothing(poll: Poll) -> None:
    """Justified representation for budgets: a group whose shares pay a project they all want has something funded."""
    found = budget.equal_shares(poll, completion="none")
    chosen, n = set(found.funded), len(poll.voters)
    empty = [v for v, ballot in enumerate(poll.ballots) if not chosen & {p for p, u in ballot.items() if u > 0}]
    for p, project in enumerate(poll.projects):
        group = [v for v in empty if poll.ballots[v].get(p, 0) > 0]
        assert not group or len(group) * poll.budget / n < project.cost


def synthetic(seed: int, people: int, size: int, kind: str = "approval") -> Poll:
    rng = np.random.default_rng(seed)
    costs = rng.integers(20, 600, size) * 100
    ballots = [rng.choice(size, rng.integers(1, 6), replace=False).tolist() for _ in range(people)]
    scores = [{p: int(rng.integers(1, 4)) for p in ballot} for ballot in ballots] if kind == "scoring" else None
    return poll_of(int(costs.sum()) // 4, costs.tolist(), ballots, scores)


@pytest.mark.parametrize(("kind", "utility"), [("approval", "cost"), ("scoring", "cost"), ("approval", "count")])
def test_the_compiled_rule_buys_what_the_exact_rule_buys_or_says_that_it_doubts(
    kind: str, utility: budget.Utility
) -> None:
    sure = 0
    for seed in range(6):
        poll = synthetic(seed, 300, 20, kind)
        auction = budget._Auction(poll, votes_of(poll), utility)
        for extra in range(0, 40, 8):
            share = (poll.budget / 300 + extra) * auction.unit
            quick = auction.quick(share)
            if quick is not None:
                sure += 1
                assert quick == [one.project for one in shares.exact(auction.market, share)[0]]
    assert sure >= 15


def test_tries_in_the_compiled_rule_lead_to_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    poll = synthetic(9, 400, 15)
    slow = budget.equal_shares(poll)
    start = budget._Auction.__init__

    def eager(self: budget._Auction, *given: object) -> None:
        start(self, *given)  # type: ignore[arg-type]
        self._work = 10**9

    monkeypatch.setattr(budget._Auction, "__init__", eager)
    assert budget.equal_shares(poll).as_json() == slow.as_json()
    assert slow.extra > 0


@settings(max_examples=150, deadline=None)
@given(polls(), st.integers(0, 20), st.fractions(0, 1, max_denominator=7), st.sampled_from(["cost", "count"]))
def test_below_the_growth_that_is_named_nothing_changes(
    poll: Poll, extra: int, part: Fraction, utility: budget.Utility
) -> None:
    if not poll.voters:
        return
    market = budget._Auction(poll, votes_of(poll), utility).market
    share = poll.budget / len(poll.voters) + extra
    bought, growth = steady(market, share)
    assert bought == [one.project for one in shares.exact(market, share)[0]]
    if growth is None:
        growth = Fraction(10**6)
    for inside in (growth * part if part < 1 else Fraction(0), growth * Fraction(999, 1000)):
        assert [one.project for one in shares.exact(market, share + inside)[0]] == bought


@settings(max_examples=60, deadline=None)
@given(polls())
def test_passing_over_steps_leads_where_every_step_leads(poll: Poll) -> None:
    if not poll.voters:
        return
    whole = budget.equal_shares(poll)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(budget, "PATIENCE", 0)
        assert budget.equal_shares(poll).as_json() == whole.as_json()


def test_few_people_with_much_money_need_no_million_steps() -> None:
    # Somebody alone wants what costs most of ten million millions; the share must grow by four million millions.
    poll = poll_of(10**13, [9 * 10**12, 10**12], [[0], [1]])
    found = budget.equal_shares(poll)
    assert (funded(found), found.share) == (["1", "0"], 9 * 10**12)
    assert found.extra == 4 * 10**12


def test_pabutools_spends_alike() -> None:
    election = pytest.importorskip("pabutools.election", reason="pabutools is not installed (extra: peers)")
    rules = pytest.importorskip("pabutools.rules", reason="pabutools is not installed (extra: peers)")
    tie = pytest.importorskip("pabutools.tiebreaking", reason="pabutools is not installed (extra: peers)")
    for seed in range(40):
        draw = random.Random(seed)
        size, people = draw.randint(1, 8), draw.randint(1, 12)
        costs = [draw.randint(1, 25) for _ in range(size)]
        ballots = [[p for p in range(size) if draw.random() < 0.4] for _ in range(people)]
        poll = poll_of(draw.randint(5, 60), list(costs), ballots)
        theirs = [election.Project(str(n), cost) for n, cost in enumerate(costs)]
        instance = election.Instance(theirs, budget_limit=int(poll.budget))
        profile = election.ApprovalProfile([election.ApprovalBallot([theirs[p] for p in b]) for b in ballots])
        votes = Counter(str(p) for ballot in ballots for p in ballot)
        order = tie.TieBreakingRule(lambda _i, _p, one, votes=votes: (one.cost, -votes[one.name], int(one.name)))
        for completion, step in (("none", None), ("add1-only", 1)):
            ours = budget.equal_shares(poll, completion=completion, start="exact")  # type: ignore[arg-type]
            result = rules.method_of_equal_shares(
                instance, profile, election.Cost_Sat, tie_breaking=order, voter_budget_increment=step
            )
            assert funded(ours) == [project.name for project in result]


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_pabulib_file_with_decimal_commas_and_quotes(tmp_path: Path) -> None:
    text = (
        HEAD.format(budget='"10,5"', kind="approval")
        + '1;"4,25";"Bench; and ""tree""";1\n2;6.25;Pool;1\n3;9;Road;0\nVOTES\nvoter_id;vote;age\n'
        + 'a;"1,2";30\nb;2;\nc;1;41\nd;;\n'
    )
    poll = pabulib.parse(text)
    assert poll.budget == Fraction(21, 2)
    assert poll.projects[0].name == 'Bench; and "tree"'
    assert [dict(ballot) for ballot in poll.ballots] == [{0: 1, 1: 1}, {1: 1}, {0: 1}, {}]
    file = tmp_path / "city.pb"
    file.write_text(text, encoding="utf-8-sig")
    parser = argparse.ArgumentParser()
    module = command._module("budget")
    module.add_arguments(parser)
    for rule in ("equal-shares", "greedy"):
        report = module.run(parser.parse_args([str(file), "--rule", rule]))
        assert sorted(report.figures["funded"]) == ["1", "2"]
        assert report.figures["spent"] == 10.5
        assert report.figures["published"]["same"]
        assert json.dumps(report.figures, allow_nan=False)
        assert report.picture is not None
        assert "Bench" in report.picture()
    spent = sum(amount for payers in report.figures["paid_by"].values() for amount in payers.values())
    assert spent == 0  # greedy takes nobody's share


def test_points_and_orders() -> None:
    votes = '1;4;A;0\n2;4;B;0\nVOTES\nvoter_id;vote;points\na;"1,2";"3,1"\nb;2;"0,5"\n'
    poll = pabulib.parse(HEAD.format(budget=4, kind="cumulative") + votes.replace('"0,5"', "2"))
    assert votes_of(poll) == [3, 3]
    ordinal = HEAD.format(budget=4, kind="ordinal") + "1;4;A;0\n2;4;B;0\nVOTES\nvoter_id;vote\na;2,1\nb;2\n"
    poll = pabulib.parse(ordinal)
    assert votes_of(poll) == [1, 4]
    assert funded(budget.greedy(poll)) == ["2"]


def test_what_the_head_and_the_columns_of_a_budget_file_say_is_held_against_its_votes() -> None:
    text = HEAD.format(budget=9, kind="approval").replace("PROJECTS", "num_votes;3\nnum_projects;2\nPROJECTS")
    text = text.replace("selected", "selected;votes") + "1;4;A;1;2\n2;4;B;2;5\nVOTES\nvoter_id;vote\na;1\nb;1,2\n"
    poll = pabulib.parse(text.replace("\n", "\r\n"))
    assert [project.published for project in poll.projects] == [True, None]
    found = budget.equal_shares(poll)
    assert "says 3 votes, but 2 are in it" in found.sentence
    assert "for its projects (2)" in found.sentence
    compared = budget.against_published(found)
    assert compared is not None
    assert compared.same
    assert compared.in_words("greedy") == "The file publishes the same projects as selected (by its own rule, greedy)."


def test_orders_count_from_the_number_of_projects_and_scores_have_a_default() -> None:
    projects = "1;4;A;0\n2;4;B;0\n3;4;C;0\nVOTES\nvoter_id;vote"
    ordinal = HEAD.format(budget=4, kind="ordinal") + projects + "\na;2,1\nb;3\n"
    assert votes_of(pabulib.parse(ordinal)) == [2, 3, 3]
    assert votes_of(pabulib.parse(ordinal.replace("PROJECTS", "max_length;2\nPROJECTS"))) == [1, 2, 2]
    scoring = HEAD.format(budget=4, kind="scoring").replace("PROJECTS", "default_score;-1\nPROJECTS")
    poll = pabulib.parse(scoring + projects + ";points\na;2,1;5,3\nb;3;1\n")
    assert votes_of(poll) == [2, 4, 0]
    assert funded(budget.equal_shares(poll)) == ["2"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "META is missing"),
        ("hello\n", "does not begin"),
        (HEAD.format(budget="x", kind="approval") + "1;4;A;0\nVOTES\nvote\n1\n", "column budget"),
        (HEAD.format(budget=4, kind="approval") + "1;;A;0\nVOTES\nvote\n1\n", "row 7, column cost"),
        (HEAD.format(budget=4, kind="approval") + "1;4;A;0\nVOTES\nvote\n9\n", "row 10, column vote"),
        (HEAD.format(budget=4, kind="approval") + "1;4;A;0\n1;4;A;0\nVOTES\nvote\n1\n", "second project"),
        (HEAD.format(budget=4, kind="magic") + "1;4;A;0\nVOTES\nvote\n1\n", "vote type"),
        (HEAD.format(budget=4, kind="scoring") + "1;4;A;0\nVOTES\nvote;points\n1;\n", "points"),
    ],
)
def test_what_is_wrong_in_a_budget_file_is_named_with_its_place(text: str, where: str) -> None:
    with pytest.raises(BadInput, match=where):
        pabulib.parse(text, "city.pb")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["META", "PROJECTS", "VOTES", "budget;5", "vote_type;scoring", "project_id;cost", "1;2", "2;0",
    "3;1e5", "vote;points", "1;3", '"1,2";"1,2"', "key;value", '"', ";;", "٣;٤", "1,1;-1,2", "a;b"]), max_size=16))  # fmt: skip
def test_any_budget_file_is_spent_or_refused(lines: list[str]) -> None:
    try:
        poll = pabulib.parse("\n".join(lines))
        budget.greedy(poll)
        budget.equal_shares(poll)
    except BadInput:
        pass


def test_nobody_voting_free_projects_and_unwanted_ones() -> None:
    with pytest.raises(BadInput, match="nobody voted"):
        budget.equal_shares(poll_of(5, [1], []))
    found = budget.equal_shares(poll_of(5, [0, 0, 3], [[0], [0]]))
    assert funded(found) == ["0"]
    assert budget.equal_shares(poll_of(0, [1], [[0]])).spent == 0
