"""The score that orders items, and the label of those that people who usually differ both valued."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..pictures import Picture
from ..results import Table
from .gate import Gate
from .model import Fit
from .ratings import Floats, Ints, Ratings
from .words import LABEL, score_words

#: Fewer raters than this: no score; the item waits in the queue for review.
RATERS_FOR_A_SCORE = 5
#: The weight of the space's mean in the default score, in ratings.
PRIOR = 5
#: A person beyond this factor stands on a side, once they have rated enough items.
SIDE, RATINGS_FOR_A_SIDE = 0.15, 10
#: The label: intercept, factor, and per side helpful minus unhelpful, absolute and as a share of that side's ratings.
LABEL_INTERCEPT, LABEL_FACTOR, LABEL_NET, LABEL_SHARE = 0.40, 0.5, 4, 0.05


@dataclass(frozen=True)
class Scores:
    """One entry per item. `score` is NaN below five raters (`waiting`); `label` marks the bridging ones.

    Nothing here belongs to a person, and nothing tells how many of either side rated an item.
    """

    n: Ints
    mean: Floats
    score: Floats
    label: NDArray[np.bool_]
    by_sides: bool
    gate: Gate
    names: tuple[str, ...] | object = field(repr=False, default=())

    @property
    def waiting(self) -> NDArray[np.bool_]:
        """Items with fewer than five raters."""
        return self.n < RATERS_FOR_A_SCORE

    @property
    def order(self) -> Ints:
        """Items with a score, best first; ties by more raters, then by position."""
        scored = np.flatnonzero(~self.waiting)
        return scored[np.lexsort((scored, -self.n[scored], -self.score[scored]))]

    @property
    def sentence(self) -> str:
        scored = int((~self.waiting).sum())
        told = f"{scored:,} of {len(self.n):,} items have enough raters for a score; {int(self.waiting.sum()):,} wait."
        if self.by_sides:
            told += f" {int(self.label.sum()):,} carry the label “{LABEL}”."
        return f"{self.gate.sentence} {told}"

    def item_sentence(self, index: int) -> str:
        """Why this item stands where it stands."""
        return score_words(int(self.n[index]), float(self.score[index]), self.by_sides, bool(self.label[index]))

    def tables(self, top: int = 20) -> list[Table]:
        rows = tuple(
            (self.name(n), int(self.n[n]), float(self.mean[n]), float(self.score[n]), bool(self.label[n]))
            for n in map(int, self.order[:top])
        )
        return [Table(f"First {len(rows)} items", ("item", "raters", "mean", "score", "label"), rows)]

    def name(self, index: int) -> str:
        return str(self.names[index]) if len(self.names) else str(index)  # type: ignore[index,arg-type]

    def picture(self) -> Picture:
        """Raw mean against score: what the order lifts and what it lowers. At most 2,000 items are drawn."""
        from .picture import mean_and_score

        return mean_and_score(self)


def score(ratings: Ratings, gate: Gate, fit: Fit | None = None) -> Scores:
    """Score every item: by sides when the gate is open and there is a fit, else by the smoothed mean."""
    n, total = ratings.per_item()
    mean = total / np.maximum(n, 1)
    overall = float(total.sum()) / max(1, len(ratings))
    label = np.zeros(ratings.items, bool)
    by_sides = gate.open and fit is not None
    if fit is not None and by_sides:
        count, helped = _by_side(ratings, fit)
        chance = (helped + 1) / (count + 2)
        value = np.sqrt(chance[:, 0] * chance[:, 1])
        label = labelled(fit, count, helped) & (n >= RATERS_FOR_A_SCORE)
    else:
        value = (total + PRIOR * overall) / (n + PRIOR)
    value = np.where(n >= RATERS_FOR_A_SCORE, value, np.nan)
    return Scores(n, mean, value, label, by_sides, gate, ratings.item_names)


def labelled(fit: Fit, count: Ints, helped: Floats) -> NDArray[np.bool_]:
    """Items that earn the label. `count` and `helped` (sum of ratings) have a column per side.

    Net is helpful minus unhelpful: Σ(2r − 1), in which “partly” counts nothing.
    """
    net = 2 * helped - count
    both = ((net >= LABEL_NET) & (net >= LABEL_SHARE * count)).all(axis=1)
    return (fit.item_intercept >= LABEL_INTERCEPT) & (np.abs(fit.item_factor) < LABEL_FACTOR) & both


def sides(ratings: Ratings, fit: Fit) -> NDArray[np.int8]:
    """0 or 1 for people on a side, −1 for the neutral. For computing only: never shown, stored or sent."""
    side = np.where(fit._rater_factor < -SIDE, 0, np.where(fit._rater_factor > SIDE, 1, -1))
    return np.where(ratings.per_rater() >= RATINGS_FOR_A_SIDE, side, -1).astype(np.int8)


def _by_side(ratings: Ratings, fit: Fit) -> tuple[Ints, Floats]:
    from .kernels import side_counts

    counts, helped = side_counts(ratings.start, ratings.item, ratings.rating, sides(ratings, fit), ratings.items)
    return counts, helped
