"""Bridging: the model, the gate, the score, the label, the night."""

from __future__ import annotations

import csv
import json
import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.bridging import (
    Fit,
    Gate,
    Ratings,
    aligned,
    fit,
    gate,
    labelled,
    nightly,
    score,
    starts,
    to_review,
    with_rating,
)
from commonweal.methods.bridging.check import area_under_curve, separation
from commonweal.methods.bridging.score import sides
from commonweal.methods.command.bridging import read_ratings
from commonweal.methods.errors import BadInput
from commonweal.methods.population import RatingsWorld, ratings_world
from commonweal.methods.tests.shared import shared

OPEN = Gate(True, (0.1,) * 5, 100, 1_000)
SHUT = Gate(False, (-0.1,) * 5, 100, 1_000)


def ratings_of(world: RatingsWorld) -> Ratings:
    return Ratings.of(world.rater, world.item, world.rating, raters=world.raters, items=world.items)


@cache
def divided() -> RatingsWorld:
    return ratings_world(2_000, 400, divide=1.0, seed=1)


def loss_of(ratings: Ratings, found: Fit) -> float:
    """The loss written out, for checking."""
    who = np.repeat(np.arange(ratings.raters), ratings.per_rater())
    i_u, f_u, i_n, f_n = found._rater_intercept, found._rater_factor, found.item_intercept, found.item_factor
    e = ratings.rating - found.mu - i_u[who] - i_n[ratings.item] - f_u[who] * f_n[ratings.item]
    intercepts = np.mean(i_u**2) + np.mean(i_n**2) + found.mu**2
    return np.mean(e**2) + 0.03 * (np.mean(f_u**2) + np.mean(f_n**2)) + 0.15 * intercepts


def test_the_reported_loss_is_the_loss_and_nothing_nearby_is_lower() -> None:
    ratings = ratings_of(divided())
    found = fit(ratings, tolerance=1e-10)
    assert found.settled
    assert found.loss == pytest.approx(loss_of(ratings, found), rel=1e-9)
    rng = np.random.default_rng(0)
    for name in ("mu", "item_intercept", "item_factor", "_rater_intercept", "_rater_factor"):
        for _ in range(3):
            moved = dict(found.__dict__)
            moved[name] = moved[name] + 0.01 * rng.normal(size=np.shape(moved[name]))
            assert loss_of(ratings, Fit(**moved)) > found.loss


def test_it_agrees_with_gradient_descent_by_another_library() -> None:
    torch = pytest.importorskip("torch", reason="torch (several gigabytes) is not installed; bench/peers/bridging.py")
    ratings = ratings_of(divided())
    who = torch.tensor(np.repeat(np.arange(ratings.raters), ratings.per_rater()))
    what, r = torch.tensor(ratings.item.astype(np.int64)), torch.tensor(ratings.rating.astype(np.float64))
    torch.manual_seed(0)
    sizes = {"i_u": ratings.raters, "f_u": ratings.raters, "i_n": ratings.items, "f_n": ratings.items}
    p = {name: (0.3 * torch.randn(size, dtype=torch.float64)).requires_grad_() for name, size in sizes.items()}
    p["mu"] = torch.zeros(1, dtype=torch.float64, requires_grad=True)

    def loss():
        e = r - p["mu"] - p["i_u"][who] - p["i_n"][what] - p["f_u"][who] * p["f_n"][what]
        factors = p["f_u"].square().mean() + p["f_n"].square().mean()
        intercepts = p["i_u"].square().mean() + p["i_n"].square().mean() + p["mu"].square().sum()
        return e.square().mean() + 0.03 * factors + 0.15 * intercepts

    descent = torch.optim.LBFGS(list(p.values()), max_iter=500, history_size=20, line_search_fn="strong_wolfe")

    def closure():
        descent.zero_grad()
        value = loss()
        value.backward()
        return value

    descent.step(closure)
    ours = fit(ratings)
    theirs = p["i_n"].detach().numpy()
    assert np.corrcoef(ours.item_intercept, theirs)[0, 1] > 0.999
    assert ours.loss <= loss().item() * (1 + 1e-5)


CONVERSATIONS = (
    "15-per-hour-seattle",
    "american-assembly.bowling-green",
    "austria-climate.5twd2jsnkf.2022-08-08",
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01",
    "vtaiwan.uberx",
)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_on_real_conversations_the_factor_parts_the_published_groups(name: str) -> None:
    with (shared("opinions") / name / "participants-votes.csv").open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    columns = [n for n, column in enumerate(header) if column.isdigit()]
    votes = [
        (u, n, (float(row[c]) + 1) / 2) for u, row in enumerate(rows) for n, c in enumerate(columns) if row[c].strip()
    ]
    who, what, r = map(np.array, zip(*votes, strict=True))
    ratings = Ratings.of(who, what, r, raters=len(rows), items=len(columns))
    group = np.array([int(row[header.index("group-id")] or -1) for row in rows])
    area = separation(fit(ratings), group, 0, 1)
    assert area is not None
    assert area >= 0.95
    assert gate(ratings).open


def test_the_gate_stays_shut_without_a_divide_and_opens_with_one() -> None:
    for size, each in ((200, 15), (1_000, 12)):
        no = [gate(ratings_of(ratings_world(size, 60, per_rater=each, divide=0, seed=s))).open for s in range(10)]
        yes = [gate(ratings_of(ratings_world(size, 60, per_rater=each, divide=1, seed=s))).open for s in range(10)]
        assert np.mean(no) <= 0.2
        assert np.mean(yes) >= 0.9


@pytest.mark.parametrize(("raters", "items"), [(500, 200), (2_000, 400)])
def test_a_brigade_of_a_fifth_does_not_lift_its_posts(raters: int, items: int) -> None:
    ours, raw = [], []
    for seed in range(4):
        world = ratings_world(raters, items, brigade=0.2, seed=seed)
        found = nightly(ratings_of(world)).scores
        for value, shares in ((np.nan_to_num(found.score, nan=-1), ours), (world.by_item()[1], raw)):
            top = np.zeros(items, bool)
            top[np.argsort(-value, kind="stable")[: items // 10]] = True
            shares.append(top[world.pushed].mean())
        assert not found.label[world.pushed].any()
    assert np.mean(ours) < 0.15
    assert np.mean(raw) > 0.85


def test_too_few_raters_leave_the_gate_shut_and_items_unscored() -> None:
    ratings = Ratings.of([0, 1, 2, 3, 0, 1, 2, 3, 4], [0, 0, 0, 0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 1, 0.5, 0.5])
    night = nightly(ratings)
    assert not night.gate.open
    assert "Too few people" in night.gate.sentence
    assert night.fit is None
    assert night.scores.waiting.tolist() == [True, False]
    assert night.scores.score[1] == pytest.approx((3 + 5 * 7 / 9) / 10)
    assert "waits for at least five" in night.scores.item_sentence(0)
    assert not night.scores.label.any()


def test_the_score_is_the_geometric_mean_of_both_sides() -> None:
    # Ten items: people 0-9 like even ones and people 10-19 odd ones; all like item 10.
    who = np.repeat(np.arange(20), 11)
    what = np.tile(np.arange(11), 20)
    r = np.where(what == 10, 1.0, (what % 2 == 0) == (who < 10))
    ratings = Ratings.of(who, what, r)
    found = fit(ratings)
    assert sorted(np.bincount(sides(ratings, found), minlength=2).tolist()) == [10, 10]
    told = score(ratings, OPEN, found)
    assert told.score[10] == pytest.approx(11 / 12)
    assert told.score[:10] == pytest.approx(np.full(10, (11 / 12 * 1 / 12) ** 0.5))
    assert told.order[0] == 10
    assert score(ratings, SHUT, found).score[10] == pytest.approx((20 + 5 * r.mean()) / 25)


def test_the_label_needs_intercept_small_factor_and_both_sides() -> None:
    found = Fit(0.3, np.array([0.4, 0.39, 0.6, 0.6, 0.6]), np.array([0.1, 0.0, 0.5, 0.1, 0.1]), 0, 1, True, 1)
    count = np.array([[8, 8], [8, 8], [8, 8], [8, 7], [200, 8]])
    helped = np.array([[6.0, 6.0], [8, 8], [8, 8], [8, 5], [104.0, 8]])
    assert labelled(found, count, helped).tolist() == [True, False, False, False, False]


def test_a_person_with_fewer_than_ten_ratings_stands_on_no_side() -> None:
    ratings = ratings_of(divided())
    side = sides(ratings, fit(ratings))
    assert (side[ratings.per_rater() < 10] == -1).all()
    assert {0, 1} <= set(side.tolist())


def test_five_starts_find_one_minimum_and_the_night_keeps_the_lowest_with_last_nights_sign() -> None:
    ratings = ratings_of(divided())
    losses = [found.loss for found in starts(ratings)]
    assert len(losses) == 5
    assert np.ptp(losses) < 1e-5
    first = nightly(ratings, seed=0)
    assert first.fit is not None
    again = nightly(ratings, seed=7, last_factor=-first.fit.item_factor)
    assert again.fit is not None
    assert np.corrcoef(again.fit.item_factor, -first.fit.item_factor)[0, 1] > 0.999
    new = np.where(np.arange(ratings.items) < 5, np.nan, first.fit.item_factor)
    assert aligned(first.fit.turned(), new).item_factor == pytest.approx(first.fit.item_factor)
    assert again.scores.score == pytest.approx(first.scores.score, abs=0.02)


def test_a_warm_start_settles_sooner() -> None:
    ratings = ratings_of(divided())
    cold = fit(ratings)
    warm = fit(ratings, item_factor=cold.item_factor)
    assert warm.rounds < cold.rounds
    with pytest.raises(BadInput, match="warm start"):
        fit(ratings, item_factor=np.zeros(3))


def test_a_new_rating_re_solves_its_item_alone() -> None:
    ratings = ratings_of(divided())
    found = fit(ratings, tolerance=1e-12)
    who = np.repeat(np.arange(ratings.raters), ratings.per_rater())
    mine = ratings.item == 7
    same = with_rating(found, ratings, 7, who[mine], ratings.rating[mine])
    assert same.item_intercept[7] == pytest.approx(found.item_intercept[7], abs=1e-4)
    assert same.item_factor[7] == pytest.approx(found.item_factor[7], abs=1e-4)
    worse = with_rating(found, ratings, 7, [*who[mine], ratings.raters + 3], [*ratings.rating[mine], 0.0])
    assert worse.item_intercept[7] < same.item_intercept[7]
    others = np.arange(ratings.items) != 7
    assert (worse.item_intercept[others] == found.item_intercept[others]).all()
    with pytest.raises(BadInput, match="once"):
        with_rating(found, ratings, 7, [1, 1], [1, 1])
    with pytest.raises(BadInput, match="after the last fit"):
        with_rating(found, ratings, 10_000, [1], [1])


def test_items_that_wait_are_asked_of_both_sides_in_turn() -> None:
    world = divided()
    few = ratings_of(world)
    ratings = Ratings.of(
        np.concatenate([np.repeat(np.arange(few.raters), few.per_rater()), [0]]),
        np.concatenate([few.item, [few.items]]),
        np.concatenate([few.rating, [1.0]]),
    )
    found = fit(ratings)
    asked = to_review(ratings, found)
    assert [item for item, _ in asked] == [few.items]
    whom = asked[0][1]
    assert len(whom) == 4
    assert 0 not in whom
    assert np.bincount(sides(ratings, found)[whom], minlength=2).min() >= 1


def test_nothing_about_a_persons_side_leaves(tmp_path: Path) -> None:
    ratings = ratings_of(divided())
    night = nightly(ratings)
    assert night.fit is not None
    said = repr(night) + repr(night.fit) + night.sentence + "".join(t.as_text() for t in night.scores.tables())
    assert "_rater" not in said
    assert b"_rater" not in pickle.dumps(night.scores)
    assert "rater_factor" not in json.dumps(list(night.scores.__dataclass_fields__))
    assert "side" in night.scores.picture().svg() or night.scores.picture().svg().startswith("<svg")


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5), st.sampled_from([0, 0.5, 1])), min_size=1, max_size=40),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_any_ratings_give_finite_scores_and_the_last_of_repeats_counts(rows: list, seed: int) -> None:
    who, what, r = zip(*rows, strict=True)
    ratings = Ratings.of(who, what, r, raters=7, items=6)
    last = {(u, n): value for u, n, value in rows}
    assert len(ratings) == len(last)
    assert ratings.repeated == len(rows) - len(last)
    _, total = ratings.per_item()
    assert total.tolist() == [sum(v for (_, m), v in last.items() if m == n) for n in range(6)]
    found = fit(ratings, seed=seed)
    for values in (found.item_intercept, found.item_factor, found._rater_intercept, found._rater_factor):
        assert np.isfinite(values).all()
    told = score(ratings, OPEN, found)
    assert np.isfinite(told.score[~told.waiting]).all()


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_when_all_rate_alike_there_is_no_divide(value: float) -> None:
    who, what = np.divmod(np.arange(40 * 10), 10)
    night = nightly(Ratings.of(who, what, np.full(400, value)))
    assert not night.gate.open
    assert night.scores.score == pytest.approx(np.full(10, value))


def test_bad_input_is_said_so() -> None:
    for who, what, r in (
        ([0], [0, 1], [1]),
        ([0], [0], [0.7]),
        ([0.5], [0], [1]),
        ([-1], [0], [1]),
        ([0], [0], [np.nan]),
    ):
        with pytest.raises(BadInput):
            Ratings.of(who, what, r)
    with pytest.raises(BadInput, match="no ratings"):
        nightly(Ratings.of([], [], []))
    with pytest.raises(BadInput, match="ridges"):
        fit(Ratings.of([0], [0], [1]), factor_ridge=0)


def test_the_area_under_the_curve_counts_ties_half() -> None:
    positive = np.array([True, True, False, False])
    assert area_under_curve(np.array([2.0, 1, 1, 0]), positive) == pytest.approx(3.5 / 4)


def test_the_command_says_what_the_gates_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    from commonweal.methods import command

    world = ratings_world(300, 60, per_rater=20, seed=2)
    file, groups = tmp_path / "r.csv", tmp_path / "g.csv"
    rows = zip(world.rater, world.item, world.rating, strict=True)
    file.write_text("rater,item,rating\n" + "".join(f"u{u},i{n},{r:g}\n" for u, n, r in rows))
    groups.write_text("rater,group\n" + "".join(f"u{u},{s}\n" for u, s in enumerate(world.rater_side)))
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    line = ["bridging", str(file), "--groups", str(groups), "--json", "--svg", str(tmp_path / "p.svg")]
    assert command.run(parser.parse_args(line)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["gate"]["open"]
    assert told["auc"] > 0.85
    assert len(told["scores"]) == told["items"] == 60
    assert (tmp_path / "p.svg").read_text().startswith("<svg")
    assert len(read_ratings(str(file), lambda _: None)) == told["ratings"]
    file.write_text("rater,item,rating\n")
    assert command.run(parser.parse_args(["bridging", str(file)])) == 2
