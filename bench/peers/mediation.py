"""Mediation beside pingouin and statsmodels: the same rows, the same number of resamples, one run.

    PYTHONPATH=src python bench/peers/mediation.py [--quick]

statsmodels refits both models for every resample; a share of its resamples is timed and scaled up, and the row says so.
The data are drawn here (X of two kinds, one mediator, one covariate), with the effect by way of M known.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from commonweal.methods.mediation import Frame, Mediation, Model, mediate

REPLICATES = 5000
MODEL = Model("x", ("m",), "y", ("c",))


def measure(quick: bool) -> list[dict[str, Any]]:
    rows = []
    for n in (1_000, 10_000):
        data = people(n)
        begin = time.perf_counter()
        ours = mediate(Frame.of(data), MODEL, replicates=REPLICATES)
        seconds = time.perf_counter() - begin
        what = f"linear, n = {n:,}, {REPLICATES:,} resamples"
        limit = "under 3 s; " if n == 10_000 else ""
        rows.append(row(what, seconds, f"{limit}at least 5 × pingouin", ours, lambda d=data: pingouin(d)))
        share = 0.01 if quick else 0.05
        peer = lambda d=data, s=share: statsmodels(d, s)  # noqa: E731
        rows.append(row(what, seconds, "at least 100 × statsmodels", ours, peer))
    return [*rows, *alone(quick)]


def people(n: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, c = (rng.random(n) < 0.5).astype(float), rng.normal(size=n)
    m = 0.3 * x + 0.4 * c + rng.normal(size=n)
    return {"x": x, "c": c, "m": m, "y": 0.1 * x + 0.4 * m + 0.2 * c + rng.normal(size=n)}


Peer = tuple[str, float, float, float, float]  # name, seconds, estimate, low, high


def row(what: str, seconds: float, target: str, ours: Mediation, peer: Callable[[], Peer]) -> dict[str, Any]:
    found: dict[str, Any] = {"what": what, "ours_seconds": seconds, "target": target}
    try:
        name, peer_seconds, estimate, low, high = peer()
    except ImportError as error:
        return found | {"peer": None, "peer_seconds": None, "agreement": f"{error.name} is not installed"}
    mine = ours.effects.indirect
    apart = abs(mine.estimate - estimate)
    ends = max(abs((mine.low or 0) - low), abs((mine.high or 0) - high))
    return found | {
        "peer": name,
        "peer_seconds": peer_seconds,
        "agreement": f"{peer_seconds / seconds:,.0f} ×; estimate within {apart:.1e}, interval within {ends:.1e}",
    }


def pingouin(data: dict[str, np.ndarray]) -> Peer:
    import pandas as pd
    import pingouin as pg

    table = pd.DataFrame(data)
    begin = time.perf_counter()
    found = pg.mediation_analysis(table, x="x", m="m", y="y", covar="c", n_boot=REPLICATES, seed=0)
    seconds = time.perf_counter() - begin
    line = found.set_index("path").loc["Indirect"]
    low, high = (float(line[name]) for name in found.columns if name.startswith("CI"))
    return f"pingouin {pg.__version__}", seconds, float(line["coef"]), low, high


def statsmodels(data: dict[str, np.ndarray], share: float) -> Peer:
    import pandas as pd
    import statsmodels
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation as Theirs

    table, count = pd.DataFrame(data), max(50, int(REPLICATES * share))
    models = (sm.OLS.from_formula("y ~ x + m + c", table), sm.OLS.from_formula("m ~ x + c", table))
    np.random.seed(0)
    begin = time.perf_counter()
    found = Theirs(*models, "x", "m").fit(method="bootstrap", n_rep=count)
    seconds = (time.perf_counter() - begin) * REPLICATES / count
    line = found.summary().loc["ACME (average)"]
    name = f"statsmodels {statsmodels.__version__} ({count:,} resamples timed, scaled to {REPLICATES:,})"
    ends = (float(line["Lower CI bound"]), float(line["Upper CI bound"]))
    return name, seconds, float(line["Estimate"]), *ends


def alone(quick: bool) -> list[dict[str, Any]]:
    """What the peers do not do in a comparable way: BCa, a probit, a hundred thousand rows."""
    big, data = people(10_000 if quick else 100_000), people(1_000)
    curved = data | {"y": (data["y"] > 0).astype(float)}
    asked: list[tuple[str, dict[str, np.ndarray], Model, dict[str, Any]]] = [
        (f"linear, n = {len(big['x']):,}, BCa", big, MODEL, {"interval": "bca"}),
        ("probit outcome, n = 1,000, bootstrap", curved, Model("x", ("m",), "y", ("c",), y_family="probit"), {}),
    ]
    rows = []
    for what, columns, model, more in asked:
        begin = time.perf_counter()
        found = mediate(Frame.of(columns), model, replicates=REPLICATES, **more)
        rows.append(
            {
                "what": f"{what}, {REPLICATES:,} resamples",
                "ours_seconds": time.perf_counter() - begin,
                "peer": None,
                "peer_seconds": None,
                "agreement": f"by way of M {found.effects.indirect.in_words(4)}",
                "target": "",
            }
        )
    return rows


if __name__ == "__main__":
    for measured in measure("--quick" in sys.argv):
        print(json.dumps(measured, ensure_ascii=False))
