"""Three waves or more: what moves first within people, apart from how people differ.

The random-intercept cross-lagged panel model (Hamaker, Kuiper and Grasman 2015). Each of p variables is the mean of its
wave, plus a stable part of the person, plus a deviation; deviations follow those of the wave before:

    v_it = μ_t + s_i + w_it          w_it = A w_i,t−1 + e_it          s ~ N(0, Ψ), w_i1 ~ N(0, Φ), e ~ N(0, Q)

A holds what carries over (its diagonal) and the cross-lags. A, Q are the same for all waves. Fitted by maximum
likelihood on the covariances of all waves; intervals from the curvature of the likelihood at its top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import chdtrc

from ..errors import BadInput
from ..results import Estimate, Table

#: Draws from the distribution of the lags, for intervals of products.
DRAWS = 20_000
#: Step of the numerical curvature, in SDs.
STEP = 1e-4


@dataclass(frozen=True)
class Panel:
    """`lags[(cause, effect)]`: what one unit of `cause` above a person's own level does to `effect` a wave later.

    `stable` is, per variable, the share of variance that lies between people. `chi2` on `freedom` degrees compares with
    covariances left free (a small `p_value`: the model does not fit), `rmsea` is its misfit per degree.
    """

    names: tuple[str, ...]
    waves: int
    n: int
    dropped: int
    lags: dict[tuple[str, str], Estimate]
    paths: dict[tuple[str, str, str], Estimate]
    stable: dict[str, float]
    chi2: float
    freedom: int
    rmsea: float

    @property
    def p_value(self) -> float:
        return float(chdtrc(self.freedom, max(0.0, self.chi2)))

    @property
    def fits(self) -> bool:
        return self.rmsea <= 0.08

    @property
    def sentence(self) -> str:
        seen = [
            f"{one} → {other} {e.in_words()}"
            for (one, other), e in self.lags.items()
            if one != other and e.excludes_zero
        ]
        said = "; ".join(seen) if seen else "no sign that any of them moves another"
        fit = "" if self.fits else f" The model does not fit well (RMSEA {self.rmsea:.2f}); do not rely on it."
        begin = f"{self.n:,} people over {self.waves} waves, each compared with themselves, one wave later"
        return f"{begin}: {said}.{fit}".replace(" -", " −")

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"lags": {f"{a}->{b}": e.as_json() for (a, b), e in self.lags.items()}}
        found |= {"paths": {"->".join(path): e.as_json() for path, e in self.paths.items()}, "stable": self.stable}
        found |= {"n": self.n, "waves": self.waves, "dropped": self.dropped, "chi2": self.chi2, "freedom": self.freedom}
        return found | {"p_value": self.p_value, "rmsea": self.rmsea, "sentence": self.sentence}

    def tables(self) -> list[Table]:
        lags = tuple((f"{a} → {b}", e.estimate, e.low, e.high) for (a, b), e in self.lags.items())
        paths = tuple((" → ".join(path), e.estimate, e.low, e.high) for path, e in self.paths.items())
        fit = (("χ²", self.chi2), ("degrees of freedom", self.freedom), ("p", self.p_value), ("RMSEA", self.rmsea))
        columns = ("from one wave to the next", "estimate", "low", "high")
        shares = tuple((f"share of {name} that is stable", share) for name, share in self.stable.items())
        found = [Table("Within people (95% intervals)", columns, lags)]
        found += [Table("Over two waves", ("path", "estimate", "low", "high"), paths)] if paths else []
        return [*found, Table("Fit", ("figure", "value"), fit + shares)]


def panel(variables: Mapping[str, np.ndarray], *, seed: int = 0) -> Panel:
    """Fit two variables or more, each an array of people × waves (three or more waves), NaN for no answer.

    People with a gap are left out and counted. With three variables or more, `paths` holds the product of lags along
    every path first → middle → last over two waves. Raises `BadInput` for too few waves, variables or people, and for
    columns that are constant or determined by others.
    """
    names, data, dropped = _data(variables)
    waves, p = data.shape[1] // len(names), len(names)
    scale = np.array([data[:, k::p].std() for k in range(p)])
    standard = (data - data.mean(axis=0)) / np.tile(scale, waves)
    sample = np.atleast_2d(np.cov(standard.T, bias=True))
    if np.linalg.eigvalsh(sample)[0] < 1e-9:
        raise BadInput("a wave of a variable is determined by the other columns; leave it out")
    fit = _Likelihood(sample, p, waves)
    best = fit.maximum()
    spread = _covariance(fit, best, len(data))
    lag = best[: p * p].reshape(p, p)
    units = scale[:, None] / scale[None, :]
    drawn = lag + (np.random.default_rng(seed).standard_normal((DRAWS, p * p)) @ _root(spread).T).reshape(-1, p, p)
    half = 1.959964 * np.sqrt(np.maximum(np.diag(spread), 0.0)).reshape(p, p)
    lags = {
        (names[c], names[e]): Estimate(*(float(v[e, c] * units[e, c]) for v in (lag, lag - half, lag + half)))
        for c in range(p)
        for e in range(p)
    }
    paths = {}
    for a, b, c in ((a, b, c) for a in range(p) for b in range(p) for c in range(p) if len({a, b, c}) == 3):
        unit = units[b, a] * units[c, b]
        low, high = (np.quantile(drawn[:, b, a] * drawn[:, c, b], [0.025, 0.975]) * unit).tolist()
        paths[names[a], names[b], names[c]] = Estimate(float(lag[b, a] * lag[c, b] * unit), low, high)
    stable = np.diag(fit.parts(best)[1]) / np.array([np.diag(sample)[k::p].mean() for k in range(p)])
    free = p * waves * (p * waves + 1) // 2 - len(best)
    chi2 = len(data) * max(0.0, fit(best) - float(np.linalg.slogdet(sample)[1]) - p * waves)
    rmsea = float(np.sqrt(max(0.0, chi2 - free) / (free * len(data))))
    shares = dict(zip(names, np.clip(stable, 0, 1).tolist(), strict=True))
    return Panel(names, waves, len(data), dropped, lags, paths, shares, chi2, free, rmsea)


def _data(variables: Mapping[str, np.ndarray]) -> tuple[tuple[str, ...], np.ndarray, int]:
    """People × (wave by wave, variable by variable), complete ones only."""
    names = tuple(variables)
    arrays = [np.asarray(values, dtype=float) for values in variables.values()]
    if len(arrays) < 2:
        raise BadInput("a cross-lagged model takes two variables or more")
    if any(a.ndim != 2 or a.shape != arrays[0].shape for a in arrays):
        raise BadInput("each variable is a table of people × waves, of one size")
    if arrays[0].shape[1] < 3:
        raise BadInput("three waves are needed to tell what is stable in people from what moves")
    data = np.stack(arrays, axis=2).reshape(len(arrays[0]), -1)
    if np.isinf(data).any():
        raise BadInput("a value is infinite")
    kept = data[~np.isnan(data).any(axis=1)]
    if len(kept) < 2 * data.shape[1] + 10:
        raise BadInput(f"{len(kept)} people answered every wave, too few for {data.shape[1]} columns")
    still = np.flatnonzero(kept.std(axis=0) <= 1e-12 * np.maximum(1.0, np.abs(kept).max(axis=0)))
    if len(still):
        wave, variable = divmod(int(still[0]), len(names))
        raise BadInput(f"is the same for everybody at wave {wave + 1}", column=names[variable])
    return names, kept, len(data) - len(kept)


class _Likelihood:
    """log|Σ| + tr(S Σ⁻¹) as a function of the lags and the Cholesky factors of Ψ, Φ and Q."""

    def __init__(self, sample: np.ndarray, p: int, waves: int) -> None:
        self.sample, self.p, self.waves = sample, p, waves
        self.lower = np.tril_indices(p)

    def parts(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """A, Ψ, Φ and Q."""
        p, size = self.p, len(self.lower[0])
        found = []
        for n in range(3):
            root = np.zeros((p, p))
            root[self.lower] = theta[p * p + n * size : p * p + (n + 1) * size]
            found.append(root @ root.T)
        return theta[: p * p].reshape(p, p), found[0], found[1], found[2]

    def implied(self, theta: np.ndarray) -> np.ndarray:
        lag, stable, first, noise = self.parts(theta)
        p, whole = self.p, np.empty_like(self.sample)
        now = first
        for t in range(self.waves):
            later = now
            for s in range(t, self.waves):
                whole[s * p : (s + 1) * p, t * p : (t + 1) * p] = later + stable
                whole[t * p : (t + 1) * p, s * p : (s + 1) * p] = later.T + stable
                later = lag @ later
            now = lag @ now @ lag.T + noise
        return whole

    def __call__(self, theta: np.ndarray) -> float:
        try:
            root = np.linalg.cholesky(self.implied(theta))
        except np.linalg.LinAlgError:
            return 1e6
        half = np.linalg.solve(root, self.sample)
        value = 2 * np.log(np.diag(root)).sum() + np.trace(np.linalg.solve(root, half.T))
        return float(value) if np.isfinite(value) else 1e6

    def maximum(self) -> np.ndarray:
        """The best of three starts, which differ in how much of each variable is taken to be stable."""
        found = [self._from(share) for share in (0.5, 0.2, 0.8)]
        return min(found, key=self)

    def _from(self, stable: float) -> np.ndarray:
        p = self.p
        own = np.sqrt(np.maximum(np.diag(self.sample)[:p], 1e-3))
        roots = [np.diag(own * share**0.5)[self.lower] for share in (stable, 1 - stable, 0.9 * (1 - stable))]
        start = np.concatenate([0.2 * np.eye(p).ravel(), *roots])
        return np.asarray(minimize(self, start, method="BFGS", options={"gtol": 1e-5, "maxiter": 500}).x)


def _covariance(fit: _Likelihood, best: np.ndarray, n: int) -> np.ndarray:
    """Of the lags: the inverse curvature of −log likelihood, n/2 times that of the discrepancy."""
    size, count = len(best), fit.p**2
    curvature = np.empty((size, size))
    moves = STEP * np.eye(size)
    for i in range(size):
        for j in range(i + 1):
            corners = [fit(best + s * moves[i] + t * moves[j]) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
            second = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * STEP * STEP)
            curvature[i, j] = curvature[j, i] = second
    return np.asarray(np.linalg.pinv(curvature * n / 2, rcond=1e-6, hermitian=True)[:count, :count])


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
