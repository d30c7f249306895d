"""How fast the simulated worlds are drawn. No library draws the same ones, so there is no peer; truth is what agrees."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from commonweal.methods.mediation.clusters import clustered
from commonweal.methods.mediation.coverage import coverage
from commonweal.methods.population import ratings_world, society


def measure(quick: bool) -> list[dict[str, Any]]:
    people, raters = (20_000, 20_000) if quick else (1_000_000, 200_000)
    rows = []
    start = time.perf_counter()
    world = society(people, seed=1)
    seconds = time.perf_counter() - start
    agreement = f"Gini {world.inequality:.3f} (.83), newcomers answered {world.newcomers_answered.estimate:.3f} (.77)"
    rows.append(row(f"society of {people:,} over 24 weeks", seconds, agreement))
    start = time.perf_counter()
    ratings = ratings_world(raters, raters // 4, per_rater=50, brigade=0.2)
    seconds = time.perf_counter() - start
    top = np.argsort(-ratings.by_item()[1], kind="stable")[: ratings.items // 10]
    share = ratings.pushed[top].sum() / ratings.pushed.sum()
    rows.append(
        row(f"{len(ratings.rating):,} ratings", seconds, f"brigade in the top decile by raw mean {share:.0%} (>85%)")
    )
    runs = 5 if quick else 40
    start = time.perf_counter()
    report = coverage(runs=runs)
    seconds = time.perf_counter() - start
    wrong = sum(w.supported for w in report.worlds if w.world.trap)
    rows.append(row(f"coverage, {runs} runs in {len(report.worlds)} worlds", seconds, f"{wrong} false verdicts (0)"))
    return [*rows, slopes(20 if quick else 100)]


def row(
    what: str, seconds: float, agreement: str, peer: str | None = None, other: float | None = None
) -> dict[str, Any]:
    return {
        "what": what,
        "ours_seconds": seconds,
        "peer": peer,
        "peer_seconds": other,
        "agreement": agreement,
        "target": "",
    }


def slopes(people: int) -> dict[str, Any]:
    """The 1-1-1 model (both steps at once, no resampling) beside one random-slope model of statsmodels (first step)."""
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(people), 20)
    a, b = rng.multivariate_normal((0.2, 0.15), [[0.09, 0.03], [0.03, 0.04]], people).T
    x = rng.normal(size=len(who))
    m = a[who] * x + rng.normal(size=len(who))
    y = b[who] * m + rng.normal(size=len(who))
    start = time.perf_counter()
    found = clustered(who, x, m, y, replicates=0)
    seconds = time.perf_counter() - start
    what = f"1-1-1 random slopes, {people} clusters of 20"
    try:
        from statsmodels.api import MixedLM
    except ImportError:
        return row(what, seconds, "", "statsmodels (not installed)")
    inner = {name: v - (np.bincount(who, v) / 20)[who] for name, v in (("x", x), ("m", m))}
    start = time.perf_counter()
    fit = MixedLM(inner["m"], inner["x"][:, None], groups=who, exog_re=inner["x"][:, None]).fit(reml=False)
    other = time.perf_counter() - start
    return row(what, seconds, f"a differs by {abs(found['a'].estimate - fit.fe_params[0]):.1e}", "statsmodels", other)
