"""The hidden common cause that would undo a path, where M or Y is of two kinds.

Such a variable is a threshold on a hidden scale, and ρ̃ is the correlation, on that scale, of what X and the covariates
leave unexplained in M and in Y (Imai, Keele and Yamamoto 2010, sections 4 and 5):

- M normal, Y logit or probit: ρ̃ = s σ / √(v + s²σ²), s the effect of M, v the variance of the outcome's hidden error
  (1 for a probit, π²/3 for a logit). Under ρ the effect moves by the same bracket as in the linear model, on that scale.
- M of two kinds, Y continuous: ρ̃ is the ρ at which a Heckman correction of Y for M leaves M no effect.
- both of two kinds: ρ̃ maximises the likelihood of a bivariate probit without M in the equation of Y.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from ..results import Estimate
from .glm import Design, Fit, around, fit
from .model import Prepared
from .sensitivity import GRID, Sensitivity, bracket, curve_of, withstands

#: Draws for the band around the curve.
BAND = 400


def of_curved(
    mediator: Design, outcome: Design, at_m: int, fit_m: Fit, fit_y: Fit, data: Prepared, level: float, seed: int
) -> Sensitivity:
    """ρ̃ with an interval, and the curve where there is a formula for it (M continuous, no products).

    `at_m` is the place of M among the outcome's columns. X and the moderator are taken from their means, so the
    coefficient of M is its effect at the mean of what it interacts with.
    """
    name = mediator.name
    effect = float(fit_y.coefficients[at_m])
    spread = float(np.sqrt(fit_y.covariance[at_m, at_m]))
    note, curve = "", None
    if mediator.family == "gaussian":
        hidden = np.pi**2 / 3 if outcome.family == "logit" else 1.0
        rho = effect * fit_m.sigma / np.sqrt(hidden + (effect * fit_m.sigma) ** 2)
        if outcome.columns.shape[1] == at_m + 1 and data.w is None:
            curve = curve_of(name, *under_rho(mediator, outcome, fit_m, data, seed), level)
        if outcome.family == "logit":
            note = "The sensitivity curve is that of the probit nearest to the logit."
    elif outcome.family == "gaussian":
        rho = heckman(mediator, outcome, at_m)
    else:
        rho = bivariate(mediator, outcome, at_m)
    if outcome.columns.shape[1] > at_m + 1:
        note = "ρ̃ is that of the effect of M at the mean of what it interacts with; there is no curve."
    rho = float(np.clip(rho, -1, 1))
    # Zero effect and zero ρ̃ are the same hypothesis: the same distance in standard errors.
    error = abs(rho) * spread / max(abs(effect), 1e-300)
    margin = float(ndtri((1 + level) / 2) * error)
    estimate = Estimate(rho, max(-1.0, rho - margin), min(1.0, rho + margin), level)
    spreadings = rho + error * ndtri((np.arange(999) + 0.5) / 999)
    return Sensitivity({name: estimate}, curve, withstands(rho, spreadings), note)


def under_rho(
    mediator: Design, outcome: Design, fit_m: Fit, data: Prepared, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The mean of ACME(0) and ACME(1) over the grid of ρ for a normal M and a probit Y: the estimate, and draws of it."""
    probit = fit(Design(outcome.columns, outcome.outcome, "probit", outcome.name))
    rng = np.random.default_rng(seed)
    of_m, of_y = (np.vstack([one.coefficients, around(one, BAND, rng)]) for one in (fit_m, probit))
    sigma, width = fit_m.sigma, of_m.shape[1]
    effect = of_y[:, width]
    whole = np.sqrt(1 + (effect * sigma) ** 2)
    x0, x1 = data.contrast
    shift = ((x1 - x0) * of_m[:, 1] / sigma)[:, None] * bracket(effect * sigma / whole, GRID)
    total = np.zeros_like(shift)
    people = outcome.columns[:, :width]
    for person in people[:: max(1, len(people) // 500)]:  # a sample of people is enough for a picture
        for t, towards in ((x0, 1), (x1, -1)):
            row = person.copy()
            row[1] = t
            eta = ((of_y[:, :width] @ row + effect * (of_m @ row)) / whole)[:, None]
            total += towards * (ndtr(eta + towards * shift) - ndtr(eta))
    mean = total / (2 * len(people[:: max(1, len(people) // 500)]))
    return mean[0], mean[1:]


def heckman(mediator: Design, outcome: Design, at_m: int) -> float:
    """ρ at which the generalised residual of a probit of M explains all that M explains in a continuous Y."""
    probit = fit(Design(mediator.columns, mediator.outcome, "probit", mediator.name))
    eta = mediator.columns @ probit.coefficients
    density = np.exp(-0.5 * eta**2) / np.sqrt(2 * np.pi)
    chance = np.clip(ndtr(eta), 1e-12, 1 - 1e-12)
    generalised = np.where(mediator.outcome > 0, density / chance, -density / (1 - chance))
    before = outcome.columns[:, :at_m]
    m_left = unexplained(mediator.outcome, before)
    y_left = unexplained(outcome.outcome, before)
    sigma = np.sqrt(y_left @ y_left / max(1, len(y_left) - at_m))
    return float((m_left @ y_left) / max((m_left @ generalised) * sigma, 1e-300))


def unexplained(column: np.ndarray, by: np.ndarray) -> np.ndarray:
    return np.asarray(column - by @ np.linalg.lstsq(by, column, rcond=None)[0])


def bivariate(mediator: Design, outcome: Design, at_m: int) -> float:
    """The correlation of two probits, of M and of Y, on the columns that come before M."""
    before = outcome.columns[:, :at_m]
    h = fit_eta(Design(before, mediator.outcome, "probit", mediator.name))
    k = fit_eta(Design(before, outcome.outcome, "probit", outcome.name))
    sign_m, sign_y = np.where(mediator.outcome > 0, 1.0, -1.0), np.where(outcome.outcome > 0, 1.0, -1.0)

    def loss(rho: float) -> float:
        chance = both_below(sign_m * h, sign_y * k, rho * sign_m * sign_y)
        return -float(np.log(np.maximum(chance, 1e-300)).sum())

    return float(minimize_scalar(loss, bounds=(-0.995, 0.995), method="bounded").x)


def fit_eta(design: Design) -> np.ndarray:
    return np.asarray(design.columns @ fit(design).coefficients)


def both_below(h: np.ndarray, k: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """P(Z₁ < h, Z₂ < k) of normals with correlation ρ: Φ(h)Φ(k) plus an integral over the angle asin ρ (Plackett)."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    angle = np.arcsin(rho)
    total = np.zeros_like(h)
    for node, weight in zip(nodes, weights, strict=True):
        theta = angle * (node + 1) / 2
        total += weight * np.exp(-(h**2 + k**2 - 2 * h * k * np.sin(theta)) / (2 * np.cos(theta) ** 2))
    return np.asarray(ndtr(h) * ndtr(k) + total * angle / (4 * np.pi))
