"""Mediation within and between clusters, against a truth that was simulated and an independent mixed model."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation.clusters import clustered

MEANS = (0.19, 0.15, 0.10)
SPREAD = np.array([[0.09, 0.03, 0.0], [0.03, 0.04, 0.0], [0.0, 0.0, 0.03]])


def diary(seed: int, people: int = 150, days: int = 20, spread: np.ndarray = SPREAD) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    slopes = rng.multivariate_normal(MEANS, spread, people)
    who = np.repeat(np.arange(people), days)
    trait = rng.normal(size=people)
    x = 0.7 * trait[who] + rng.normal(size=len(who))
    m = 0.6 * trait[who] + rng.normal(size=people)[who] + slopes[who, 0] * x + rng.normal(size=len(who))
    y = rng.normal(size=people)[who] + slopes[who, 1] * m + slopes[who, 2] * x + rng.normal(size=len(who))
    return who, x, m, y


def test_the_truth_within_is_recovered_with_the_covariance_of_slopes() -> None:
    found = clustered(*diary(3), replicates=200, seed=1)
    for name, truth in zip(("a", "b", "direct", "covariance"), (*MEANS, 0.03), strict=True):
        assert found[name].low < truth < found[name].high, name
    assert found["indirect"].low < 0.19 * 0.15 + 0.03 < found["indirect"].high
    assert found["indirect"].estimate == pytest.approx(
        found["a"].estimate * found["b"].estimate + found["covariance"].estimate
    )
    assert found["total"].estimate == pytest.approx(found["indirect"].estimate + found["direct"].estimate)


def test_the_mean_over_many_worlds_is_the_truth() -> None:
    names = ("a", "b", "direct", "covariance")
    rows = [[clustered(*diary(s, 60, 15), replicates=0)[n].estimate for n in names] for s in range(15)]
    error = np.std(rows, axis=0) / np.sqrt(len(rows))
    assert (np.abs(np.mean(rows, axis=0) - [*MEANS, 0.03]) < 3.5 * error).all()


def test_the_first_step_agrees_with_an_independent_mixed_model() -> None:
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is a test oracle")
    who, x, m, y = diary(5, 40, 12)
    inner = {name: v - (np.bincount(who, v) / 12)[who] for name, v in (("x", x), ("m", m))}
    model = api.MixedLM(inner["m"], inner["x"][:, None], groups=who, exog_re=inner["x"][:, None])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the oracle's optimiser complains on its way
        oracle = model.fit(reml=False, method="powell")
    found = clustered(who, x, m, y, replicates=0)
    assert found["a"].estimate == pytest.approx(float(oracle.fe_params[0]), abs=0.004)
    assert found.slopes_sd[0] == pytest.approx(float(np.sqrt(oracle.cov_re[0, 0])), abs=0.02)


def test_slopes_that_do_not_differ_give_the_pooled_within_slopes() -> None:
    who, x, m, y = diary(7, 100, 30, 1e-8 * np.eye(3))
    found = clustered(who, x, m, y, replicates=0)
    inner = np.column_stack([v - (np.bincount(who, v) / 30)[who] for v in (x, m, y)])
    pooled = np.linalg.lstsq(inner[:, :2], inner[:, 2], rcond=None)[0]
    assert found["a"].estimate == pytest.approx(inner[:, 0] @ inner[:, 1] / (inner[:, 0] @ inner[:, 0]), abs=0.01)
    assert found["b"].estimate == pytest.approx(pooled[1], abs=0.01)
    assert abs(found["covariance"].estimate) < 0.01


def test_the_path_between_clusters_is_another_matter() -> None:
    found = clustered(*diary(9), replicates=100)
    assert found["a between"].estimate > found["a"].estimate + 0.3  # the trait drives both, between people only


def test_units_missing_values_and_covariates_are_kept_in_order() -> None:
    who, x, m, y = diary(11, 60, 15)
    plain = clustered(who, x, m, y, replicates=0)
    scaled = clustered([f"p{w}" for w in who], 100 * x, m, y / 10, replicates=0)
    assert scaled["indirect"].estimate == pytest.approx(plain["indirect"].estimate / 1000, rel=1e-4)
    season = np.sin(np.arange(len(x)))
    adjusted = clustered(who, x + season, m + 2 * season, y - season, season[:, None], replicates=0)
    again = clustered(who, x, m, y, season[:, None], replicates=0)
    assert adjusted["a"].estimate == pytest.approx(again["a"].estimate, abs=1e-6)
    x[:5] = np.nan
    assert clustered(who, x, m, y, replicates=0).dropped == 5


def test_it_is_deterministic_under_its_seed_and_says_it_in_words() -> None:
    one, two = (clustered(*diary(2, 15, 8), replicates=100, seed=4) for _ in range(2))
    assert one == two
    assert "Within 15 clusters (120 rows)" in one.sentence
    assert "fewer than 20 clusters" in one.sentence
    assert one.as_json()["indirect"]["low"] < one.as_json()["indirect"]["high"]
    assert len(one.tables()) == 2


@pytest.mark.parametrize("fault", ["one cluster", "constant", "determined", "tiny", "lengths", "nothing"])
def test_what_cannot_be_fitted_is_refused(fault: str) -> None:
    who, x, m, y = diary(1, 10, 6)
    if fault == "one cluster":
        who = np.zeros_like(who)
    elif fault == "constant":
        x = who.astype(float)
    elif fault == "determined":
        m = 3 * x
    elif fault == "tiny":
        who, x, m, y = np.array([0, 0, 1, 1]), x[:4], m[:4], y[:4]
    elif fault == "lengths":
        who = who[:-1]
    else:
        x = np.full(len(x), np.nan)
    with pytest.raises(BadInput):
        clustered(who, x, m, y, replicates=0)
