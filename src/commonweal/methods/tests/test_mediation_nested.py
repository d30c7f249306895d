"""Clusters in the engine: within apart from between, against least squares on deviations and on means."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Mediation, Model, mediate, nested


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
    result = found(people(), Model("x", ("m",), "y", cluster="g"))
    assert result.effects.indirect.estimate == pytest.approx(
        result.more["product_ab"]["estimate"] + result.more["covariance_ab"]["estimate"], abs=1e-10
    )
    assert set(result.more["between"]) == {"a", "b", "direct", "indirect"}
    shown = result.as_json()
    assert shown["clusters"] == 40
    assert shown["total"]["estimate"] == pytest.approx(
        shown["direct"]["estimate"] + shown["indirect"]["estimate"], abs=1e-10
    )


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
    with pytest.raises(BadInput, match="cluster"):
        found(people(1), Model("x", ("m",), "y", cluster="g"))


def test_words_may_name_the_clusters() -> None:
    d: dict[str, object] = dict(people())
    named = Frame.of(d | {"g": [f"circle {int(v)}" for v in d["g"]]})  # type: ignore[attr-defined]
    model = Model("x", ("m", "z"), "y", cluster="g")
    assert mediate(named, model, replicates=100).effects.indirect.estimate == pytest.approx(
        mediate(Frame.of(d), model, replicates=100).effects.indirect.estimate
    )
