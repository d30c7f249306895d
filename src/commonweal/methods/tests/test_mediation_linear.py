"""Linear mediation against statsmodels, the bootstrap of cross-products against the bootstrap of rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Model, mediate
from commonweal.methods.mediation.bootstrap import bca_tails, draw
from commonweal.methods.mediation.linear import System, draws_of
from commonweal.methods.mediation.model import prepare

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the independent library here")


def people(n: int = 300, seed: int = 3) -> dict[str, np.ndarray]:
    """Two mediators, the first acting on the second; a covariate; a moderator of a and b; twenty circles."""
    rng = np.random.default_rng(seed)
    c, w, circle = rng.normal(size=n), rng.normal(3, 1, size=n), rng.integers(0, 20, size=n)
    x = (rng.random(n) < 0.5).astype(float)
    m = 0.4 * x + 0.3 * c + 0.1 * x * w + rng.normal(size=n)
    m2 = 0.2 * x + 0.5 * m - 0.2 * c + rng.normal(size=n)
    y = 0.1 * x + 0.5 * m - 0.3 * m2 + 0.2 * x * m + 0.4 * c + 0.1 * m * w + rng.normal(size=n)
    return {"x": x, "m": m, "m2": m2, "y": y, "c": c, "w": w, "circle": circle.astype(float)}


def ols(y: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    return np.asarray(sm.OLS(y, np.column_stack([np.ones(len(y)), *columns])).fit().params)


def test_parallel_paths_are_products_of_least_squares_coefficients() -> None:
    d = people()
    result = mediate(Frame.of(d), Model("x", ("m", "m2"), "y", ("c",)), replicates=200).effects
    a1, a2 = ols(d["m"], d["x"], d["c"])[1], ols(d["m2"], d["x"], d["c"])[1]
    _, direct, b1, b2, _ = ols(d["y"], d["x"], d["m"], d["m2"], d["c"])
    assert result.paths[("m",)].estimate == pytest.approx(a1 * b1, abs=1e-12)
    assert result.paths[("m2",)].estimate == pytest.approx(a2 * b2, abs=1e-12)
    assert result.direct.estimate == pytest.approx(direct, abs=1e-12)
    assert result.total.estimate == pytest.approx(ols(d["y"], d["x"], d["c"])[1], abs=1e-12)


def test_serial_paths_are_products_along_the_chain_and_add_up() -> None:
    d = people()
    result = mediate(Frame.of(d), Model("x", ("m", "m2"), "y", ("c",), serial=True), replicates=200).effects
    a1 = ols(d["m"], d["x"], d["c"])[1]
    _, a2, d21, _ = ols(d["m2"], d["x"], d["m"], d["c"])
    _, _, b1, b2, _ = ols(d["y"], d["x"], d["m"], d["m2"], d["c"])
    expected = {("m",): a1 * b1, ("m2",): a2 * b2, ("m", "m2"): a1 * d21 * b2}
    assert {path: e.estimate for path, e in result.paths.items()} == pytest.approx(expected, abs=1e-12)
    assert result.between[("m", "m2")].estimate == pytest.approx(d21, abs=1e-12)
    assert result.total.estimate == pytest.approx(ols(d["y"], d["x"], d["c"])[1], abs=1e-12)
    assert result.indirect.estimate == pytest.approx(sum(expected.values()), abs=1e-12)


def test_three_mediators_in_a_row_have_seven_paths_that_add_up() -> None:
    d = people()
    model = Model("x", ("m", "m2", "w"), "y", serial=True)
    result = mediate(Frame.of(d), model, replicates=200).effects
    assert len(result.paths) == 7
    assert result.total.estimate == pytest.approx(ols(d["y"], d["x"])[1], abs=1e-12)


def test_with_an_interaction_each_arm_has_its_effects() -> None:
    d = people()
    result = mediate(Frame.of(d), Model("x", ("m",), "y", ("c",), interaction=True), replicates=200).effects
    i, a, gamma = ols(d["m"], d["x"], d["c"])
    _, direct, b, _, g = ols(d["y"], d["x"], d["m"], d["c"], d["x"] * d["m"])
    mean = i + gamma * d["c"].mean()
    assert result.acme_control.estimate == pytest.approx(a * b, abs=1e-12)
    assert result.acme_treated.estimate == pytest.approx(a * (b + g), abs=1e-12)
    assert result.ade_control.estimate == pytest.approx(direct + g * mean, abs=1e-12)
    assert result.ade_treated.estimate == pytest.approx(direct + g * (mean + a), abs=1e-12)
    assert result.total.estimate == pytest.approx(result.acme_control.estimate + result.ade_treated.estimate, abs=1e-12)


def test_moderated_paths_are_products_of_lines_in_the_moderator() -> None:
    d = people()
    model = Model("x", ("m",), "y", ("c",), moderator="w", at=(1.0, 4.5))
    result = mediate(Frame.of(d), model, replicates=200)
    _, a, _, _, a_w = ols(d["m"], d["x"], d["c"], d["w"], d["x"] * d["w"])
    fit = ols(d["y"], d["x"], d["m"], d["c"], d["w"], d["x"] * d["w"], d["m"] * d["w"])
    for (_, effects), w in zip(result.at, (1.0, 4.5), strict=True):
        assert effects.indirect.estimate == pytest.approx((a + a_w * w) * (fit[2] + fit[6] * w), abs=1e-11)
        assert effects.direct.estimate == pytest.approx(fit[1] + fit[5] * w, abs=1e-11)
    whole = np.mean((a + a_w * d["w"]) * (fit[2] + fit[6] * d["w"]))
    assert result.effects.indirect.estimate == pytest.approx(whole, abs=1e-11)
    assert result.difference is not None
    assert result.difference.estimate == pytest.approx(
        result.at[1][1].indirect.estimate - result.at[0][1].indirect.estimate, abs=1e-12
    )


def test_rho_is_the_correlation_of_what_is_left_unexplained() -> None:
    d = people()
    result = mediate(Frame.of(d), Model("x", ("m",), "y", ("c",)), replicates=500)
    design = np.column_stack([np.ones(300), d["x"], d["c"]])
    left = [sm.OLS(d[name], design).fit().resid for name in ("m", "y")]
    assert result.sensitivity.rho_zero == pytest.approx(np.corrcoef(*left)[0, 1], abs=1e-10)
    curve = result.sensitivity.curve
    assert curve is not None
    at_none = dict(zip(np.round(curve.rho, 6), curve.effect, strict=True))[0.0]
    assert at_none.estimate == pytest.approx(result.effects.indirect.estimate, abs=1e-10)


def rows_resampled(d: dict[str, np.ndarray], weights: np.ndarray) -> float:
    at = np.repeat(np.arange(len(d["x"])), weights.astype(int))
    a = ols(d["m"][at], d["x"][at], d["c"][at])[1]
    return float(a * ols(d["y"][at], d["x"][at], d["m"][at], d["c"][at])[2])


def test_a_resample_of_cross_products_is_a_resample_of_rows() -> None:
    d = people(80)
    model = Model("x", ("m",), "y", ("c",))
    prepared = prepare(Frame.of(d), model)
    found = draws_of(prepared, model, replicates=40, seed=9).drawn("indirect")
    rng = np.random.default_rng(9)
    drawn = rng.integers(0, 80, size=(40, 80), dtype=np.int32)
    expected = [rows_resampled(d, np.bincount(row, minlength=80)) for row in drawn]
    assert found == pytest.approx(np.array(expected), abs=1e-10)


def test_without_room_to_keep_the_products_the_draws_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model("x", ("m",), "y", ("c",))
    prepared = prepare(Frame.of(people(80)), model)
    kept = draws_of(prepared, model, replicates=40).draws
    monkeypatch.setattr("commonweal.methods.mediation.bootstrap.KEPT", 1)
    assert draws_of(prepared, model, replicates=40).draws == pytest.approx(kept, abs=1e-9)


def test_clusters_are_resampled_whole() -> None:
    d = people(200)
    model = Model("x", ("m",), "y", cluster="circle")
    prepared = prepare(Frame.of(d), model)
    found = draws_of(prepared, model, replicates=30, seed=2).drawn("a|m")
    drawn = np.random.default_rng(2).integers(0, 20, size=(30, 20), dtype=np.int32)
    for value, row in zip(found, drawn, strict=True):
        at = np.concatenate([np.flatnonzero(d["circle"] == g) for g in row])
        assert value == pytest.approx(ols(d["m"][at], d["x"][at])[1], abs=1e-10)


def test_bca_moves_the_tails_by_bias_and_acceleration() -> None:
    even = np.linspace(-1, 1, 2001)
    tails = np.array([0.025, 0.975])
    assert bca_tails(even, 0.0, 0.0, tails) == pytest.approx(tails, abs=1e-9)
    assert (bca_tails(even, 0.1, 0.0, tails) > tails).all()
    assert (bca_tails(even, 0.0, 0.1, tails) > tails).all()


def test_the_jackknife_leaves_out_one_row_at_a_time() -> None:
    d = people(50)
    model = Model("x", ("m",), "y", ("c",))
    prepared = prepare(Frame.of(d), model)
    draws = draws_of(prepared, model, replicates=100, accelerate=True)
    assert draws.acceleration is not None
    values = np.array([rows_resampled(d, np.arange(50) != i) for i in range(50)])
    u = values.mean() - values
    expected = (u**3).sum() / (6 * (u**2).sum() ** 1.5)
    assert draws.acceleration[draws.names.index("indirect")] == pytest.approx(expected, abs=1e-9)


def test_weights_that_count_rows_are_as_rows_repeated() -> None:
    d = people(90)
    count = np.random.default_rng(4).integers(1, 4, size=90)
    model = Model("x", ("m",), "y", ("c",), interaction=True)
    weighed = mediate(Frame.of(d), model, replicates=100, weights=count.astype(float)).effects
    repeated = mediate(Frame.of({k: np.repeat(v, count) for k, v in d.items()}), model, replicates=100).effects
    assert weighed.indirect.estimate == pytest.approx(repeated.indirect.estimate, abs=1e-10)
    assert weighed.direct.estimate == pytest.approx(repeated.direct.estimate, abs=1e-10)


def test_the_same_seed_gives_the_same_answer_and_another_one_another() -> None:
    frame, model = Frame.of(people(60)), Model("x", ("m",), "y")
    one, same, other = (mediate(frame, model, replicates=200, seed=seed).effects.indirect for seed in (1, 1, 2))
    assert one == same
    assert one.low != other.low


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0.001, 1000),
    st.floats(-1000, 1000),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_total_is_direct_plus_indirect_and_units_do_not_matter(
    seed: int, scale: float, shift: float, serial: bool, interaction: bool, moderated: bool
) -> None:
    d = people(40, seed)
    model = Model(
        "x", ("m", "m2"), "y", ("c",), serial=serial, interaction=interaction, moderator="w" if moderated else None
    )
    figures = []
    for data in (d, d | {"m": scale * d["m"] + shift, "c": d["c"] * scale - shift}):
        system = System.of(prepare(Frame.of(data), model), model)
        figures.append({k: float(v[0]) for k, v in system.figures((system.z.T @ system.z)[None]).items()})
    first, second = figures
    assert first["total"] == pytest.approx(first["direct"] + first["indirect"], abs=1e-9)
    for name in ("indirect", "direct", "path|m", "rho|m", "rho|m2"):
        assert second[name] == pytest.approx(first[name], rel=1e-5, abs=1e-6)


def test_resamples_that_lose_x_are_left_out_and_said() -> None:
    d = people(30)
    d["x"] = np.zeros(30)
    d["x"][:2] = 1.0
    result = mediate(Frame.of(d), Model("x", ("m",), "y"), replicates=500)
    assert result.lost > 0
    assert any("could not be fitted" in note for note in result.diagnostics)
    assert np.isfinite([result.effects.indirect.low, result.effects.indirect.high]).all()


def test_a_mediator_that_is_the_outcome_under_another_name_has_a_perfect_correlation() -> None:
    d = people(120)
    result = mediate(Frame.of(d | {"y": d["m"].copy()}), Model("x", ("m",), "y"), replicates=200)
    assert result.sensitivity.rho_zero == pytest.approx(1, abs=1e-5)
    assert result.effects.b["m"].estimate == pytest.approx(1, abs=1e-6)


def test_one_cluster_cannot_be_resampled() -> None:
    d = people(60) | {"circle": np.ones(60)}
    with pytest.raises(BadInput, match="names one cluster only"):
        mediate(Frame.of(d), Model("x", ("m",), "y", cluster="circle"), replicates=100)


def test_a_statistic_of_ones_own_can_be_resampled() -> None:
    z = np.column_stack([np.ones(50), np.arange(50.0)])
    draws = draw(lambda s: {"mean": s[:, 0, 1] / s[:, 0, 0]}, z, 2000, 0)
    estimate = draws.estimate("mean")
    assert estimate.estimate == 24.5
    assert estimate.low == pytest.approx(24.5 - 1.96 * z[:, 1].std() / 50**0.5, abs=0.35)
