"""Opinion maps: against published groups, an independent library, the published formulas, and hard inputs."""

from __future__ import annotations

import argparse
import json
import math
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods import command, opinions
from commonweal.methods.errors import BadInput
from commonweal.methods.opinions import clustering, representativeness, routing
from commonweal.methods.tests.shared import shared

SEATTLE, SAN_JUAN = "opinions/15-per-hour-seattle", "opinions/ssis.land-bank-farmland.2rumnecbeh.2021-08-01"
AUSTRIA = "opinions/austria-climate.5twd2jsnkf.2022-08-08"
TAIWAN, BOWLING = "opinions/vtaiwan.uberx", "opinions/american-assembly.bowling-green"


def told(capsys, *words):
    """What the command prints as JSON."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    code = command.run(parser.parse_args(["opinions", *map(str, words), "--json"]))
    output = capsys.readouterr()
    return code, json.loads(output.out) if code == 0 else output.err


def crowd(people=120, statements=30, groups=2, strength=2.0, fill=0.7, seed=0):
    """Answers of a simulated crowd with known groups."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, groups, people)
    lean = chance.normal(0, strength, (groups, statements))[labels] + chance.logistic(0, 1, (people, statements))
    table = np.where(lean > 0.3, 1.0, np.where(lean < -0.3, -1.0, 0.0))
    table[chance.random(table.shape) > fill] = np.nan
    return opinions.Votes.from_dense(table), labels


@pytest.mark.parametrize(
    ("folder", "least"), [(SEATTLE, 0.85), (SAN_JUAN, 0.85), (AUSTRIA, 0.85), (TAIWAN, 0.80), (BOWLING, 0.70)]
)
def test_finds_the_published_groups_of_a_real_conversation(folder, least):
    export = opinions.read_export(shared(folder))
    found = opinions.opinion_map(export.votes, zero_moderated=export.zeroed_when_published)
    published = dict(zip(export.votes.people, export.groups, strict=True))
    theirs = np.array([published[one] for one in found.votes.people])
    assert found.k == 2
    assert found.clear
    assert opinions.adjusted_rand(theirs[theirs >= 0], found.labels[theirs >= 0]) >= least


def test_the_command_speaks_the_contract(capsys):
    code, figures = told(capsys, shared(SEATTLE))
    assert code == 0
    assert {"k", "silhouette", "groups", "consensus", "clear", "adjusted_rand"} <= figures.keys()
    assert all({"id", "participants", "statements"} <= group.keys() for group in figures["groups"])
    assert figures["adjusted_rand"] >= 0.85
    assert sum(len(group["participants"]) for group in figures["groups"]) == 138
    code, figures = told(capsys, shared(SEATTLE), "--keep-moderated", "--k", "3")
    assert figures["k"] == 3
    assert figures["moderated"] == "keep"


def test_the_projection_is_that_of_scikit_learn_on_full_answers():
    decomposition = pytest.importorskip("sklearn.decomposition", reason="scikit-learn is not installed")
    votes, _ = crowd(fill=1.1)
    theirs = decomposition.PCA(2, svd_solver="full").fit(votes.matrix.toarray().astype(float))
    ours = opinions.project(votes)
    assert np.allclose(np.abs(ours.components @ theirs.components_.T), np.eye(2), atol=1e-5)
    assert np.allclose(ours.explained, theirs.explained_variance_ratio_, atol=1e-6)


def test_silhouette_and_rand_are_those_of_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    chance = np.random.default_rng(1)
    for k in (2, 3, 5):
        points, one, other = chance.normal(size=(80, 2)), chance.integers(0, k, 80), chance.integers(0, 3, 80)
        assert clustering.silhouette(points, one) == pytest.approx(metrics.silhouette_score(points, one))
        assert opinions.adjusted_rand(one, other) == pytest.approx(metrics.adjusted_rand_score(one, other))


def test_the_scale_makes_up_for_few_answers():
    """sqrt(statements / votes cast), the zeroed statements counting as cast."""
    table = np.array(
        [[1, 1, 1, 1], [-1, -1, -1, -1], [1, np.nan, np.nan, np.nan], [-1, -1, np.nan, np.nan]], dtype=float
    )
    votes = opinions.Votes.from_dense(table)
    found = opinions.project(votes)
    answered = votes.matrix.toarray() - found.center
    answered[np.isnan(table)] = 0
    assert np.allclose(found.positions, (answered @ found.components.T) * np.sqrt(4 / np.array([4, 4, 1, 2]))[:, None])


def test_zeroed_statements_carry_nothing_and_are_never_shown():
    votes, _ = crowd()
    out = np.zeros(30, dtype=bool)
    out[:10] = True
    votes = opinions.Votes(votes.people, votes.statements, votes.matrix, out)
    found = opinions.opinion_map(votes, clarity=False)
    assert not found.projection.components[:, :10].any()
    named = [one.statement for marks in found.representative for one in marks] + [
        one.statement for one in found.consensus
    ]
    assert min(named) >= 10
    assert min(opinions.next_statements(votes, None, count=30)) >= 10


def test_representativeness_follows_the_published_formulas():
    agrees, seen, outside, seen_outside = (np.array([n]) for n in (8, 10, 3, 12))
    assert representativeness.share(agrees, seen)[0] == pytest.approx(9 / 12)
    assert representativeness.z_share(agrees, seen)[0] == pytest.approx(2 * math.sqrt(11) * (9 / 11 - 0.5))
    pooled = 13 / 24
    expected = (9 / 11 - 4 / 13) / math.sqrt(pooled * (1 - pooled) * (1 / 11 + 1 / 13))
    assert representativeness.z_ratio(agrees, seen, outside, seen_outside)[0] == pytest.approx(expected)


def test_what_marks_a_group_puts_agreement_first_and_at_most_five():
    votes, labels = crowd(people=300)
    for marks in opinions.representative(votes, labels):
        assert 0 < len(marks) <= 5
        assert all(one.z_share > 1.2816 and one.z_ratio > 1.2816 for one in marks)
        if any(one.direction == "agree" for one in marks):
            assert marks[0].direction == "agree"
        weights = [one.weight for one in marks[1:]]
        assert weights == sorted(weights, reverse=True)


def test_group_informed_consensus_is_the_product_over_groups():
    table = np.array([[1.0]] * 6 + [[1.0], [-1.0]])
    labels = np.array([0] * 6 + [1] * 2)
    agree, _ = opinions.informed(opinions.Votes.from_dense(table), labels)
    assert agree[0] == pytest.approx(7 / 8 * 2 / 4)


def test_what_is_shown_next_weighs_as_published():
    weight = routing.weights(np.array([3]), np.array([1]), np.array([5]), np.array([0.5]))
    assert weight[0] == pytest.approx(((1 - 2 / 7) * 1.5 * (4 / 7) * (1 + 8 * 0.5)) ** 2)
    votes, _ = crowd(people=20, statements=6, fill=0.5)
    unseen = set(range(6)) - set(votes.matrix[0].indices.tolist())
    assert set(opinions.next_statements(votes, 0, count=6)) == unseen
    assert opinions.next_statements(votes, 0, seed=3) == opinions.next_statements(votes, 0, seed=3)


@pytest.mark.parametrize(("people", "statements", "fill"), [(60, 20, 0.8), (150, 50, 0.4), (400, 60, 0.3)])
def test_one_group_is_not_called_two(people, statements, fill):
    for seed in range(4):
        votes, _ = crowd(people, statements, groups=1, fill=fill, seed=seed)
        found = opinions.opinion_map(votes, seed=seed)
        assert not found.clear
        assert "No clear groups" in found.sentence


def test_simulated_groups_are_found_and_called_clear():
    for groups in (2, 3):
        votes, labels = crowd(300, 40, groups, seed=groups)
        found = opinions.opinion_map(votes)
        assert found.k == groups
        assert found.clear
        assert opinions.adjusted_rand(labels[list(found.votes.people)], found.labels) > 0.9


def test_the_number_of_groups_changes_only_after_four_wins():
    held = opinions.Smoothing(2)
    for _ in range(3):
        held = held.after(3)
        assert held.k == 2
    assert held.after(2) == opinions.Smoothing(2)
    assert held.after(4).wins == 1
    assert held.after(3) == opinions.Smoothing(3)


def test_a_state_keeps_people_in_and_groups_named():
    votes, _ = crowd(60, 20)
    first = opinions.opinion_map(votes, clarity=False)
    assert len(first.votes.people) == 60
    kept = np.flatnonzero(np.arange(len(votes.matrix.data)) >= votes.matrix.indptr[1] - 1)
    rows = np.repeat(np.arange(60), votes.cast)
    less = opinions.Votes.of(
        votes.people, votes.statements, rows[kept], votes.matrix.indices[kept], votes.matrix.data[kept]
    )
    assert less.cast[0] == 1
    assert 0 not in opinions.opinion_map(less, clarity=False).votes.people
    again = opinions.opinion_map(less, previous=first.state, clarity=False)
    assert 0 in again.votes.people
    assert np.mean(again.labels[1:] == first.labels[1:]) > 0.95
    assert np.sum(again.projection.components * first.projection.components) > 0


def test_the_most_active_fill_up_to_fifteen():
    table = np.full((40, 30), np.nan)
    for n in range(40):
        table[n, : 1 + n % 6] = 1
    table[:3, :10] = -1
    rows = opinions.who_is_in(opinions.Votes.from_dense(table))
    assert len(rows) == 15
    assert {0, 1, 2} <= set(rows)


def test_straight_lines_are_flagged_only_against_the_odds():
    chance = np.random.default_rng(0)
    table = np.where(chance.random((100, 20)) < 0.5, 1.0, -1.0)
    table[7] = 1
    assert [one.person for one in opinions.straight_lines(opinions.Votes.from_dense(table))] == [7]
    assert opinions.straight_lines(opinions.Votes.from_dense(np.ones((100, 20)))) == ()


def test_groups_under_five_are_neither_named_nor_drawn():
    table = np.full((40, 12), 1.0)
    table[:3] = -1
    found = opinions.opinion_map(opinions.Votes.from_dense(table), k=2, clarity=False)
    assert sorted(found.sizes) == [3, 37]
    assert found.members(found.sizes.index(3)) == ()
    assert "Group 2, 3 people" not in found.picture()
    assert all("3" not in str(row[1]) or row[1] == 37 for row in found.tables()[0].rows if row[0] != "others")


def test_the_picture_is_valid_and_says_what_it_shows():
    votes, _ = crowd()
    found = opinions.opinion_map(votes)
    tree = ElementTree.fromstring(found.picture({n: f"<b>statement & {n}</b>" for n in range(30)}))
    assert tree.find("{http://www.w3.org/2000/svg}title").text == "Opinion map"
    assert tree.find("{http://www.w3.org/2000/svg}desc").text == found.sentence
    assert opinions.in_words(found)[0] == found.sentence


def test_the_bootstrap_trusts_real_groups_and_not_chance():
    votes, _ = crowd(200, 30)
    found = opinions.opinion_map(votes, clarity=False)
    steady = opinions.stability(found.votes, found.grouping, draws=10)
    assert steady.agreement.estimate > 0.9
    assert min(steady.groups) > 0.9
    votes, _ = crowd(200, 30, groups=1)
    found = opinions.opinion_map(votes, k=3, clarity=False)
    assert opinions.stability(found.votes, found.grouping, draws=10).agreement.estimate < 0.6


@pytest.mark.parametrize(
    "table",
    [
        [[1.0]],
        [[1.0, np.nan]],
        [[1.0] * 9] * 30,
        [[0.0] * 9] * 30,
        [[1.0] * 9, [-1.0] * 9],
        [[1.0], [-1.0], [0.0], [np.nan]],
        [[np.nan] * 8] * 20 + [[1.0] * 8],
    ],
)
def test_odd_tables_give_an_answer_without_a_warning(table):
    found = opinions.opinion_map(opinions.Votes.from_dense(np.array(table)))
    assert np.isfinite(found.positions).all()
    assert found.sentence
    assert found.picture().startswith("<svg")
    assert sum(found.sizes) == len(found.votes.people)
    steady = opinions.stability(found.votes, found.grouping, draws=3)
    assert all(math.isfinite(value) for value in steady.groups)


def test_nobody_and_nothing_are_refused():
    for shape in ((0, 0), (0, 5), (5, 0), (4, 4)):
        with pytest.raises(BadInput, match="nobody has answered"):
            opinions.opinion_map(opinions.Votes.from_dense(np.full(shape, np.nan)))
    with pytest.raises(BadInput, match="between 2 and 20"):
        opinions.opinion_map(crowd()[0], k=1)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 12), st.floats(0.1, 1))
def test_every_small_table_gets_a_map_that_adds_up(seed, people, statements, fill):
    chance = np.random.default_rng(seed)
    table = chance.integers(-1, 2, (people, statements)).astype(float)
    table[chance.random(table.shape) > fill] = np.nan
    votes = opinions.Votes.from_dense(table)
    if not votes.cast.any():
        return
    found = opinions.opinion_map(votes, clarity=False, seed=seed % 7)
    assert np.isfinite(found.positions).all()
    assert sum(found.sizes) == len(found.votes.people)
    assert found.labels.max() + 1 == found.k
    assert -1 <= found.silhouette <= 1
    same = opinions.opinion_map(votes, clarity=False, seed=seed % 7)
    assert np.array_equal(same.labels, found.labels)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.permutations(range(4)))
def test_the_rand_index_knows_no_names(labels, names):
    one = np.array(labels)
    assert opinions.adjusted_rand(one, np.array(names)[one]) == pytest.approx(1)


def test_a_later_answer_replaces_an_earlier_one():
    votes = opinions.Votes.of(["a"], ["s"], [0, 0], [0, 0], [1, -1])
    assert votes.matrix.toarray().tolist() == [[-1]]
    with pytest.raises(BadInput, match="disagree"):
        opinions.Votes.of(["a"], ["s"], [0], [0], [3])
