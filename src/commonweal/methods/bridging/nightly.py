"""The nightly fit, each new rating during the day, and the queue of items that too few have rated."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import BadInput
from ..progress import Progress, unheard
from .gate import Gate, gate
from .model import Fit, fit, two_by_two
from .ratings import Floats, Ints, Ratings
from .score import RATERS_FOR_A_SCORE, Scores, score, sides

SEEDS = 5


@dataclass(frozen=True)
class Night:
    """What the night leaves behind: the scores, the gate, and (only when the gate is open) the fit."""

    scores: Scores
    gate: Gate
    fit: Fit | None
    losses: tuple[float, ...]

    @property
    def sentence(self) -> str:
        return self.scores.sentence


def nightly(
    ratings: Ratings,
    *,
    last_factor: Floats | None = None,
    seed: int = 0,
    seeds: int = SEEDS,
    progress: Progress = unheard,
) -> Night:
    """Ask the gate; when it is open, fit from several starts, keep the lowest loss, align signs with last night.

    `last_factor` are last night's item factors (NaN for items that are new): one of the starts is warm with them, and
    the sign that agrees with them is kept. Items only: nothing about a person is carried from night to night.
    Raises `BadInput` without ratings.
    """
    if len(ratings) == 0:
        raise BadInput("there are no ratings; at least one is needed")
    asked = gate(ratings, seed=seed, progress=lambda share: progress(0.6 * share))
    if not asked.open:
        return Night(score(ratings, asked), asked, None, ())
    fits = starts(ratings, last_factor=last_factor, seed=seed, seeds=seeds)
    progress(0.95)
    best = min(fits, key=lambda found: found.loss)
    if last_factor is not None:
        best = aligned(best, last_factor)
    return Night(score(ratings, asked, best), asked, best, tuple(found.loss for found in fits))


def starts(ratings: Ratings, *, last_factor: Floats | None = None, seed: int = 0, seeds: int = SEEDS) -> list[Fit]:
    """The fits from `seeds` starts, of which the first is warm when there is a last night."""

    def start(n: int) -> Fit:
        return fit(ratings, seed=seed + n, item_factor=last_factor if n == 0 else None)

    with ThreadPoolExecutor(2) as pool:  # the loops release the interpreter's lock
        return list(pool.map(start, range(max(1, seeds))))


def aligned(found: Fit, last_factor: Floats) -> Fit:
    """The fit with the sign that agrees with last night's items, so that a night never swaps the sides."""
    known = np.isfinite(last_factor)
    agreement = float(found.item_factor[known] @ last_factor[known])
    return found.turned() if agreement < 0 else found


def with_rating(found: Fit, ratings: Ratings, item: int, raters: ArrayLike, values: ArrayLike) -> Fit:
    """Re-solve one item's intercept and factor with people frozen: exact, from that item's ratings alone.

    `raters` (index) and `values` are all ratings that the item has now, each person once; people who joined after the
    night count as neutral. `ratings` are those of the night (their size sets the ridge). Returns a fit in which that
    item alone has changed.
    """
    who, r = np.asarray(raters, dtype=np.int64), np.asarray(values, dtype=np.float64)
    if len(who) != len(r) or len(np.unique(who)) != len(who):
        raise BadInput("each person counts once for an item; raters and values must be equally many")
    if not 0 <= item < len(found.item_intercept):
        raise BadInput("this item joined after the last fit; it is ordered after the next one")
    known = (who >= 0) & (who < len(found._rater_factor))
    inside = np.where(known, who, 0)
    f = np.where(known, found._rater_factor[inside], 0.0)
    y = r - found.mu - np.where(known, found._rater_intercept[inside], 0.0)
    sums = np.array([[len(who), f.sum(), f @ f, y.sum(), y @ f]], dtype=np.float64)
    share = len(ratings) / ratings.items
    i_n, f_n = two_by_two(sums, found.intercept_ridge * share, found.factor_ridge * share)
    intercept, factor = found.item_intercept.copy(), found.item_factor.copy()
    intercept[item], factor[item] = i_n[0], f_n[0]
    return replace(found, item_intercept=intercept, item_factor=factor)


def to_review(ratings: Ratings, found: Fit | None = None, *, load: int = 3, seed: int = 0) -> list[tuple[int, Ints]]:
    """Whom to ask about each item that fewer than five have rated: (item, raters to ask), rarest rated first.

    With a fit, those asked come alternately from both sides, beginning with the side that has rated the item less; no
    list says which is which. Nobody is asked about more than `load` items, nor about one they have rated.
    """
    count, _ = ratings.per_item()
    rng = np.random.default_rng(seed)
    side = sides(ratings, found) if found is not None else np.full(ratings.raters, -1, np.int8)
    pools = [list(map(int, rng.permutation(np.flatnonzero(side == s)))) for s in (0, 1, -1)]
    free = np.full(ratings.raters, load)
    have: dict[int, list[int]] = {int(n): [] for n in np.argsort(count, kind="stable") if count[n] < RATERS_FOR_A_SCORE}
    thin = np.flatnonzero(count[ratings.item] < RATERS_FOR_A_SCORE)
    for k, u in zip(thin, np.searchsorted(ratings.start, thin, side="right") - 1, strict=True):
        have[int(ratings.item[k])].append(int(u))
    asked = []
    for item, raters in have.items():
        chosen = _ask(raters, side, pools, free, RATERS_FOR_A_SCORE - len(raters))
        asked.append((item, np.sort(np.array(chosen, dtype=np.int64))))
    return asked


def _ask(raters: list[int], side: NDArray[np.int8], pools: list[list[int]], free: Ints, wanted: int) -> list[int]:
    """Take from the front of the pool that balances the sides; whoever is asked goes to its end."""
    tally = [sum(side[u] == 0 for u in raters), sum(side[u] == 1 for u in raters)]
    chosen: list[int] = []
    while len(chosen) < wanted:
        for s in (0, 1, 2) if tally[0] <= tally[1] else (1, 0, 2):
            found = next((u for u in pools[s] if u not in raters and u not in chosen), None)
            if found is not None:
                break
        else:
            return chosen
        chosen.append(found)
        free[found] -= 1
        pools[s].remove(found)
        if free[found] > 0:
            pools[s].append(found)
        if s < 2:
            tally[s] += 1
    return chosen
