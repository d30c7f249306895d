"""Whether a space (a community, a topic, a tag) is divided enough for sides to mean anything.

Where there is no real divide the factor fits noise, and ranking by it would harm. So the model with the factor has to
predict ratings that it has not seen better than the model without: g = 1 − MSE_factor / MSE_intercept over five folds,
with the stricter λ_f = .1. One gate per space: one global factor buries the subjects that are contested.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..progress import Progress, unheard
from ..results import Estimate, Table
from .model import Fit, fit
from .ratings import Ratings

FOLDS, FOLDS_NEEDED, GAIN_NEEDED = 5, 4, 0.02
RATERS_NEEDED, RATINGS_EACH = 30, 5
GATE_RIDGE = 0.1
#: Prediction does not need the last digits of the parameters.
TOLERANCE, ROUNDS = 1e-4, 60


@dataclass(frozen=True)
class Gate:
    """`gains` per fold (empty when there were too few raters to ask), their mean, and who could be asked."""

    open: bool
    gains: tuple[float, ...]
    raters: int
    ratings: int

    @property
    def mean_gain(self) -> float | None:
        return float(np.mean(self.gains)) if self.gains else None

    @property
    def folds_better(self) -> int:
        return sum(gain > 0 for gain in self.gains)

    @property
    def gain(self) -> Estimate | None:
        """The mean gain with the spread of the folds as its interval (t with four degrees of freedom).

        Folds share training data, so the interval tells how much folds differ and is not a confidence interval.
        """
        if len(self.gains) < 2:
            return None
        half = 2.776 * float(np.std(self.gains, ddof=1)) / len(self.gains) ** 0.5
        mean = float(np.mean(self.gains))
        return Estimate(mean, mean - half, mean + half)

    @property
    def sentence(self) -> str:
        if not self.gains:
            return (
                f"Too few people to look for sides: {self.raters} have rated at least {RATINGS_EACH} items, "
                f"{RATERS_NEEDED} are needed. Items are ordered by their smoothed mean."
            )
        found = (
            f"Knowing sides predicts unseen ratings {100 * float(np.mean(self.gains)):+.1f}% better "
            f"({self.folds_better} of {len(self.gains)} parts; n = {self.ratings:,} ratings)"
        )
        if self.open:
            return f"{found}: opinions here are divided, so items are ordered by what both sides find helpful."
        return f"{found}: no divide that matters, so items are ordered by their smoothed mean."

    def tables(self) -> list[Table]:
        rows = tuple((n + 1, gain) for n, gain in enumerate(self.gains))
        return [Table("Gain in prediction by part", ("part", "gain"), rows)] if rows else []


def gate(ratings: Ratings, *, seed: int = 0, progress: Progress = unheard) -> Gate:
    """Ask the five folds. Open when at least four gain, the mean gain is at least .02 and 30 raters have 5 ratings."""
    raters = int(np.count_nonzero(ratings.per_rater() >= RATINGS_EACH))
    if raters < RATERS_NEEDED or len(ratings) < 10 * FOLDS:
        return Gate(False, (), raters, len(ratings))
    fold = np.random.default_rng(seed).integers(0, FOLDS, len(ratings), dtype=np.int8)

    done = 0

    def gain(held: int) -> float:
        nonlocal done
        settings = {"fold": fold, "held": held, "tolerance": TOLERANCE, "rounds": ROUNDS}
        plain = fit(ratings, factor=False, **settings)  # type: ignore[arg-type]
        sided = fit(ratings, factor_ridge=GATE_RIDGE, seed=seed + held, **settings)  # type: ignore[arg-type]
        without = _error(ratings, plain, fold, held)
        done += 1
        progress(done / FOLDS)
        return 1 - _error(ratings, sided, fold, held) / without if without > 0 else 0.0

    with ThreadPoolExecutor(2) as pool:  # the loops release the interpreter's lock
        gains = tuple(pool.map(gain, range(FOLDS)))
    better = sum(g > 0 for g in gains) >= FOLDS_NEEDED
    return Gate(better and float(np.mean(gains)) >= GAIN_NEEDED, gains, raters, len(ratings))


def _error(ratings: Ratings, model: Fit, fold: NDArray[np.int8], held: int) -> float:
    from .kernels import held_error

    squares, used = held_error(
        *(ratings.start, ratings.item, ratings.rating, fold, held, model.mu),
        *(model.item_intercept, model.item_factor, model._rater_intercept, model._rater_factor),
    )
    return squares / used if used else 0.0
