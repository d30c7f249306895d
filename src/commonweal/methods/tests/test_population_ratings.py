"""The world of ratings that bridging is tested on."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.population import RatingsWorld, ratings_world


def top_decile_share(world: RatingsWorld, score: np.ndarray) -> float:
    best = np.argsort(-score, kind="stable")[: world.items // 10]
    return float(world.pushed[best].sum() / world.pushed.sum())


def test_ratings_are_what_they_say_they_are() -> None:
    world = ratings_world(300, 80, per_rater=12, seed=4)
    assert set(np.unique(world.rating)) == {0.0, 0.5, 1.0}
    pairs = world.rater * world.items + world.item
    assert (np.diff(pairs) > 0).all()  # sorted, and nobody rates an item twice
    assert set(np.unique(world.rater_side)) == {-1, 1}
    assert world.rater.max() < 300
    assert world.item.max() < 80


def test_the_same_seed_gives_the_same_world() -> None:
    one, two, other = (ratings_world(200, 50, per_rater=10, brigade=0.2, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one.rating, two.rating)
    assert np.array_equal(one.item, two.item)
    assert len(one.rating) != len(other.rating) or not np.array_equal(one.rating, other.rating)


def test_some_rate_far_more_than_others() -> None:
    count = np.bincount(ratings_world(4_000, 2_000, per_rater=20).rater)
    assert np.sort(count)[-400:].sum() > 0.25 * count.sum()


@pytest.mark.parametrize("seed", range(5))
def test_a_brigade_owns_the_top_by_raw_mean_and_not_when_both_sides_must_agree(seed: int) -> None:
    world = ratings_world(2_000, 400, brigade=0.2, seed=seed)
    assert world.brigade.sum() == 400
    assert top_decile_share(world, world.by_item()[1]) > 0.85
    shares = []
    for side in (-1, 1):
        of_side = world.rater_side[world.rater] == side
        total = np.bincount(world.item[of_side], world.rating[of_side], world.items)
        shares.append((total + 1) / (np.bincount(world.item[of_side], minlength=world.items) + 2))
    assert top_decile_share(world, np.sqrt(shares[0] * shares[1])) < 0.15


def test_without_a_divide_nobody_leans_and_sides_say_nothing() -> None:
    world = ratings_world(2_000, 400, divide=0)
    assert not world.rater_side.any()
    assert not world.rater_lean.any()
    assert np.corrcoef(world.item_lean[world.item], world.rating)[0, 1] == pytest.approx(0, abs=0.15)


def test_with_a_divide_the_product_of_leans_shows_in_the_ratings() -> None:
    world = ratings_world(2_000, 400, divide=1)
    product = world.rater_lean[world.rater] * world.item_lean[world.item]
    assert np.corrcoef(product, world.rating)[0, 1] > 0.4


@pytest.mark.parametrize(
    "wrong",
    [{"raters": 0}, {"items": 0}, {"per_rater": 0}, {"divide": -1}, {"brigade": 0.7}, {"brigade": 0.2, "divide": 0}],
)
def test_what_makes_no_world_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        ratings_world(**{"raters": 20, "items": 30, "per_rater": 5, **wrong})


def test_one_person_and_one_item_are_a_world() -> None:
    world = ratings_world(1, 1, per_rater=1)
    assert len(world.rating) == 1
    assert "1 ratings of 1 items by 1 raters" in world.sentence
