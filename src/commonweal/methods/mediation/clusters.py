"""Mediation inside people or circles that were asked many times: the 1-1-1 multilevel model, within and between.

Every variable is split into the mean of its cluster and the deviation from it. Within, each cluster has slopes of its
own (deviations m, y, x of person j at time t):

    m = a_j x + e          y = b_j m + c′_j x + e′          (a_j, b_j, c′_j) ~ N((a, b, c′), Γ)

With slopes that differ, the mean effect by way of M is a·b + σ_ab, σ_ab being the covariance of a_j and b_j in Γ (Kenny,
Korchmaros and Bolger 2003; Bauer, Preacher and Gil 2006). Γ, the means and the residual variances are of maximum
likelihood, by EM on the cross-products of each cluster. Between, the means of clusters are regressed on each other
(Zhang, Zyphur and Preacher 2009). Intervals come from resampling whole clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Estimate, Table
from .bootstrap import Kind, draw_counted
from .slopes import Slopes, Stats, fitted

BETWEEN = ("a between", "b between", "direct between", "indirect between")
LABELS = {
    "a": "a: x → m, within",
    "b": "b: m → y, within",
    "direct": "c′: otherwise, within",
    "covariance": "covariance of a and b over clusters",
    "indirect": "by way of m, within (a·b + covariance)",
    "total": "in all, within",
    "proportion": "share by way of m, within",
    "product": "a·b without the covariance, within",
    "a between": "x → m, between clusters",
    "b between": "m → y, between clusters",
    "direct between": "otherwise, between clusters",
    "indirect between": "by way of m, between clusters",
}


@dataclass(frozen=True)
class Clustered:
    """Figures (keys of `LABELS`) with intervals, on `n` rows in `clusters`; `slopes_sd` are the spreads of a_j, b_j, c′_j.

    The figures between clusters are absent where fewer than five clusters, or none whose means differ, allow them.
    """

    figures: dict[str, Estimate]
    slopes_sd: tuple[float, float, float]
    n: int
    clusters: int
    dropped: int
    replicates: int

    def __getitem__(self, name: str) -> Estimate:
        return self.figures[name]

    @property
    def sentence(self) -> str:
        few = " Intervals from fewer than 20 clusters are too narrow." if self.clusters < 20 else ""
        said = (
            f"Within {self.clusters:,} clusters ({self.n:,} rows), one more of x goes with {self['indirect'].in_words()} in"
            f" y by way of m and {self['direct'].in_words()} otherwise; {self['covariance'].in_words(3)} of the first comes"
            f" from clusters where both steps are strong.{few}"
        )
        return said.replace(" -", " −")

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {name.replace(" ", "_"): e.as_json() for name, e in self.figures.items()}
        found |= {"slopes_sd": dict(zip(("a", "b", "direct"), self.slopes_sd, strict=True))}
        return found | {"n": self.n, "clusters": self.clusters, "dropped": self.dropped, "sentence": self.sentence}

    def tables(self) -> list[Table]:
        rows = tuple((LABELS[name], e.estimate, e.low, e.high) for name, e in self.figures.items())
        facts = (("rows", self.n), ("clusters", self.clusters), ("rows left out", self.dropped))
        spread = tuple((f"SD over clusters of {n}", s) for n, s in zip(("a", "b", "c′"), self.slopes_sd, strict=True))
        title = f"Within and between clusters ({100 * self['a'].level:g}% intervals, cluster bootstrap)"
        return [
            Table(title, ("figure", "estimate", "low", "high"), rows),
            Table("The data", ("fact", "value"), facts + spread),
        ]


def clustered(
    cluster: Sequence[Any] | np.ndarray,
    x: np.ndarray,
    m: np.ndarray,
    y: np.ndarray,
    covariates: np.ndarray | None = None,
    *,
    replicates: int = 1000,
    seed: int = 0,
    interval: Kind = "percentile",
    level: float = 0.95,
    progress: Progress = unheard,
) -> Clustered:
    """Fit the 1-1-1 model. One entry per row; `cluster` names its cluster; `covariates` is n × q, taken out within.

    Rows with NaN are left out and counted. Raises `BadInput` with fewer than two clusters, no variation of x or m within
    any of them, or too few rows within clusters to fit.
    """
    groups, columns, held, dropped = _rows(cluster, x, m, y, covariates)
    stats = Stats.of(groups, columns, held)
    slopes = fitted(stats, np.ones((1, stats.clusters)))
    everyone = np.ones((1, stats.clusters))

    def figures_of(counts: np.ndarray) -> dict[str, np.ndarray]:
        whole = np.array_equal(counts, everyone)
        return _figures(stats, slopes if whole else fitted(stats, counts, slopes), counts)

    draws = draw_counted(figures_of, stats.clusters, replicates, seed, accelerate=interval == "bca", progress=progress)
    figures = {name: draws.estimate(name, interval, level) for name in draws.names}
    a, b, direct = (np.sqrt(np.diagonal(slopes.spread[0])) * _units(stats)).tolist()
    return Clustered(figures, (a, b, direct), len(groups), stats.clusters, dropped, replicates)


def _rows(
    cluster: Sequence[Any] | np.ndarray, x: np.ndarray, m: np.ndarray, y: np.ndarray, covariates: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    try:
        columns = np.column_stack([x, m, y]).astype(float)
        held = (
            np.empty((len(columns), 0))
            if covariates is None
            else np.asarray(covariates, float).reshape(len(columns), -1)
        )
    except ValueError:
        raise BadInput("x, m, y and the covariates need one number per row each") from None
    if len(cluster) != len(columns):
        raise BadInput("name the cluster of every row")
    if np.isinf(columns).any() or np.isinf(held).any():
        raise BadInput("a value is infinite")
    keep = ~(np.isnan(columns).any(axis=1) | np.isnan(held).any(axis=1))
    groups = np.unique(np.asarray(cluster)[keep], return_inverse=True)[1]
    if not len(groups) or groups.max() < 1:
        raise BadInput("a model within clusters needs two clusters or more with complete rows")
    return groups, columns[keep], held[keep], int((~keep).sum())


def _units(stats: Stats) -> np.ndarray:
    """What leads from standardised slopes a, b, c′ back to the units of the data."""
    x, m, y = stats.scale
    return np.array([m / x, y / m, y / x])


def _figures(stats: Stats, slopes: Slopes, counts: np.ndarray) -> dict[str, np.ndarray]:
    """All figures, one per row of cluster counts."""
    units = _units(stats)
    a, b, direct = (slopes.mean * units).T
    covariance = slopes.spread[:, 0, 1] * units[0] * units[1]
    found = {"a": a, "b": b, "direct": direct, "covariance": covariance}
    found |= {"indirect": a * b + covariance, "total": a * b + covariance + direct}
    found["proportion"] = found["indirect"] / np.where(found["total"] == 0, np.nan, found["total"])
    found["product"] = a * b
    if stats.clusters >= 5 and _between_possible(stats.means):
        found |= _between(stats.means, counts)
    return found


def _between_possible(means: np.ndarray) -> bool:
    """Whether the means of x and of m differ over clusters, and not in step."""
    centred = means[:, :2] - means[:, :2].mean(axis=0)
    scale = np.abs(means[:, :2]).max(axis=0)
    spread = np.sqrt((centred**2).sum(axis=0))
    if (spread <= 1e-9 * np.maximum(scale, 1.0)).any():
        return False
    return bool(np.linalg.matrix_rank(centred / spread, tol=1e-6) == 2)


def _between(means: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Regressions of the clusters' means on each other, for each row of counts."""
    z = np.column_stack([np.ones(len(means)), means])
    s = np.einsum("rj,jk,jl->rkl", counts, z, z)
    a = (np.linalg.pinv(s[:, :2, :2], hermitian=True) @ s[:, :2, 2:3])[:, 1, 0]
    of_y = (np.linalg.pinv(s[:, :3, :3], hermitian=True) @ s[:, :3, 3:4])[:, :, 0]
    return dict(zip(BETWEEN, (a, of_y[:, 2], of_y[:, 1], a * of_y[:, 2]), strict=True))
