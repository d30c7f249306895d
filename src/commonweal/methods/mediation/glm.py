"""Least squares, logit and probit by Newton's method, one at a time or for a batch of row weights at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import erfcx, expit, ndtr

from ..errors import BadInput
from .bootstrap import squared
from .model import Family

#: In units of one SD of its column, a coefficient known no better than this is not known at all: separation.
UNKNOWN = 50.0
STEPS = 60


@dataclass(frozen=True)
class Fit:
    """Coefficients (k), their covariance (k × k), the residual SD (least squares only, else 1)."""

    coefficients: np.ndarray
    covariance: np.ndarray
    sigma: float = 1.0


@dataclass(frozen=True)
class Design:
    """A regression's columns (n × k, the first one the intercept) and outcome, standardised within."""

    columns: np.ndarray
    outcome: np.ndarray
    family: Family
    name: str

    @property
    def mean(self) -> np.ndarray:
        mean = self.columns.mean(axis=0)
        mean[0] = 0.0
        return np.asarray(mean)

    @property
    def scale(self) -> np.ndarray:
        scale = self.columns.std(axis=0)
        scale[0] = 1.0
        return np.where(scale > 0, scale, 1.0)


def fit(design: Design) -> Fit:
    """Maximum likelihood. Raises BadInput when the columns tell zeros from ones perfectly, or cannot be told apart."""
    z = (design.columns - design.mean) / design.scale
    if design.family == "gaussian":
        inverse = np.linalg.pinv(z.T @ z, hermitian=True)
        found = inverse @ (z.T @ design.outcome)
        left = design.outcome - z @ found
        sigma = float(np.sqrt(left @ left / (len(z) - z.shape[1])))
        covariance = sigma**2 * inverse
    else:
        weights = np.ones((1, len(z)))
        many, information = newton(z, design.outcome, design.family, weights, np.zeros((1, z.shape[1])))
        if not np.isfinite(many).all():
            raise BadInput(
                "its zeros and ones are told apart perfectly by the other columns (separation), so a logit or probit"
                " has no finite answer; leave out the column that does it, or group its levels",
                column=design.name,
            )
        found, covariance, sigma = many[0], np.linalg.inv(information[0]), 1.0
    back = to_units(design)
    return Fit(back @ found, back @ covariance @ back.T, sigma)


def around(found: Fit, size: int, rng: np.random.Generator) -> np.ndarray:
    """Coefficients drawn from the normal distribution around the estimates (size × k), whatever their units."""
    sd = np.sqrt(np.maximum(np.diagonal(found.covariance), 1e-300))
    values, vectors = np.linalg.eigh(found.covariance / np.outer(sd, sd))
    drawn = rng.standard_normal((size, len(sd))) * np.sqrt(np.maximum(values, 0.0))
    return np.asarray(found.coefficients + drawn @ vectors.T * sd)


def to_units(design: Design) -> np.ndarray:
    """The matrix that turns standardised coefficients into those of the columns as they are."""
    back = np.diag(1 / design.scale)
    back[0, 1:] = -(design.mean / design.scale)[1:]
    return back


def fit_many(design: Design, weights: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (r × k) and residual SDs (r) under each row of weights (r × n), from the coefficients `start` (k).

    NaN where a resample is separated or a coefficient cannot be told from the others.
    """
    z = (design.columns - design.mean) / design.scale
    back = to_units(design)
    begun = np.linalg.solve(back, start)
    if design.family == "gaussian":
        left, right = np.triu_indices(z.shape[1])
        found, known = solved(squared(weights @ (z[:, left] * z[:, right]), z.shape[1]), (weights * design.outcome) @ z)
        rest = design.outcome - found @ z.T
        spare = np.maximum(1.0, weights.sum(axis=1) - z.shape[1])
        sigma = np.sqrt((weights * rest**2).sum(axis=1) / spare)
        found[~known] = np.nan
    else:
        found, _ = newton(z, design.outcome, design.family, weights, np.tile(begun, (len(weights), 1)), 1e-7)
        sigma = np.ones(len(weights))
    return found @ back.T, sigma


def newton(
    z: np.ndarray, y: np.ndarray, family: Family, weights: np.ndarray, start: np.ndarray, still: float = 1e-9
) -> tuple[np.ndarray, np.ndarray]:
    """Fisher scoring with halved steps for r weightings at once: coefficients (r × k, NaN if separated), information.

    A fit is done when no standardised coefficient moved by more than `still`.
    """
    left, right = np.triu_indices(z.shape[1])
    pairs = z[:, left] * z[:, right]
    sign = np.where(y > 0, 1.0, -1.0)
    found = start.copy()
    value, score, curvature = likelihood(found, z, sign, family, weights)
    information = squared(curvature @ pairs, z.shape[1])
    at = np.arange(len(found))  # those not yet done; value, score and curvature are theirs
    for _ in range(STEPS):
        information[at] = squared(curvature @ pairs, z.shape[1])
        step, _known = solved(information[at], score @ z)
        step *= np.minimum(1.0, 8.0 / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        step, value, score, curvature = not_worse(found[at], step, value, z, sign, family, weights[at])
        found[at] += step
        more = np.abs(step).max(axis=1) > still
        at, value, score, curvature = at[more], value[more], score[more], curvature[more]
        if not len(at) or np.abs(found[at]).max() > 1e4:
            break
    lost = ~determined(information)
    lost[at] = True
    found[lost] = np.nan
    return found, information


def not_worse(
    found: np.ndarray,
    step: np.ndarray,
    value: np.ndarray,
    z: np.ndarray,
    sign: np.ndarray,
    family: Family,
    weights: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The step, halved where it would lose likelihood, with likelihood, score and curvature after it."""
    new, score, curvature = likelihood(found + step, z, sign, family, weights)
    for _ in range(20):
        worse = np.flatnonzero(new < value - 1e-9 * np.abs(value) - 1e-12)
        if not len(worse):
            break
        step[worse] /= 2
        again = likelihood(found[worse] + step[worse], z, sign, family, weights[worse])
        new[worse], score[worse], curvature[worse] = again
    return step, new, score, curvature


def determined(information: np.ndarray) -> np.ndarray:
    """Whether every coefficient is known at all: its standard error (of a standardised column) is not vast."""
    values = np.linalg.eigvalsh(information)
    return np.asarray(values[:, 0] > 1 / UNKNOWN**2)


def solved(matrices: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Solutions of symmetric systems, the shortest where there are many; and whether there is only one."""
    try:
        inverse = np.linalg.inv(matrices)
        size = np.arange(matrices.shape[1])
        spread = inverse[:, size, size] * matrices[:, size, size]
        known = np.isfinite(spread).all(axis=1) & (spread.max(axis=1) < 1e11) & (spread.min(axis=1) > 0.5)
    except np.linalg.LinAlgError:
        inverse, known = np.empty_like(matrices), np.zeros(len(matrices), dtype=bool)
    if not known.all():
        inverse[~known] = np.linalg.pinv(matrices[~known], rcond=1e-11, hermitian=True)
    return (inverse @ right[:, :, None])[:, :, 0], known


def likelihood(
    found: np.ndarray, z: np.ndarray, sign: np.ndarray, family: Family, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-likelihood (r), and of each row its weighted first derivative and expected curvature (r × n).

    Normal tails by erfcx, the complementary error function scaled by exp(u²), so that no far tail is lost.
    """
    eta = found @ z.T
    if family == "logit":
        p = expit(eta)
        each = -np.logaddexp(0.0, -sign * eta)
        return (weights * each).sum(axis=1), weights * ((sign > 0) - p), weights * p * (1 - p)
    u = np.clip(sign * eta / np.sqrt(2), -26, 26)
    near, far = erfcx(-u), erfcx(u)
    each = np.log(0.5 * near) - u**2
    return (
        (weights * each).sum(axis=1),
        weights * sign * (np.sqrt(2 / np.pi) / near),
        weights * (2 / np.pi / (near * far)),
    )


def mean_of(eta: np.ndarray, family: Family) -> np.ndarray:
    """The expected outcome where the linear predictor is eta."""
    if family == "gaussian":
        return eta
    return np.asarray(ndtr(eta) if family == "probit" else expit(eta))
