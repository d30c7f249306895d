"""The random-intercept cross-lagged panel model against a simulated truth."""

from __future__ import annotations

import numpy as np
import pytest

from commonweal.methods.errors import BadInput
from commonweal.methods.mediation.panel import panel

LAGS = np.array([[0.3, 0.0, 0.0], [0.25, 0.3, 0.0], [0.0, 0.25, 0.3]])
NAMES = "xmy"


def people(
    seed: int, n: int = 800, waves: int = 4, lags: np.ndarray = LAGS, stable: float = 1.0
) -> dict[str, np.ndarray]:
    rng, p = np.random.default_rng(seed), len(lags)
    now = rng.normal(size=(n, p))
    trait = stable * rng.multivariate_normal(np.zeros(p), 0.5 + 0.5 * np.eye(p), n)
    seen = []
    for wave in range(waves):
        seen.append(trait + now + 0.1 * wave)
        now = now @ lags.T + 0.9 * rng.normal(size=(n, p))
    data = np.stack(seen, axis=1)
    return {name: data[:, :, k] for k, name in enumerate(NAMES[:p])}


def test_lags_and_the_path_over_two_waves_are_recovered() -> None:
    found = panel(people(1))
    held = [
        found.lags[c, e].low <= LAGS[NAMES.index(e), NAMES.index(c)] <= found.lags[c, e].high
        for c in NAMES
        for e in NAMES
    ]
    assert sum(held) >= 8
    assert found.paths["x", "m", "y"].low < 0.0625 < found.paths["x", "m", "y"].high
    assert found.paths["x", "m", "y"].excludes_zero
    assert found.fits
    assert found.freedom == 12 * 13 // 2 - 27
    assert all(0.4 < share < 0.65 for share in found.stable.values())
    assert "x → m" in found.sentence


def test_intervals_cover_over_many_worlds() -> None:
    two = LAGS[:2, :2]
    held = []
    for seed in range(20):
        found = panel(people(seed + 50, 300, 3, two))
        held += [found.lags["x", "m"].low <= 0.25 <= found.lags["x", "m"].high]
        held += [found.lags["m", "x"].low <= 0 <= found.lags["m", "x"].high]
    assert np.mean(held) > 0.85


def test_how_people_differ_is_not_taken_for_what_moves_them() -> None:
    """Traits that hang together make plain lagged regressions see a path where there is none."""
    data = people(3, 2000, 4, 0.3 * np.eye(2), stable=1.5)
    x, m = data["x"], data["m"]
    z = np.column_stack([np.ones(2000), x[:, 0], m[:, 0]])
    assert np.linalg.lstsq(z, m[:, 1], rcond=None)[0][1] > 0.05
    found = panel(data)
    assert abs(found.lags["x", "m"].estimate) < 0.05


def test_units_gaps_and_reverse_direction() -> None:
    data = people(4, 500, 3, np.array([[0.3, 0.4], [0.0, 0.3]]))
    plain = panel(data)
    assert plain.lags["m", "x"].excludes_zero
    assert not plain.lags["x", "m"].excludes_zero
    scaled = panel({"x": 10 * data["x"], "m": data["m"]})
    assert scaled.lags["x", "m"].estimate == pytest.approx(plain.lags["x", "m"].estimate / 10, abs=1e-3)
    data["x"][:7, 1] = np.nan
    assert panel(data).dropped == 7
    assert panel(data) == panel(data)
    assert len(plain.tables()) == 2
    assert plain.as_json()["lags"]["m->x"]["low"] > 0


@pytest.mark.parametrize("fault", ["one", "two waves", "few", "constant", "repeated", "sizes"])
def test_what_cannot_be_fitted_is_refused(fault: str) -> None:
    data = people(5, 100, 3, LAGS[:2, :2])
    if fault == "one":
        del data["m"]
    elif fault == "two waves":
        data = {name: values[:, :2] for name, values in data.items()}
    elif fault == "few":
        data = {name: values[:15] for name, values in data.items()}
    elif fault == "constant":
        data["x"][:, 1] = 3.0
    elif fault == "repeated":
        data["m"] = 2 * data["x"]
    else:
        data["m"] = data["m"][:, :2]
    with pytest.raises(BadInput):
        panel(data)
