"""A mediator or an outcome of two kinds (logit, probit): average effects in terms of what would have happened.

With M(t) the mediator under X = t and Y(t, M(t′)) the outcome under X = t with the mediator as it would be under t′, the
effects are (Imai, Keele and Tingley 2010) ACME(t) = E[Y(t, M(1)) − Y(t, M(0))] and ADE(t) = E[Y(1, M(t)) − Y(0, M(t))],
means over the covariates of the people observed. Given coefficients nothing is simulated: E[Y(t, M(t′))] is

- M of two kinds: p g(η + s) + (1 − p) g(η), p = P(M(t′) = 1), g the outcome's mean, s the effect of M on its scale;
- M normal(μ, σ), Y probit: Φ((η + s μ) / √(1 + s²σ²));
- M normal, Y logit: Gauss-Hermite quadrature over M, exact to six digits.

Intervals: quasi-Bayesian (coefficients drawn from their joint normal distribution) or the bootstrap of rows or clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import BadInput
from ..progress import Progress
from . import hidden
from .bootstrap import CELLS, Draws, Kind, acceleration, multinomial, without_lost
from .glm import Design, Fit, around, fit, fit_many, mean_of
from .model import Family, Model, Prepared, Step
from .sensitivity import Sensitivity

#: Nodes of the quadrature over a normal mediator.
NODES = 24
#: Groups of rows left out in turn for the acceleration of BCa.
LEFT_OUT = 500

Coefficients = tuple[np.ndarray, np.ndarray, np.ndarray]  # of M (r × k), of Y (r × l), σ of M (r)


@dataclass(frozen=True)
class Curved:
    """The two regressions and the people over whom effects are averaged."""

    model: Model
    data: Prepared
    m: np.ndarray
    y: np.ndarray

    @classmethod
    def of(cls, data: Prepared, model: Model) -> Curved:
        """X, W and a continuous M are taken from their means, so that their products are no copies of themselves."""
        m = two_kinds(data.m[:, 0], model.mediators[0], model.m_family)
        if model.m_family == "gaussian":
            m = m - m.mean()
        middle = float(data.x.mean())
        low, high = (value - middle for value in data.contrast)
        data = replace(data, x=data.x - middle, contrast=(low, high))
        if data.w is not None:
            centre, spread = float(data.w.mean()), float(data.w.std())
            data = replace(data, w=(data.w - centre) / spread, at=tuple((v - centre) / spread for v in data.at))
        return cls(model, data, m, two_kinds(data.y, model.y, model.y_family))

    def mediator(self) -> Design:
        columns = self._before("a", self.data.x, self.data.w)
        return Design(columns, self.m, self.model.m_family, self.model.mediators[0])

    def outcome(self) -> Design:
        x, w = self.data.x, self.data.w
        columns = np.column_stack([self._before("direct", x, w), *self._products(self.m, x, w)])
        return Design(columns, self.y, self.model.y_family, self.model.y)

    @property
    def at_m(self) -> int:
        """Where M stands among the columns of the outcome."""
        of_w = [self.model.holds_moderator("b", "direct"), bool(self.model.moderated("direct"))]
        return 2 + self.data.covariates.shape[1] + (0 if self.data.w is None else sum(of_w))

    def _before(self, step: Step, x: np.ndarray, w: np.ndarray | None) -> np.ndarray:
        """Intercept, X, covariates and what the moderator adds to the equation with this step of X: all before M."""
        steps: tuple[Step, ...] = ("a",) if step == "a" else ("b", "direct")
        more = [] if w is None or not self.model.holds_moderator(*steps) else [w]
        more += [] if w is None or not self.model.moderated(step) else [x * w]
        return np.column_stack([np.ones(len(x)), x, *self.data.covariates.T, *more])

    def _products(self, m: np.ndarray, x: np.ndarray, w: np.ndarray | None) -> list[np.ndarray]:
        """M and its products with X and with the moderator."""
        moved = [] if w is None or not self.model.moderated("b") else [m * w]
        return [m, *([x * m] if self.model.interaction else []), *moved]

    def figures(self, found: Coefficients, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Every figure for a batch of coefficients; people are weighed by `weights` (1 or r × n)."""
        share = weights / weights.sum(axis=1, keepdims=True)
        w = self.data.w
        figures = self._at(found, share, w)
        for n, value in enumerate(self.data.at):
            at = np.full(self.data.n, value)
            figures |= {f"at{n}|{key}": figure for key, figure in self._at(found, share, at).items()}
        return figures

    def _at(self, found: Coefficients, share: np.ndarray, w: np.ndarray | None) -> dict[str, np.ndarray]:
        of_m, of_y, sigma = found
        name, width = self.model.mediators[0], self.at_m
        x0, x1 = self.data.contrast
        means: dict[tuple[int, int], np.ndarray] = {}
        reached = [of_m @ self._before("a", np.full(self.data.n, t), w).T for t in (x0, x1)]
        for i, t in enumerate((x0, x1)):
            eta = of_y[:, :width] @ self._before("direct", np.full(self.data.n, t), w).T
            slope = self._slope(of_y[:, width:], t, w)
            for j in (0, 1):
                each = self._expected(eta, slope, reached[j], sigma[:, None])
                means[i, j] = (each * share).sum(axis=1)
        middle = 0.0 if w is None else float(w.mean())
        a = of_m[:, 1] + (of_m[:, -1] * middle if self.model.moderated("a") else 0.0)
        b = of_y[:, width] + (of_y[:, -1] * middle if self.model.moderated("b") else 0.0)
        if self.model.interaction:
            b = b + of_y[:, width + 1] * x0
        return {f"a|{name}": a, f"b|{name}": b} | effects(means, name)

    def _slope(self, products: np.ndarray, t: float, w: np.ndarray | None) -> np.ndarray:
        """The effect of M on the outcome's scale under X = t (r × 1, or r × n with a moderator)."""
        slope = products[:, :1] + (products[:, 1:2] * t if self.model.interaction else 0.0)
        return slope if w is None or not self.model.moderated("b") else slope + products[:, -1:] * w[None, :]

    def _expected(self, eta: np.ndarray, slope: np.ndarray, reached: np.ndarray, sigma: np.ndarray) -> np.ndarray:
        """E[Y(t, M(t′))] for each draw and person; `eta` is the outcome's predictor without M."""
        family: Family = self.model.y_family
        if self.model.m_family != "gaussian":
            p = mean_of(reached, self.model.m_family)
            return np.asarray(p * mean_of(eta + slope, family) + (1 - p) * mean_of(eta, family))
        eta = eta + slope * reached
        if family == "gaussian":
            return np.asarray(eta)
        if family == "probit":
            return mean_of(eta / np.sqrt(1 + (slope * sigma) ** 2), family)
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        spread = slope * sigma
        total = sum(weight * mean_of(eta + spread * node, family) for node, weight in zip(nodes, weights, strict=True))
        return np.asarray(total / np.sqrt(2 * np.pi))


def effects(means: dict[tuple[int, int], np.ndarray], name: str) -> dict[str, np.ndarray]:
    """ACME and ADE of both arms from the four expected outcomes, keyed by (X, M as under X)."""
    found = {
        "acme_control": means[0, 1] - means[0, 0],
        "acme_treated": means[1, 1] - means[1, 0],
        "ade_control": means[1, 0] - means[0, 0],
        "ade_treated": means[1, 1] - means[0, 1],
    }
    found["indirect"] = found[f"path|{name}"] = (found["acme_control"] + found["acme_treated"]) / 2
    found["direct"] = (found["ade_control"] + found["ade_treated"]) / 2
    found["total"] = means[1, 1] - means[0, 0]
    found["proportion"] = found["indirect"] / np.where(found["total"] == 0, np.nan, found["total"])
    return found


def two_kinds(values: np.ndarray, name: str, family: Family) -> np.ndarray:
    """Zeros and ones for a logit or probit. Raises BadInput when the column has more than two values."""
    if family == "gaussian":
        return values
    kinds = np.unique(values)
    if len(kinds) != 2:
        raise BadInput(f"has {len(kinds)} different values; a {family} needs exactly two", column=name)
    return (values == kinds[1]).astype(float)


def draws_of(
    curved: Curved, *, replicates: int, seed: int, bootstrap: bool, accelerate: bool, progress: Progress
) -> tuple[Draws, Fit, Fit]:
    """All figures on the data and on every draw, and the two fits."""
    fit_m, fit_y = fit(curved.mediator()), fit(curved.outcome())
    at_data = fit_m.coefficients[None], fit_y.coefficients[None], np.array([fit_m.sigma])
    everybody = np.ones((1, curved.data.n))
    point = curved.figures(at_data, everybody)
    names = tuple(point)
    rng = np.random.default_rng(seed)
    step = max(1, min(512, CELLS // curved.data.n))
    parts = []
    for start in range(0, replicates, step):
        size = min(step, replicates - start)
        if bootstrap:
            weights = resampled_people(curved.data, size, rng)
            figures = curved.figures(refitted(curved, weights, fit_m, fit_y), weights)
        else:
            figures = curved.figures(drawn(fit_m, fit_y, size, rng), everybody)
        parts.append(np.column_stack([figures[name] for name in names]))
        progress((start + size) / replicates)
    draws = without_lost(Draws(names, np.array([point[name][0] for name in names]), np.concatenate(parts)))
    if not accelerate:
        return draws, fit_m, fit_y
    return (
        Draws(names, draws.point, draws.draws, draws.lost, left_out(curved, names, fit_m, fit_y, rng)),
        fit_m,
        fit_y,
    )


def drawn(fit_m: Fit, fit_y: Fit, size: int, rng: np.random.Generator) -> Coefficients:
    """Coefficients drawn from the normal distribution around the estimates."""
    return around(fit_m, size, rng), around(fit_y, size, rng), np.full(size, fit_m.sigma)


def refitted(curved: Curved, weights: np.ndarray, fit_m: Fit, fit_y: Fit) -> Coefficients:
    of_m, sigma = fit_many(curved.mediator(), weights, fit_m.coefficients)
    of_y, _sigma = fit_many(curved.outcome(), weights, fit_y.coefficients)
    return of_m, of_y, sigma


def resampled_people(data: Prepared, size: int, rng: np.random.Generator) -> np.ndarray:
    """How often each person is in each resample (size × n); whole clusters where there are any."""
    if data.groups is None:
        return multinomial(data.n, size, rng)
    clusters = int(data.groups.max()) + 1
    if clusters < 2:
        raise BadInput("there is only one cluster; nothing can be resampled")
    return multinomial(clusters, size, rng)[:, data.groups]


def left_out(curved: Curved, names: tuple[str, ...], fit_m: Fit, fit_y: Fit, rng: np.random.Generator) -> np.ndarray:
    """The acceleration of each figure by the jackknife over rows, clusters, or groups of rows where they are many."""
    groups = curved.data.groups
    if groups is None:
        n = curved.data.n
        groups = np.arange(n) if n <= 2 * LEFT_OUT else rng.permutation(n) % LEFT_OUT
    parts = []
    numbers = np.arange(int(groups.max()) + 1)
    step = max(1, CELLS // curved.data.n)
    for start in range(0, len(numbers), step):
        weights = (groups[None, :] != numbers[start : start + step, None]).astype(float)
        figures = curved.figures(refitted(curved, weights, fit_m, fit_y), weights)
        parts.append(np.column_stack([figures[name] for name in names]))
    return acceleration(np.concatenate(parts))


def answer(
    data: Prepared,
    model: Model,
    *,
    replicates: int,
    interval: Kind,
    level: float,
    seed: int,
    bootstrap: bool,
    progress: Progress,
) -> tuple[Draws, Sensitivity]:
    """The draws and the sensitivity of a model with a logit or probit."""
    curved = Curved.of(data, model)
    draws, fit_m, fit_y = draws_of(
        curved, replicates=replicates, seed=seed, bootstrap=bootstrap, accelerate=interval == "bca", progress=progress
    )
    return draws, hidden.of_curved(
        curved.mediator(), curved.outcome(), curved.at_m, fit_m, fit_y, curved.data, level, seed
    )
