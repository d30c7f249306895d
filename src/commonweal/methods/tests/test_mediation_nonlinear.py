"""Logit and probit: fits against statsmodels, effects against simulation, hidden causes against their definition."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation import Frame, Model, mediate
from commonweal.methods.mediation.glm import Design, fit, fit_many
from commonweal.methods.mediation.hidden import both_below
from commonweal.methods.mediation.model import prepare
from commonweal.methods.mediation.nonlinear import Curved

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is the independent library here")


def people(n: int = 400, seed: int = 5) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    c = rng.normal(50, 10, size=n)
    x = (rng.random(n) < 0.5).astype(float)
    m = 0.5 * x + 0.02 * c + rng.normal(size=n)
    y = 0.4 * m + 0.2 * x - 0.01 * c - 0.3 + rng.normal(size=n)
    return {
        "x": x,
        "c": c,
        "m": m,
        "y": y,
        "mb": (m > m.mean()).astype(float),
        "yb": (y > y.mean()).astype(float),
    }


def statsmodels_fit(y: np.ndarray, design: np.ndarray, family: str) -> object:
    kind = {"gaussian": sm.OLS, "logit": sm.Logit, "probit": sm.Probit}[family]
    return kind(y, design).fit(**({} if family == "gaussian" else {"disp": 0, "method": "newton", "tol": 1e-12}))


@pytest.mark.parametrize("family", ["gaussian", "logit", "probit"])
def test_fits_agree_with_statsmodels(family: str) -> None:
    d = people()
    design = np.column_stack([np.ones(400), d["x"], d["m"], d["c"]])
    outcome = d["y"] if family == "gaussian" else d["yb"]
    ours, theirs = fit(Design(design, outcome, family, "y")), statsmodels_fit(outcome, design, family)  # type: ignore[arg-type]
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-7)  # type: ignore[attr-defined]
    if family != "probit":  # statsmodels has the observed information there, we the expected
        assert ours.covariance == pytest.approx(theirs.cov_params(), rel=1e-4, abs=1e-9)  # type: ignore[attr-defined]


@pytest.mark.parametrize("family", ["gaussian", "logit", "probit"])
def test_a_batch_of_weighted_fits_is_the_fits_of_repeated_rows(family: str) -> None:
    d = people(120)
    design = np.column_stack([np.ones(120), d["x"], d["m"], d["c"]])
    whole = Design(design, d["y"] if family == "gaussian" else d["yb"], family, "y")  # type: ignore[arg-type]
    weights = np.random.default_rng(0).multinomial(120, np.full(120, 1 / 120), size=5).astype(float)
    found, sigma = fit_many(whole, weights, fit(whole).coefficients)
    for row, coefficients, spread in zip(weights, found, sigma, strict=True):
        at = np.repeat(np.arange(120), row.astype(int))
        one = fit(Design(design[at], whole.outcome[at], family, "y"))  # type: ignore[arg-type]
        assert coefficients == pytest.approx(one.coefficients, abs=1e-7)
        assert spread == pytest.approx(one.sigma, abs=1e-9)


@pytest.mark.parametrize("m_family", ["gaussian", "logit", "probit"])
@pytest.mark.parametrize("y_family", ["gaussian", "logit", "probit"])
@pytest.mark.parametrize("interaction", [False, True])
def test_expected_outcomes_are_those_of_simulated_people(m_family: str, y_family: str, interaction: bool) -> None:
    d = people(60)
    model = Model(
        "x",
        ("mb" if m_family != "gaussian" else "m",),
        "yb" if y_family != "gaussian" else "y",
        ("c",),
        m_family=m_family,
        y_family=y_family,
        interaction=interaction,
    )  # type: ignore[arg-type]
    curved = Curved.of(prepare(Frame.of(d), model), model)
    fits = fit(curved.mediator()), fit(curved.outcome())
    coefficients = (fits[0].coefficients[None], fits[1].coefficients[None], np.array([fits[0].sigma]))
    figures = curved.figures(coefficients, np.ones((1, 60)))
    m, y = d[model.mediators[0]], d[model.y]
    before, products = np.column_stack([np.ones(60), d["x"], d["c"]]), [m, *([d["x"] * m] if interaction else [])]
    of_m = fit(Design(before, m, m_family, "m"))  # type: ignore[arg-type]
    of_y = fit(Design(np.column_stack([before, *products]), y, y_family, "y"))  # type: ignore[arg-type]
    # Quantiles of M in place of random draws: a simulation without noise.
    grid = (np.arange(4001) + 0.5) / 4001

    def simulated(t: float, t_m: float) -> float:
        before = np.column_stack([np.ones(60), np.full(60, t_m), d["c"]]) @ of_m.coefficients
        if m_family == "gaussian":
            from scipy.special import ndtri

            m = before[:, None] + of_m.sigma * ndtri(grid)
        else:
            p = ndtr(before) if m_family == "probit" else 1 / (1 + np.exp(-before))
            m = (grid[None, :] < p[:, None]).astype(float)
        b = of_y.coefficients
        eta = b[0] + b[1] * t + (b[2] * d["c"])[:, None] + b[3] * m + (b[4] * t * m if interaction else 0)
        g = {"gaussian": lambda v: v, "probit": ndtr, "logit": lambda v: 1 / (1 + np.exp(-v))}[y_family]
        return float(g(eta).mean())

    expected = {
        "acme_control": simulated(0, 1) - simulated(0, 0),
        "acme_treated": simulated(1, 1) - simulated(1, 0),
        "ade_control": simulated(1, 0) - simulated(0, 0),
        "ade_treated": simulated(1, 1) - simulated(0, 1),
        "total": simulated(1, 1) - simulated(0, 0),
    }
    for name, value in expected.items():
        assert figures[name][0] == pytest.approx(value, abs=3e-4)


@pytest.mark.parametrize(
    ("m", "y", "m_family", "y_family"),
    [
        ("mb", "y", "probit", "gaussian"),
        ("m", "yb", "gaussian", "logit"),
        ("mb", "yb", "logit", "probit"),
    ],
)
def test_quasi_bayesian_and_bootstrap_intervals_agree(m: str, y: str, m_family: str, y_family: str) -> None:
    frame = Frame.of(people(300))
    model = Model("x", (m,), y, ("c",), m_family=m_family, y_family=y_family)  # type: ignore[arg-type]
    drawn = mediate(frame, model, replicates=500, resampling="quasi-bayes").effects
    resampled = mediate(frame, model, replicates=500).effects
    for name in ("indirect", "direct", "total"):
        one, other = getattr(drawn, name), getattr(resampled, name)
        assert one.estimate == other.estimate
        assert one.high - one.low == pytest.approx(other.high - other.low, rel=0.25)


def test_a_hidden_common_cause_is_found_at_its_strength() -> None:
    """M leaves Y alone; their errors correlate by 0.4 on the hidden scale: ρ̃ has to be 0.4."""
    rng = np.random.default_rng(2)
    n = 8_000
    x = (rng.random(n) < 0.5).astype(float)
    e = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=n)
    m, y = 0.5 * x + e[:, 0], 0.3 * x + e[:, 1]
    data = Frame.of({"x": x, "m": m, "y": y, "mb": (m > 0).astype(float), "yb": (y > 0).astype(float)})
    for columns, families in (
        (("m", "y"), ("gaussian", "gaussian")),
        (("m", "yb"), ("gaussian", "probit")),
        (("mb", "y"), ("probit", "gaussian")),
        (("mb", "yb"), ("probit", "probit")),
    ):
        model = Model("x", columns[:1], columns[1], m_family=families[0], y_family=families[1])  # type: ignore[arg-type]
        result = mediate(data, model, replicates=100, resampling="bootstrap" if model.linear else "quasi-bayes")
        assert result.sensitivity.rho_zero == pytest.approx(0.4, abs=0.05)


def test_the_curve_of_a_probit_starts_at_the_estimate_and_crosses_zero_at_rho() -> None:
    result = mediate(Frame.of(people(300)), Model("x", ("m",), "yb", ("c",), y_family="probit"), replicates=100)
    curve = result.sensitivity.curve
    assert curve is not None
    values = [effect.estimate for effect in curve.effect]
    assert np.interp(0.0, curve.rho, values) == pytest.approx(result.effects.indirect.estimate, abs=1e-9)
    assert np.interp(result.sensitivity.rho_zero, curve.rho, values) == pytest.approx(0, abs=1e-3)


def test_columns_far_from_zero_do_as_well_as_those_around_it() -> None:
    d = people(300) | {"w": np.random.default_rng(1).normal(size=300)}
    models = [
        Model("x", ("m",), "yb", ("c",), y_family="probit", interaction=True, moderator="w", at=(at, at + 1))
        for at in (0.0, 100_000.0)
    ]
    near = mediate(Frame.of(d), models[0], replicates=100).effects
    far = mediate(Frame.of(d | {"w": d["w"] + 1e5, "m": d["m"] + 1e5}), models[1], replicates=100).effects
    for name in ("indirect", "direct", "total"):
        assert getattr(far, name).estimate == pytest.approx(getattr(near, name).estimate, abs=1e-6)


def test_two_normals_below_their_bounds_agree_with_scipy() -> None:
    for h, k, rho in ((0.3, -0.5, 0.6), (1.2, 0.1, -0.9), (-2.0, -1.0, 0.2)):
        expected = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([h, k])
        assert both_below(np.array([h]), np.array([k]), np.array([rho]))[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("family", ["logit", "probit"])
def test_separation_is_said_and_not_computed(family: str) -> None:
    d = people(80)
    model = Model("x", ("m",), "y", y_family=family)  # type: ignore[arg-type]
    perfect = Frame.of(d | {"y": (d["m"] > np.median(d["m"])).astype(float)})
    with pytest.raises(BadInput, match="column y: its zeros and ones are told apart perfectly"):
        mediate(perfect, model)
    no_zeros_under_one = Frame.of(d | {"y": np.where(d["x"] > 0, 1.0, d["yb"])})
    with pytest.raises(BadInput, match="separation"):
        mediate(no_zeros_under_one, model)


def test_a_column_of_many_values_is_no_outcome_of_two_kinds() -> None:
    with pytest.raises(BadInput, match="column y: has 80 different values; a probit needs exactly two"):
        mediate(Frame.of(people(80)), Model("x", ("m",), "y", y_family="probit"))


def test_several_mediators_with_a_logit_are_refused_with_what_to_do() -> None:
    with pytest.raises(BadInput, match="one mediator at a time"):
        Model("x", ("m", "c"), "yb", y_family="logit")


def test_clusters_and_bca_work_with_a_probit() -> None:
    d = people(150) | {"circle": np.repeat(np.arange(30.0), 5)}
    model = Model("x", ("m",), "yb", ("c",), y_family="probit", cluster="circle")
    result = mediate(Frame.of(d), model, replicates=200, interval="bca")
    assert result.method == "cluster bootstrap, bca"
    assert result.effects.indirect.low < result.effects.indirect.estimate < result.effects.indirect.high
