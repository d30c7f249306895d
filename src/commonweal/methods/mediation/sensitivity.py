"""How strong a hidden common cause of M and Y would have to be to undo the finding.

Let ρ be the correlation that such a cause puts between what is unexplained in M and in Y. In the linear model (Imai,
Keele and Yamamoto 2010, theorem 4) the effect through M under ρ is

    ACME(ρ) = a (σ₁/σ₂) [ρ̃ − ρ √((1 − ρ̃²) / (1 − ρ²))]

with σ₁, σ₂ the residual SDs of Y and M given X and covariates and ρ̃ the correlation of those residuals. It is zero at
ρ = ρ̃. A cause that explains the same share of what is left in M and in Y needs the share |ρ̃| of each: the product of
the two shares is ρ̃².
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ..results import Estimate, Table
from .bootstrap import Draws, Kind
from .linear import paths_of
from .model import Model

#: The curve is drawn over these values of ρ.
GRID = np.linspace(-0.9, 0.9, 73)
#: A hidden common cause of this size is common; a finding that it could undo earns no verdict.
ORDINARY = 0.3
#: How sure we want to be that ρ̃ lies beyond the ordinary.
SURE = 0.99


@dataclass(frozen=True)
class Curve:
    """The effect by way of `mediator` under each ρ, with its interval."""

    mediator: str
    rho: tuple[float, ...]
    effect: tuple[Estimate, ...]


@dataclass(frozen=True)
class Sensitivity:
    """ρ̃ of each mediator, and the curve of the one that is undone first. `note` says where a figure is approximate."""

    rho: dict[str, Estimate]
    curve: Curve | None = None
    withstands: bool = False
    note: str = ""

    @property
    def weakest(self) -> str:
        """The mediator whose ρ̃ is nearest to zero."""
        return min(self.rho, key=lambda name: abs(self.rho[name].estimate))

    @property
    def rho_zero(self) -> float:
        return self.rho[self.weakest].estimate

    @property
    def rho_zero_squared(self) -> float:
        return self.rho_zero**2

    def table(self) -> Table:
        rows = tuple((name, rho.estimate, rho.low, rho.high, rho.estimate**2) for name, rho in self.rho.items())
        return Table("A hidden common cause that would undo the path", ("by way of", "ρ̃", "low", "high", "ρ̃²"), rows)


def bracket(rho_zero: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """ρ̃ − ρ √((1 − ρ̃²)/(1 − ρ²)), for every pair (draws × grid)."""
    share = np.sqrt(np.maximum(0.0, 1 - rho_zero**2))[:, None] / np.sqrt(1 - rho**2)[None, :]
    return np.asarray(rho_zero[:, None] - rho[None, :] * share)


def of_linear(draws: Draws, model: Model, change: float, kind: Kind, level: float) -> Sensitivity:
    """The sensitivity of a linear model from its draws; `change` is the contrast of X."""
    rho = {name: draws.estimate(f"rho|{name}", kind, level) for name in model.mediators}
    weakest = min(rho, key=lambda name: abs(rho[name].estimate))
    names = [f"a|{weakest}", f"ratio|{weakest}", f"rho|{weakest}"]
    a, ratio, at_zero = (np.array([draws.value(name)]) for name in names)
    point = (change * a * ratio)[:, None] * bracket(at_zero, GRID)
    a, ratio, at_zero = (draws.drawn(name) for name in names)
    drawn = (change * a * ratio)[:, None] * bracket(at_zero, GRID)
    return Sensitivity(rho, curve_of(weakest, point[0], drawn, level), beyond_ordinary(draws, model, kind, level))


def curve_of(mediator: str, point: np.ndarray, drawn: np.ndarray, level: float) -> Curve:
    """The curve with pointwise percentile intervals (none without draws)."""
    if not len(drawn):
        return Curve(mediator, tuple(GRID.tolist()), tuple(Estimate(float(p), level=level) for p in point))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    effects = [Estimate(float(p), float(lo), float(hi), level) for p, lo, hi in zip(point, low, high, strict=True)]
    return Curve(mediator, tuple(GRID.tolist()), tuple(effects))


def beyond_ordinary(draws: Draws, model: Model, kind: Kind, level: float) -> bool:
    """Whether every path that was found ends in a mediator whose ρ̃ surely exceeds an ordinary hidden cause."""
    found = [
        path
        for path in paths_of(model.mediators, model.serial)
        if draws.estimate(f"path|{'|'.join(path)}", kind, level).excludes_zero
    ]
    names = {f"rho|{path[-1]}" for path in found}
    return bool(names) and all(withstands(draws.value(name), draws.drawn(name)) for name in names)


def withstands(rho_zero: float, drawn: np.ndarray) -> bool:
    """On Fisher's scale: is ρ̃ surely further from zero than ORDINARY?"""
    limit = 1 - 1e-9
    z = np.arctanh(np.clip(drawn, -limit, limit))
    margin = float(ndtri((1 + SURE) / 2)) * float(z.std())
    return bool(abs(np.arctanh(np.clip(rho_zero, -limit, limit))) - margin > np.arctanh(ORDINARY))
