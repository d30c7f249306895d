"""Mediators that act on one another in a known order: interventional effects by g-computation.

Where an earlier mediator drives a later one and both drive Y, effects by way of each are not identified one by one, but
these are (Vansteelandt and Daniel 2017): what happens to Y when the distribution of one mediator (given covariates) is
moved from what it is under X = x₀ to what it is under x₁, those before it being moved already and those after not yet.
What is left, the change in how mediators hang together, is `dependence`; with `direct` they add up to the total.

    M_j = α_j + a_j X + Σ_{k<j} (d_jk + h_jk X) M_k + C γ_j + e_j
    Y   = α + c X + Σ_j (b_j + g_j X) M_j + Σ_{i<j} q_ij M_i M_j + C γ + e

The expectations that g-computation averages have a closed form in these models, so nothing is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Estimate, Table
from .data import Frame
from .model import Model, Prepared, prepare


@dataclass(frozen=True)
class Ordered:
    """Effects of X at `contrast[1]` instead of `contrast[0]`: by way of each mediator in its order, and the rest."""

    model: Model
    via: dict[str, Estimate]
    dependence: Estimate
    direct: Estimate
    total: Estimate
    n: int
    dropped: int
    contrast: tuple[float, float]
    replicates: int

    @property
    def sentence(self) -> str:
        each = "; ".join(f"by way of {name} {effect.in_words()}" for name, effect in self.via.items())
        change = f"{self.model.x} at {self.contrast[1]:g} instead of {self.contrast[0]:g}"
        said = (
            f"In {self.n:,} complete rows, {change} goes with a change in {self.model.y} of {self.total.in_words()} in all:"
            f" {each}; by how they hang together {self.dependence.in_words()}; otherwise {self.direct.in_words()}. This"
            f" holds if {' comes before '.join(self.via)} and nothing left out drives two of them."
        )
        return said.replace(" -", " −")

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"via": {name: effect.as_json() for name, effect in self.via.items()}}
        found |= {name: getattr(self, name).as_json() for name in ("dependence", "direct", "total")}
        found |= {"n": self.n, "dropped": self.dropped, "contrast": list(self.contrast)}
        return found | {"sentence": self.sentence}

    def tables(self) -> list[Table]:
        named = [*((f"by way of {name}", effect) for name, effect in self.via.items())]
        named += [("how mediators hang together", self.dependence), ("otherwise", self.direct), ("in all", self.total)]
        rows = tuple((words, e.estimate, e.low, e.high) for words, e in named)
        return [Table("Interventional effects (95% intervals)", ("effect", "estimate", "low", "high"), rows)]


def ordered(
    frame: Frame,
    model: Model,
    *,
    interactions: bool = True,
    replicates: int = 1000,
    seed: int = 0,
    progress: Progress = unheard,
) -> Ordered:
    """Estimate the effects for `model.mediators` taken in this order; clusters, when named, are resampled whole.

    Without `interactions` all h, g and q are zero. Raises `BadInput` when columns cannot be told apart or rows are few.
    """
    if not model.linear or model.moderator:
        raise BadInput("ordered mediators are for linear models without a moderator")
    if replicates and replicates < 100:
        raise BadInput("fewer than 100 replicates say nothing about an interval")
    prepared = prepare(frame, model)
    width = prepared.covariates.shape[1] + 2 + prepared.m.shape[1] * (prepared.m.shape[1] + 3) // 2
    if prepared.n < width + 2:
        raise BadInput(f"{prepared.n} complete rows are too few for a model with {width} coefficients", file=frame.file)
    whole = np.arange(prepared.n)
    point = _effects(prepared, whole, interactions)
    rng = np.random.default_rng(seed)
    drawn = []
    for n in range(replicates):
        drawn.append(_effects(prepared, _resample(prepared, rng), interactions))
        progress((n + 1) / replicates)
    bounds = np.quantile(drawn, [0.025, 0.975], axis=0).T.tolist() if drawn else [[None, None]] * len(point)
    found = [Estimate(float(value), low, high) for value, (low, high) in zip(point, bounds, strict=True)]
    return Ordered(
        model=model,
        via=dict(zip(model.mediators, found[3:], strict=True)),
        dependence=found[2],
        direct=found[1],
        total=found[0],
        n=prepared.n,
        dropped=prepared.dropped,
        contrast=prepared.contrast,
        replicates=replicates,
    )


def _resample(prepared: Prepared, rng: np.random.Generator) -> np.ndarray:
    if prepared.groups is None:
        return rng.integers(0, prepared.n, prepared.n)
    members = np.split(np.argsort(prepared.groups, kind="stable"), np.cumsum(np.bincount(prepared.groups))[:-1])
    return np.concatenate([members[g] for g in rng.integers(0, len(members), len(members))])


def _effects(prepared: Prepared, rows: np.ndarray, interactions: bool) -> np.ndarray:
    """Total, direct, dependence, and one effect per mediator, on these rows."""
    x, m, c = prepared.x[rows], prepared.m[rows], prepared.covariates[rows]
    low, high = prepared.contrast
    means, spreads = zip(*(_mediators(x, m, c, at, interactions) for at in (low, high)), strict=True)
    y = _Outcome.fitted(x, m, c, prepared.y[rows], interactions)
    mixed = [np.column_stack([means[1][:, :j], means[0][:, j:]]) for j in range(m.shape[1] + 1)]
    expected = [y.expected(high, means_, c) for means_ in mixed]
    via = np.diff(expected)
    dependence = y.hanging(spreads[1]) - y.hanging(spreads[0])
    direct = expected[0] - y.expected(low, means[0], c)
    return np.array([direct + dependence + via.sum(), direct, dependence, *via])


def _mediators(
    x: np.ndarray, m: np.ndarray, c: np.ndarray, at: float, interactions: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Of the mediators under X = `at`: the mean for each row's covariates (n × k), and the covariance around it."""
    n, k = m.shape
    means, root = np.empty((n, k)), np.zeros((k, k))
    for j in range(k):
        before = m[:, :j]
        products = before * x[:, None] if interactions else before[:, :0]
        z = np.column_stack([np.ones(n), x, c, before, products])
        found, left = _least_squares(z, m[:, j])
        slopes = found[2 + c.shape[1] :]
        on_before = slopes[:j] + (at * slopes[j:] if interactions else 0.0)
        means[:, j] = found[0] + found[1] * at + c @ found[2 : 2 + c.shape[1]] + means[:, :j] @ on_before
        root[j] = on_before @ root[:j]
        root[j, j] = left
    return means, root @ root.T


@dataclass(frozen=True)
class _Outcome:
    """The coefficients of Y: intercept, X, covariates, mediators, X × mediators, mediators × mediators (upper triangle)."""

    base: np.ndarray
    covariates: np.ndarray
    mediators: np.ndarray
    with_x: np.ndarray
    pairs: np.ndarray

    @classmethod
    def fitted(cls, x: np.ndarray, m: np.ndarray, c: np.ndarray, y: np.ndarray, interactions: bool) -> _Outcome:
        k, q = m.shape[1], c.shape[1]
        one, other = np.triu_indices(k, 1)
        more = np.column_stack([m * x[:, None], m[:, one] * m[:, other]]) if interactions else m[:, :0]
        found, _left = _least_squares(np.column_stack([np.ones(len(x)), x, c, m, more]), y)
        rest = found[2 + q + k :] if interactions else np.zeros(k + len(one))
        pairs = np.zeros((k, k))
        pairs[one, other] = rest[k:]
        return cls(found[:2], found[2 : 2 + q], found[2 + q : 2 + q + k], rest[:k], pairs)

    def expected(self, x: float, means: np.ndarray, c: np.ndarray) -> float:
        """The mean of Y with every mediator drawn on its own around these means."""
        linear = self.base[0] + self.base[1] * x + c @ self.covariates + means @ (self.mediators + x * self.with_x)
        return float((linear + np.einsum("ni,ij,nj->n", means, self.pairs, means)).mean())

    def hanging(self, covariance: np.ndarray) -> float:
        """What Y gains from mediators that hang together by this covariance."""
        return float((self.pairs * covariance).sum())


def _least_squares(z: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients (of least norm where columns repeat in a resample) and the residual SD."""
    scale = np.sqrt((z**2).mean(axis=0))
    scale = np.where(scale > 0, scale, 1.0)
    found = np.linalg.lstsq(z / scale, y, rcond=1e-10)[0] / scale
    left = y - z @ found
    return found, float(np.sqrt(left @ left / max(1, len(y) - z.shape[1])))
