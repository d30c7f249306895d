"""The bootstrap on sufficient statistics: resample cross-products, not rows.

A least-squares fit needs nothing of the data but ZᵀZ, the sums of products of its columns. A resample of n rows is a
row of multinomial weights w, and its ZᵀWZ is w times the matrix of row-wise products: thousands of resamples are one
matrix product, and thousands of fits are one batched solve. Efron and Tibshirani (1993), chapters 13 and 14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Estimate

Kind = Literal["percentile", "bca"]
#: From a stack of cross-product matrices (replicates × p × p) to named figures (replicates each).
Statistic = Callable[[np.ndarray], dict[str, np.ndarray]]

#: Weights drawn at a time: small enough to stay in the processor's cache, large enough to keep the matrix product fast.
CELLS = 1_000_000
#: Above this many numbers, row-wise products are not kept but made anew for each replicate.
KEPT = 40_000_000
#: Fits at a time in a batched solve.
SOLVES = 4096
#: Counts (resamples × clusters) fitted at a time where figures are a function of counts.
COUNTED = 100_000
#: The jackknife leaves out one unit at a time up to here, and one of so many groups of units beyond.
LEFT_OUT = 5000


@dataclass(frozen=True)
class Draws:
    """Figures on the data (`point`) and on every resample (`draws`, replicates × figures), under their `names`.

    `lost` resamples could not be fitted (a level or a cluster missing) and are not among the draws. `acceleration` is
    there when BCa intervals were asked for.
    """

    names: tuple[str, ...]
    point: np.ndarray
    draws: np.ndarray
    lost: int = 0
    acceleration: np.ndarray | None = None

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def value(self, name: str) -> float:
        return float(self.point[self.names.index(name)])

    def drawn(self, name: str) -> np.ndarray:
        return self.draws[:, self.names.index(name)]

    def estimate(self, name: str, kind: Kind = "percentile", level: float = 0.95) -> Estimate:
        """The figure with its interval. No interval where there are no draws."""
        n = self.names.index(name)
        point, draws = float(self.point[n]), self.draws[:, n]
        if not len(draws) or not np.isfinite(point):
            return Estimate(point, level=level)
        tails = np.array([(1 - level) / 2, (1 + level) / 2])
        if kind == "bca":
            if self.acceleration is None:
                raise BadInput("BCa intervals need the jackknife; ask for them when drawing")
            tails = bca_tails(draws, point, float(self.acceleration[n]), tails)
        low, high = np.quantile(draws, tails)
        return Estimate(point, float(low), float(high), level)


def bca_tails(draws: np.ndarray, point: float, acceleration: float, tails: np.ndarray) -> np.ndarray:
    """Which quantiles of the draws bound the BCa interval (Efron 1987)."""
    below = np.mean(draws < point) + 0.5 * np.mean(draws == point)
    z0 = ndtri(np.clip(below, 0.5 / len(draws), 1 - 0.5 / len(draws)))
    z = z0 + ndtri(tails)
    return np.asarray(ndtr(z0 + z / (1 - acceleration * z)))


def products(z: np.ndarray, weights: np.ndarray | None = None, groups: np.ndarray | None = None) -> np.ndarray:
    """Row-wise products of the columns of z (n × p), the upper triangle: n × p(p+1)/2; summed within `groups`."""
    left, right = np.triu_indices(z.shape[1])
    weighted = z if weights is None else z * weights[:, None]
    if groups is None:
        return np.asarray(weighted[:, left] * z[:, right])
    size = int(groups.max()) + 1
    return np.column_stack(
        [
            np.bincount(groups, weights=weighted[:, i] * z[:, j], minlength=size)
            for i, j in zip(left, right, strict=True)
        ]
    )


def squared(packed: np.ndarray, width: int) -> np.ndarray:
    """Symmetric matrices (… × width × width) from their upper triangles."""
    left, right = np.triu_indices(width)
    full = np.empty((len(packed), width, width))
    full[:, left, right] = packed
    full[:, right, left] = packed
    return full


def resamples(
    z: np.ndarray,
    replicates: int,
    rng: np.random.Generator,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    progress: Progress = unheard,
) -> Iterator[np.ndarray]:
    """Cross-products of resamples, in batches (≤ SOLVES × p × p). With `groups`, whole groups are resampled."""
    width = z.shape[1]
    keep = groups is not None or z.size * (width + 1) // 2 <= KEPT
    rows = products(z, weights, groups) if keep else None
    units = len(z) if rows is None else len(rows)
    step = max(1, min(512, CELLS // units))
    batch: list[np.ndarray] = []
    held = 0
    for start in range(0, replicates, step):
        size = min(step, replicates - start)
        counts = multinomial(units, size, rng)
        if rows is not None:
            batch.append(squared(counts @ rows, width))
        else:
            counts = counts if weights is None else counts * weights
            batch.append(np.stack([z.T @ (z * row[:, None]) for row in counts]))
        held += size
        progress((start + size) / replicates)
        if held >= SOLVES or start + size == replicates:
            yield np.concatenate(batch)
            batch, held = [], 0


def multinomial(units: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """How often each unit is drawn in `size` resamples of `units` with replacement: size × units."""
    drawn = rng.integers(0, units, size=(size, units), dtype=np.int32 if units < 2**31 else np.int64)
    flat = drawn + units * np.arange(size, dtype=np.int64)[:, None]
    return np.bincount(flat.ravel(), minlength=size * units).reshape(size, units).astype(float)


def draw(
    statistic: Statistic,
    z: np.ndarray,
    replicates: int,
    seed: int,
    *,
    weights: np.ndarray | None = None,
    groups: np.ndarray | None = None,
    accelerate: bool = False,
    progress: Progress = unheard,
) -> Draws:
    """The statistic on the data and on every resample of it.

    Raises BadInput when fewer than two units can be resampled or more than half of the resamples cannot be fitted.
    """
    point = statistic((z.T @ (z if weights is None else z * weights[:, None]))[None])
    names = tuple(point)
    at_data = np.array([point[name][0] for name in names])
    units = len(z) if groups is None else int(groups.max()) + 1
    if replicates and units < 2:
        raise BadInput("there is only one row or cluster; nothing can be resampled")
    rng = np.random.default_rng(seed)
    found = [
        np.column_stack([figures[name] for name in names])
        for batch in resamples(z, replicates, rng, weights, groups, progress)
        for figures in [statistic(batch)]
    ]
    draws = Draws(names, at_data, np.concatenate(found) if found else np.empty((0, len(names))))
    if replicates:
        draws = without_lost(draws)
    if accelerate and replicates:
        draws = replace(draws, acceleration=jackknifed(statistic, z, names, rng, weights, groups))
    return draws


def draw_counted(
    figures: Callable[[np.ndarray], dict[str, np.ndarray]],
    units: int,
    replicates: int,
    seed: int,
    *,
    accelerate: bool = False,
    progress: Progress = unheard,
) -> Draws:
    """The same for figures that are a function of how often each unit is counted (resamples × units)."""
    point = figures(np.ones((1, units)))
    names, rng = tuple(point), np.random.default_rng(seed)
    step = max(1, COUNTED // units)

    def found(counts: np.ndarray) -> np.ndarray:
        batch = figures(counts)
        return np.column_stack([batch[name] for name in names])

    parts = [np.empty((0, len(names)))]
    for done in range(0, replicates, step):
        parts.append(found(multinomial(units, min(step, replicates - done), rng)))
        progress(min(1.0, (done + step) / replicates))
    draws = Draws(names, np.array([point[name][0] for name in names]), np.concatenate(parts))
    if replicates:
        draws = without_lost(draws)
    if not (accelerate and replicates):
        return draws
    parts = []
    for start in range(0, units, step):
        left_out = np.arange(start, min(start + step, units))
        parts.append(found((np.arange(units) != left_out[:, None]).astype(float)))
    return replace(draws, acceleration=acceleration(np.concatenate(parts)))


def without_lost(draws: Draws) -> Draws:
    """Leave out the resamples that could not be fitted, and count them."""
    fitted = np.isfinite(draws.draws[:, np.isfinite(draws.point)]).all(axis=1)
    if fitted.mean() < 0.5:
        raise BadInput("more than half of the resamples cannot be fitted: too few rows or clusters for this model")
    return replace(draws, draws=draws.draws[fitted], lost=int((~fitted).sum()))


def jackknifed(
    statistic: Statistic,
    z: np.ndarray,
    names: tuple[str, ...],
    rng: np.random.Generator,
    weights: np.ndarray | None,
    groups: np.ndarray | None,
) -> np.ndarray:
    """The acceleration of each figure: the skewness of the figures with one unit (or group of units) left out."""
    if groups is None and len(z) > LEFT_OUT:
        groups = rng.permutation(len(z)) % LEFT_OUT
    rows = products(z, weights, groups)
    total = rows.sum(axis=0)
    parts = []
    for start in range(0, len(rows), SOLVES):
        figures = statistic(squared(total - rows[start : start + SOLVES], z.shape[1]))
        parts.append(np.column_stack([figures[name] for name in names]))
    return acceleration(np.concatenate(parts))


def acceleration(left_out: np.ndarray) -> np.ndarray:
    """Σu³ / 6(Σu²)^1.5 of each column, u the mean less the figure with one unit left out; rows without a fit pass."""
    kept = left_out[np.isfinite(left_out).all(axis=1)]
    if len(kept) < 2:
        return np.zeros(left_out.shape[1])
    u = kept.mean(axis=0) - kept
    size = np.abs(u).max(axis=0)
    still = size <= 1e-13 * np.abs(kept).max(axis=0)
    u = u / np.where(size > 0, size, 1.0)  # the ratio has no units, and cubes of small numbers vanish
    skewed = (u**3).sum(axis=0) / (6 * np.maximum((u**2).sum(axis=0), 1e-100) ** 1.5)
    return np.where(still, 0.0, skewed)
