"""The model r̂ = μ + i_u + i_n + f_u·f_n and its fit.

The loss is the one that the released code of Community Notes minimises (means, not sums; Wojcik et al. 2022, "Birdwatch:
Crowd Wisdom and Bridging Algorithms can Inform Understanding and Reduce the Spread of Misinformation"):

    L = mean e² + λ_f (mean f_u² + mean f_n²) + λ_i (mean i_u² + mean i_n² + μ²),   λ_f = .03, λ_i = .15

With the items fixed, each person's (i_u, f_u) is a ridge regression with ridges λ N/U, and the other way round with
λ N/M: alternating least squares. The loss does not change its fit when the factor is stretched on one side and shrunk on
the other, or when constants wander between the terms; those directions are slow for alternation and have closed forms,
so every round also takes them (`_settle`). No step raises the loss.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .ratings import Floats, Ratings

#: Weights of the penalties in the released code.
FACTOR_RIDGE, INTERCEPT_RIDGE = 0.03, 0.15
#: A fit ends when a round lowers the loss by less than this share of it, three times running.
TOLERANCE = 1e-6
ROUNDS = 200

NO_FOLDS: NDArray[np.int8] = np.zeros(0, np.int8)


@dataclass(frozen=True)
class Fit:
    """Parameters at the lowest loss that was found.

    `item_intercept` and `item_factor` have one entry per item. What belongs to people is kept out of every
    representation, table and file: it serves the score and the re-solving of items until the next fit, and is then
    dropped. The sign of the factor means nothing by itself.
    """

    mu: float
    item_intercept: Floats
    item_factor: Floats
    loss: float
    rounds: int
    settled: bool
    ratings: int
    factor_ridge: float = FACTOR_RIDGE
    intercept_ridge: float = INTERCEPT_RIDGE
    _rater_intercept: Floats = field(repr=False, compare=False, default_factory=lambda: np.zeros(0))
    _rater_factor: Floats = field(repr=False, compare=False, default_factory=lambda: np.zeros(0))

    @property
    def sentence(self) -> str:
        how = f"settled after {self.rounds} rounds" if self.settled else f"did not settle in {self.rounds} rounds"
        return f"The model of {self.ratings:,} ratings {how}; its loss is {self.loss:.5f}."

    def turned(self) -> Fit:
        """The same fit with the sign of the factor changed on both sides."""
        return replace(self, item_factor=-self.item_factor, _rater_factor=-self._rater_factor)


@dataclass
class _State:
    mu: float
    i_n: Floats
    f_n: Floats
    i_u: Floats
    f_u: Floats


def fit(
    ratings: Ratings,
    *,
    seed: int = 0,
    factor: bool = True,
    factor_ridge: float = FACTOR_RIDGE,
    intercept_ridge: float = INTERCEPT_RIDGE,
    item_factor: Floats | None = None,
    fold: NDArray[np.int8] = NO_FOLDS,
    held: int = -1,
    tolerance: float = TOLERANCE,
    rounds: int = ROUNDS,
) -> Fit:
    """Fit the model by alternating least squares, from random factors under `seed` or from `item_factor` (warm start).

    `factor=False` fits the intercepts alone. Ratings whose `fold` equals `held` are set aside. Raises `BadInput`
    without ratings, or when a ridge is not above 0 (the equations need both).
    """
    if len(ratings) == 0:
        raise BadInput("there are no ratings; at least one is needed")
    if not (factor_ridge > 0 and intercept_ridge > 0):
        raise BadInput("both ridges must be above 0")
    used = len(ratings) - (int(np.count_nonzero(fold == held)) if len(fold) else 0)
    state = _State(
        0.0,
        np.zeros(ratings.items),
        _first_factor(ratings.items, seed, item_factor) if factor else np.zeros(ratings.items),
        np.zeros(ratings.raters),
        np.zeros(ratings.raters),
    )
    if used == 0:
        return _as_fit(state, np.inf, 0, False, 0, factor_ridge, intercept_ridge)
    work = _Work(ratings, fold, held, used, factor, factor_ridge, intercept_ridge)
    before, quiet, turn = work.people(state), 0, 0
    while turn < rounds and quiet < 3:
        turn += 1
        work.items(state)
        loss = work.people(state)
        quiet = quiet + 1 if before - loss <= tolerance * max(loss, 1e-12) else 0
        before = loss
    return _as_fit(state, before, turn, quiet == 3, used, factor_ridge, intercept_ridge)


def _first_factor(items: int, seed: int, warm: Floats | None) -> Floats:
    drawn = np.random.default_rng(seed).normal(0, 0.3, items)
    if warm is None:
        return drawn
    if len(warm) != items:
        raise BadInput(f"a warm start needs one factor for each of the {items} items")
    known = np.isfinite(warm)
    # An item that last night's fit did not know starts near the middle, but never all items exactly there.
    return np.where(known, warm, 0.1 * drawn) if np.any(warm[known]) else drawn


@dataclass(frozen=True)
class _Work:
    """The two half steps, on the ratings that are not set aside."""

    ratings: Ratings
    fold: NDArray[np.int8]
    held: int
    used: int
    factor: bool
    ridge_f: float
    ridge_i: float

    def people(self, state: _State) -> float:
        """Re-solve people with the items fixed, then the grand mean and the slow directions. Returns the loss."""
        from .kernels import solve_people

        ratings, share = self.ratings, self.used / self.ratings.raters
        total, squares, _ = solve_people(
            *(ratings.start, ratings.item, ratings.rating, self.fold, self.held, state.mu),
            *(self.ridge_i * share, self.ridge_f * share, self.factor),
            *(state.i_n, state.f_n, state.i_u, state.f_u),
        )
        mean = total / self.used
        moved = (mean + state.mu) / (1 + self.ridge_i) - state.mu
        error = squares / self.used - 2 * moved * mean + moved * moved
        state.mu += moved
        _settle(state, self.ridge_f, self.ridge_i, self.factor)
        return float(error + _penalty(state, self.ridge_f, self.ridge_i))

    def items(self, state: _State) -> None:
        """Re-solve items with the people fixed."""
        from .kernels import item_sums

        ratings, share = self.ratings, self.used / self.ratings.items
        where = (ratings.start, ratings.item, ratings.rating, self.fold, self.held)
        sums = item_sums(*where, state.mu, state.i_u, state.f_u, ratings.items)
        state.i_n, f_n = two_by_two(sums, self.ridge_i * share, self.ridge_f * share)
        if self.factor:
            state.f_n = f_n


def two_by_two(sums: Floats, ridge: float, ridge_f: float) -> tuple[Floats, Floats]:
    """Intercepts and factors from the five sums (n, Σf, Σf², Σy, Σyf: one row each). The ridges keep it solvable."""
    n, s_f, s_ff, s_y, s_yf = sums.T
    a, d = n + ridge, s_ff + ridge_f
    determinant = a * d - s_f * s_f
    return (d * s_y - s_f * s_yf) / determinant, (a * s_yf - s_f * s_y) / determinant


def _penalty(state: _State, ridge_f: float, ridge_i: float) -> float:
    factors = np.mean(state.f_u**2) + np.mean(state.f_n**2)
    return float(ridge_f * factors + ridge_i * (np.mean(state.i_u**2) + np.mean(state.i_n**2) + state.mu**2))


def _settle(state: _State, ridge_f: float, ridge_i: float, factor: bool) -> None:
    """Minimise the penalty along the four directions that leave every prediction as it is."""
    if factor:
        # f_u → f_u + d with i_n → i_n − d f_n, then f_n → f_n + d with i_u → i_u − d f_u.
        d = (ridge_i * np.mean(state.i_n * state.f_n) - ridge_f * np.mean(state.f_u)) / (
            ridge_f + ridge_i * np.mean(state.f_n**2)
        )
        state.f_u += d
        state.i_n = state.i_n - d * state.f_n
        d = (ridge_i * np.mean(state.i_u * state.f_u) - ridge_f * np.mean(state.f_n)) / (
            ridge_f + ridge_i * np.mean(state.f_u**2)
        )
        state.f_n = state.f_n + d
        state.i_u -= d * state.f_u
        ours, theirs = np.mean(state.f_u**2), np.mean(state.f_n**2)
        if ours > 1e-300 and theirs > 1e-300:
            stretch = (theirs / ours) ** 0.25
            state.f_u *= stretch
            state.f_n = state.f_n / stretch
    # Constants a from people and b from items to the mean: 2a + b = ī_u − μ, a + 2b = ī_n − μ.
    left, right = np.mean(state.i_u) - state.mu, np.mean(state.i_n) - state.mu
    a, b = (2 * left - right) / 3, (2 * right - left) / 3
    state.mu += float(a + b)
    state.i_u -= a
    state.i_n = state.i_n - b


def _as_fit(state: _State, loss: float, rounds: int, settled: bool, used: int, ridge_f: float, ridge_i: float) -> Fit:
    return Fit(
        float(state.mu),
        state.i_n,
        state.f_n,
        float(loss),
        rounds,
        settled,
        used,
        ridge_f,
        ridge_i,
        state.i_u,
        state.f_u,
    )
