"""Clusters in the engine: within apart from between, against least squares on deviations and on means."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Mediation, Model, mediate, nested, words


def people(clusters: int = 40, each: int = 8, seed: int = 7) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(clusters), each)
    level = rng.normal(size=(clusters, 3))
    x = level[g, 0] + rng.normal(size=len(g))
    c = rng.normal(size=len(g))
    m = 0.4 * x + level[g, 1] * 2 + 0.3 * c + rng.normal(size=len(g))
    y = 0.5 * m + 0.1 * x - level[g, 1] * 3 + rng.normal(size=len(g))
    return {"g": g.astype(float), "x": x, "m": m, "y": y, "c": c, "chapter": level[g, 2], "z": rng.normal(size=len(g))}


def within(d: dict[str, np.ndarray], name: str) -> np.ndarray:
    g = d["g"].astype(int)
    return d[name] - (np.bincount(g, weights=d[name]) / np.bincount(g))[g]


def slopes(y: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(np.column_stack([np.ones(len(y)), *columns]), y, rcond=None)[0][1:]


def found(d: dict[str, np.ndarray], model: Model, **more: object) -> Mediation:
    return mediate(Frame.of(d), model, replicates=200, **more)  # type: ignore[arg-type]


def test_with_x_differing_within_clusters_effects_are_those_of_deviations() -> None:
    d = people()
    model = Model("x", ("m", "z"), "y", ("c",), cluster="g")
    result = found(d, model)
    x, m, z, y, c = (within(d, name) for name in ("x", "m", "z", "y", "c"))
    a, (_, b, *_rest) = slopes(m, x, c)[0], slopes(y, x, m, z, c)
    assert result.effects.paths[("m",)].estimate == pytest.approx(a * b, abs=1e-10)
    assert result.clusters == 40
    assert any(nested.ALIKE in note for note in result.diagnostics)


def test_one_mediator_has_slopes_that_differ_and_says_what_goes_on_between() -> None:
    shown = found(people(), Model("x", ("m",), "y", cluster="g")).as_json()
    estimate = {key: shown[key]["estimate"] for key in ("indirect", "direct", "total", "product_ab", "covariance_ab")}
    assert estimate["indirect"] == pytest.approx(estimate["product_ab"] + estimate["covariance_ab"], abs=1e-10)
    assert estimate["total"] == pytest.approx(estimate["direct"] + estimate["indirect"], abs=1e-10)
    assert shown["within"]["indirect"] == shown["indirect"]
    assert set(shown["between"]) == {"a", "b", "direct", "indirect"}
    assert shown["clusters"] == 40
    assert shown["proportion"]["low"] < shown["proportion"]["estimate"] < shown["proportion"]["high"]


def test_the_other_models_of_the_same_clusters_stand_beside_it() -> None:
    d = people()
    result = found(d, Model("x", ("m",), "y", ("c",), cluster="g"))
    models = result.as_json()["models"]
    x, m, y, c = (within(d, name) for name in ("x", "m", "y", "c"))
    fixed = slopes(m, x, c)[0] * slopes(y, x, m, c)[1]
    pooled = slopes(d["m"], d["x"], d["c"])[0] * slopes(d["y"], d["x"], d["m"], d["c"])[1]
    assert models["fixed_slopes"]["indirect"]["estimate"] == pytest.approx(fixed, abs=1e-10)
    assert models["pooled"]["indirect"]["estimate"] == pytest.approx(pooled, abs=1e-10)
    between_the_two = sorted([fixed, models["random_intercepts"]["indirect"]["estimate"], pooled])
    assert between_the_two[1] == models["random_intercepts"]["indirect"]["estimate"]
    table = next(table for table in result.tables() if table.title.startswith("The same clusters"))
    assert {row[0] for row in table.rows} == {"within clusters", *words.MODELS.values()}


@pytest.mark.parametrize("sizes", [(8, 9), (2, 20)])
def test_levels_that_differ_at_random_agree_with_an_independent_mixed_model(sizes: tuple[int, int]) -> None:
    api = pytest.importorskip("statsmodels.api", reason="statsmodels is a test oracle")
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(50), rng.integers(*sizes, 50))
    level = rng.normal(size=(50, 3))
    x, c = level[g, 0] + rng.normal(size=len(g)), 30 + 5 * rng.normal(size=len(g))
    m = 0.4 * x + 0.1 * c + level[g, 1] + rng.normal(size=len(g))
    y = 0.3 * m + 0.2 * x + level[g, 2] + rng.normal(size=len(g))
    result = found({"g": g.astype(float), "x": x, "m": m, "y": y, "c": c}, Model("x", ("m",), "y", ("c",), cluster="g"))
    mine = result.beside["random_intercepts"]
    one = np.ones(len(g))
    of_m = api.MixedLM(m, np.column_stack([one, x, c - 30]), groups=g).fit(reml=True)
    of_y = api.MixedLM(y, np.column_stack([one, x, m, c - 30]), groups=g).fit(reml=True)
    assert mine["a"].estimate == pytest.approx(of_m.fe_params[1], abs=1e-5)
    assert mine["b"].estimate == pytest.approx(of_y.fe_params[2], abs=1e-5)
    assert mine["direct"].estimate == pytest.approx(of_y.fe_params[1], abs=1e-5)
    spread = float(result.draws.drawn("a|m").std())
    assert mine["a"].high - mine["a"].low == pytest.approx(2 * 1.96 * spread, rel=0.5)


def test_mediators_alike_in_a_cluster_are_regressed_over_clusters() -> None:
    """2-2-1: with nothing inside a cluster, each counts once whatever its size."""
    rng = np.random.default_rng(5)
    g = np.repeat(np.arange(60), rng.integers(2, 15, 60))
    x = rng.normal(size=60)
    m = 0.5 * x + rng.normal(size=60)
    y = 0.4 * m[g] + rng.normal(size=60)[g] + rng.normal(size=len(g))
    result = found({"g": g.astype(float), "x": x[g], "m": m[g], "y": y}, Model("x", ("m",), "y", cluster="g"))
    assert result.beside["random_intercepts"]["a"].estimate == pytest.approx(slopes(m, x)[0], abs=1e-4)


def test_how_intervals_are_made_does_not_change_the_estimates() -> None:
    d, model = people(), Model("x", ("m",), "y", cluster="g")
    plain, corrected, narrow = found(d, model), found(d, model, interval="bca"), found(d, model, level=0.8)
    for other in (corrected, narrow):
        assert other.effects.indirect.estimate == plain.effects.indirect.estimate
        assert other.effects.indirect.low != plain.effects.indirect.low
    assert narrow.effects.indirect.low > plain.effects.indirect.low
    assert narrow.effects.indirect.high < plain.effects.indirect.high


def test_with_x_alike_in_a_cluster_effects_go_by_way_of_the_means_of_clusters() -> None:
    d = people()
    result = found(d, Model("chapter", ("m",), "y", cluster="g"))
    inside = within(d, "m")
    mean = d["m"] - inside
    a, b = slopes(mean, d["chapter"])[0], slopes(d["y"], d["chapter"], mean, inside)[1]
    assert result.effects.indirect.estimate == pytest.approx(a * b, abs=1e-10)
    assert nested.BETWEEN in result.diagnostics


def test_where_kept_apart_is_impossible_it_is_said() -> None:
    d = people()
    assert nested.RAW in found(d, Model("x", ("m",), "y", cluster="g", interaction=True)).diagnostics
    assert nested.RAW in found(d, Model("x", ("chapter",), "y", cluster="g")).diagnostics
    single = found(d | {"g": np.arange(320.0)}, Model("x", ("m",), "y", cluster="g"))
    plain = found(d, Model("x", ("m",), "y"))
    assert single.effects.indirect.low == pytest.approx(plain.effects.indirect.low, abs=1e-12)


def test_few_clusters_are_warned_of_and_one_refused() -> None:
    assert any("Only 5 clusters" in note for note in found(people(5), Model("x", ("m",), "y", cluster="g")).diagnostics)
    with pytest.raises(BadInput, match="column g: names one cluster only"):
        found(people(1), Model("x", ("m",), "y", cluster="g"))


def test_words_may_name_the_clusters() -> None:
    d: dict[str, object] = dict(people())
    named = Frame.of(d | {"g": [f"circle {int(v)}" for v in d["g"]]})  # type: ignore[attr-defined]
    model = Model("x", ("m", "z"), "y", cluster="g")
    assert mediate(named, model, replicates=100).effects.indirect.estimate == pytest.approx(
        mediate(Frame.of(d), model, replicates=100).effects.indirect.estimate
    )
