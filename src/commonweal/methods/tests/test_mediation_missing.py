"""Missing answers: filled in, weighted for, left out; against a truth that was simulated."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Model
from commonweal.methods.mediation.missing import rubin, with_missing

MODEL = Model("x", ("m",), "y", ("age",))


def answers(seed: int, n: int = 1500) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    age = rng.normal(size=n)
    x = 0.3 * age + rng.normal(size=n)
    m = 0.4 * x + 0.2 * age + rng.normal(size=n)
    y = 0.4 * m + 0.1 * x + rng.normal(size=n)
    return {"x": x, "m": m, "y": y, "age": age}


def with_dropout(columns: dict[str, np.ndarray], seed: int, *, strength: float = 1.5) -> dict[str, np.ndarray]:
    """Whoever got little support tends not to answer the last wave."""
    rng = np.random.default_rng(seed + 1000)
    gone = rng.random(len(columns["y"])) < 1 / (1 + np.exp(strength * columns["m"] + 0.5))
    return columns | {"y": np.where(gone, np.nan, columns["y"])}


def test_filling_in_recovers_the_truth_and_nothing_is_lost_when_all_is_there() -> None:
    found = with_missing(Frame.of(with_dropout(answers(1), 1)), MODEL, imputations=10, replicates=200)
    assert found.n == 1500
    assert found.n_complete < 1100
    for name, truth in (("a", 0.4), ("b", 0.4), ("direct", 0.1), ("indirect", 0.16)):
        assert found.imputed[name].low < truth < found.imputed[name].high, name
    whole = with_missing(Frame.of(answers(1)), MODEL, imputations=3, replicates=200)
    assert whole.imputed["indirect"].estimate == pytest.approx(whole.complete["indirect"].estimate, abs=1e-9)
    assert whole.lost == pytest.approx(0.0, abs=1e-9)
    assert whole.weighted is None
    assert "Nothing is missing" in whole.note


def test_leaving_out_misleads_where_the_outcome_decides_and_filling_in_repairs_it() -> None:
    """Gaps in m that depend on y bias the complete rows; y is known, so that the gaps can be filled in."""
    left_out, filled_in = [], []
    for seed in range(6):
        columns = answers(seed, 2000)
        rng = np.random.default_rng(seed)
        gone = rng.random(2000) < 1 / (1 + np.exp(2.5 * columns["y"]))
        found = with_missing(
            Frame.of(columns | {"m": np.where(gone, np.nan, columns["m"])}), MODEL, imputations=8, replicates=100
        )
        left_out.append(found.complete["indirect"].estimate)
        filled_in.append(found.imputed["indirect"].estimate)
    assert abs(np.mean(filled_in) - 0.16) < 0.02
    assert abs(np.mean(left_out) - 0.16) > 0.03


def test_weights_repair_what_a_column_that_decides_who_answers_has_bent() -> None:
    """The effect on y is larger for the old, and the young drop out: the mean effect needs weights."""
    weighted, left_out = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        n = 3000
        old = rng.integers(0, 2, n).astype(float)
        x = rng.normal(size=n)
        m = (0.2 + 0.6 * old) * x + rng.normal(size=n)
        y = 0.5 * m + rng.normal(size=n)
        gone = rng.random(n) < np.where(old > 0, 0.1, 0.8)
        frame = Frame.of({"x": x, "m": m, "y": np.where(gone, np.nan, y), "old": old})
        found = with_missing(frame, Model("x", ("m",), "y"), auxiliary=("old",), imputations=2, replicates=100)
        assert found.weighted is not None
        weighted.append(found.weighted["a"].estimate)
        left_out.append(found.complete["a"].estimate)
    assert np.mean(weighted) == pytest.approx(0.5, abs=0.03)
    assert np.mean(left_out) > 0.6


def test_rubins_rules_by_hand() -> None:
    points, variances = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.5, 0.5])
    estimate, lost = rubin(points, variances, 1e9)
    total = 0.5 + (1 + 1 / 3) * 1.0
    assert estimate.estimate == pytest.approx(2.0)
    assert lost == pytest.approx((4 / 3) / total)
    degrees = 2 / lost**2
    from scipy.stats import t

    assert estimate.high == pytest.approx(2.0 + t.ppf(0.975, degrees) * total**0.5, rel=1e-4)


def test_few_values_are_filled_in_with_values_that_occur_and_words_are_coded() -> None:
    columns = with_dropout(answers(3, 400), 3)
    level = np.clip(np.rint(columns["m"]), -2, 2)
    level[::7] = np.nan
    place = np.array(["north", "south", "west", "east"] * 100)
    frame = Frame.of(columns | {"m": level, "place": place})
    found = with_missing(frame, Model("x", ("m",), "y", ("age", "place")), imputations=3, replicates=100)
    assert set(found.share_missing) == {"x", "m", "y", "age", "place"}
    assert "rows have something missing" in found.sentence
    assert found.as_json()["imputed"]["indirect"]["low"] is not None
    assert len(found.tables()) == 2


def test_it_is_deterministic_under_its_seed() -> None:
    frame = Frame.of(with_dropout(answers(5, 300), 5))
    one, two = (with_missing(frame, MODEL, imputations=3, replicates=100, seed=2) for _ in range(2))
    assert one == two


def test_what_cannot_be_filled_in_is_refused() -> None:
    columns = answers(6, 100)
    with pytest.raises(BadInput, match="no value at all"):
        with_missing(Frame.of(columns | {"age": np.full(100, np.nan)}), MODEL)
    with pytest.raises(BadInput, match="more than two kinds"):
        with_missing(Frame.of(columns | {"age": ["a", "b", "c", ""] * 25}), MODEL)
    with pytest.raises(BadInput, match="two imputations"):
        with_missing(Frame.of(columns), MODEL, imputations=1)
    with pytest.raises(BadInput, match="linear models"):
        with_missing(Frame.of(columns), Model("x", ("m",), "y", y_family="logit"))
