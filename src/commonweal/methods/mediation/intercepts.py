"""Clusters whose levels differ at random while slopes are alike: the columns as they are, within and between in one.

    M = i + a X + C γ + u_j + e          Y = i′ + c′ X + b M + C γ′ + u′_j + e′          u, u′ normal

by restricted maximum likelihood, as Krull and MacKinnon (2001) and multilevel programs fit it. With θ = var(u)/var(e), a
cluster of n rows counts in full with what differs within it and with the weight 1/(1 + nθ) with its mean, so what is
needed of a cluster is two cross-products, and thousands of resamples of clusters are fitted side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..progress import Progress, unheard
from .bootstrap import Draws, draw_counted, products, squared
from .glm import solved
from .model import Prepared

#: log θ is sought here: from clusters that do not differ to clusters that are all that differs.
LOWEST, HIGHEST = -16.0, 12.0
#: Steps of the golden section over all of it; for a resample over `NEAR` on either side of what the data gave.
STEPS, STEPS_RESAMPLED, NEAR = 60, 16, 6.0
GOLDEN = (np.sqrt(5) - 1) / 2


def draws_of(
    data: Prepared,
    *,
    replicates: int = 5000,
    seed: int = 0,
    accelerate: bool = False,
    progress: Progress = unheard,
) -> Draws:
    """`a`, `b`, `direct`, `indirect` and `total` of a model with clusters and one mediator, resampling whole clusters."""
    levels = Levels.of(data)
    _, near = levels.figures(np.ones((1, len(levels.size))))

    def figures(counts: np.ndarray) -> dict[str, np.ndarray]:
        whole = len(counts) == 1 and bool((counts == 1).all())
        return levels.figures(counts, None if whole else np.broadcast_to(near, (2, len(counts))))[0]

    return draw_counted(figures, len(levels.size), replicates, seed, accelerate=accelerate, progress=progress)


@dataclass(frozen=True)
class Levels:
    """Cross-products of 1, X, covariates, M and Y (standardised, in this order): of deviations from the mean of the
    cluster, and of the means; both clusters × p(p+1)/2. `size` is the rows of each cluster, `scale` leads back."""

    within: np.ndarray
    means: np.ndarray
    size: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, data: Prepared) -> Levels:
        """Of a model with clusters and one mediator."""
        assert data.groups is not None
        columns = np.column_stack([data.x, data.covariates, data.m[:, 0], data.y])
        scale = np.concatenate([[1.0], columns.std(axis=0)])
        z = np.column_stack([np.ones(data.n), (columns - columns.mean(axis=0)) / scale[1:]])
        size = np.bincount(data.groups).astype(float)
        mean = np.column_stack([np.bincount(data.groups, weights=column) / size for column in z.T])
        return cls(products(z - mean[data.groups], groups=data.groups), products(mean), size, scale)

    def figures(self, counts: np.ndarray, near: np.ndarray | None = None) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Paths for each row of `counts` (resamples × clusters), and log θ of both equations (2 × resamples)."""
        sums, width = Sums.of(self, counts), len(self.scale)
        found, places = [], []
        for number, response in enumerate((width - 2, width - 1)):
            place = sums.ratio(response, None if near is None else near[number])
            block = sums.weighed(place)[:, :response, : response + 1]
            slopes, known = solved(block[:, :, :response], block[:, :, response])
            slopes[~known] = np.nan  # a resample that leaves out what tells two columns apart
            found.append(slopes * self.scale[response] / self.scale[:response])
            places.append(place)
        a, direct, b = found[0][:, 1], found[1][:, 1], found[1][:, -1]
        figures = {"a": a, "b": b, "direct": direct, "indirect": a * b, "total": a * b + direct}
        return figures, np.array(places)


@dataclass(frozen=True)
class Sums:
    """Of each resample: cross-products within (r × p(p+1)/2), and, by size of cluster, those of means (r × sizes × …)
    and how many clusters there are (r × sizes). Clusters of a size weigh the same, so a step costs nothing per cluster."""

    within: np.ndarray
    means: np.ndarray
    clusters: np.ndarray
    sizes: np.ndarray
    width: int

    @classmethod
    def of(cls, levels: Levels, counts: np.ndarray) -> Sums:
        sizes, which = np.unique(levels.size, return_inverse=True)
        alike = [np.flatnonzero(which == place) for place in range(len(sizes))]
        means = np.stack([counts[:, some] @ levels.means[some] for some in alike], axis=1)
        clusters = np.stack([counts[:, some].sum(axis=1) for some in alike], axis=1)
        return cls(counts @ levels.within, means, clusters, sizes, len(levels.scale))

    def weighed(self, place: np.ndarray) -> np.ndarray:
        """Σ of the clusters' cross-products when means weigh n/(1 + nθ): resamples × p × p."""
        share = self.sizes / (1 + self.sizes * np.exp(place)[:, None])
        return squared(self.within + np.einsum("rs,rsp->rp", share, self.means), self.width)

    def loss(self, response: int, place: np.ndarray) -> np.ndarray:
        """Minus twice the restricted likelihood, less what does not depend on θ."""
        block = self.weighed(place)[:, : response + 1, : response + 1]
        spread = (self.clusters * np.log1p(self.sizes * np.exp(place)[:, None])).sum(axis=1)
        with np.errstate(invalid="ignore"):  # of a singular resample, which `figures` gives up
            whole = np.linalg.slogdet(block)[1]
            left = whole - np.linalg.slogdet(block[:, :response, :response])[1]  # log of the residual sum of squares
            return np.asarray((self.clusters @ self.sizes - response - 1) * left + spread + whole)

    def ratio(self, response: int, near: np.ndarray | None) -> np.ndarray:
        """log θ by golden section, for all resamples at once."""
        if near is None:
            low, high = np.full(len(self.within), LOWEST), np.full(len(self.within), HIGHEST)
        else:  # clusters that hardly differ in the data may differ in a resample, so not too near to either end
            near = np.clip(near, LOWEST + 2 * NEAR, HIGHEST - NEAR)
            low, high = near - NEAR, near + NEAR
        one, two = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        at_one, at_two = (self.loss(response, place) for place in (one, two))
        for _ in range(STEPS if near is None else STEPS_RESAMPLED):
            left = at_one < at_two
            low, high = np.where(left, low, one), np.where(left, two, high)
            new = np.where(left, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
            at_new = self.loss(response, new)
            one, two = np.where(left, new, two), np.where(left, one, new)
            at_one, at_two = np.where(left, at_new, at_two), np.where(left, at_one, at_new)
        return np.asarray((low + high) / 2)
