"""What chance alone gives where there are no groups to deal out anew: each signal's own way of shuffling.

Dealing: the same amount of taking part (posts, requests) falls on the same people one piece at a time, at random. Swapping:
each person's two answers, or weeks, change places. Whatever is left of the figure then is chance.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .network import Floats
from .signal import Null

DRAWS, FEWEST_DRAWS = 199, 19
#: People that pieces are dealt to; with more, the spread of the figure is scaled down from this many.
ENOUGH = 20_000
#: Entries that are shuffled for one null at most.
SHUFFLED = 20_000_000


def by_dealing(amounts: Floats, figure: Callable[[Floats], float], seed: int = 0) -> Null | None:
    """`figure` of the total of `amounts` dealt in whole pieces to as many people. None when there is no whole piece."""
    people = min(len(amounts), ENOUGH)
    pieces = round(float(amounts.sum()) * people / max(1, len(amounts)))
    if not 1 <= pieces < 2**62:
        return None
    rng = np.random.default_rng(seed)
    alike = np.full(people, 1 / people)
    found = Null.of(np.array([figure(rng.multinomial(pieces, alike).astype(np.float64)) for _ in range(DRAWS)]))
    if found is None or people == len(amounts):
        return found
    spread = found.spread * (people / len(amounts)) ** 0.5
    return Null(found.mean, found.mean - 1.96 * spread, found.mean + 1.96 * spread, spread)


def of_entropy(
    answers: int, options: int, figure: Callable[[NDArray[np.float64]], Floats], seed: int = 0
) -> Null | None:
    """The variety of answers that are drawn evenly from all options."""
    drawn = np.random.default_rng(seed).multinomial(answers, np.full(options, 1 / options), DRAWS)
    return Null.of(figure(drawn / answers))


def of_newcomers(unanswered: int, newcomers: int, others: tuple[int, int], seed: int = 0) -> Null | None:
    """The share unanswered if newcomers' topics were any topics. `others`: their topics, and how many went unanswered."""
    total, left = others
    missing = unanswered + left
    drawn = np.random.default_rng(seed).hypergeometric(missing, newcomers + total - missing, newcomers, DRAWS)
    return Null.of(drawn / newcomers)


def by_swapping(before: Floats, after: Floats, seed: int = 0) -> Null | None:
    """1 − Var(after)/Var(before) when each person's two answers change places by the toss of a coin."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_draws(len(before))):
        swap = rng.random(len(before)) < 0.5
        first, then = np.where(swap, after, before).var(), np.where(swap, before, after).var()
        if first > 1e-12:
            drawn.append(1 - float(then / first))
    return Null.of(np.array(drawn))


def by_shuffling_weeks(code: NDArray[np.int64], x: Floats, y: Floats, seed: int = 0) -> Null | None:
    """The slope of y on x (both less the person's mean) when each person's weeks of x are put in another order."""
    rng = np.random.default_rng(seed)
    ordered = y[np.argsort(code, kind="stable")]
    squares = float(x @ x)
    drawn = [float(x[np.lexsort((rng.random(len(x)), code))] @ ordered) / squares for _ in range(_draws(len(x)))]
    return Null.of(np.array(drawn))


def _draws(entries: int) -> int:
    return min(DRAWS, max(FEWEST_DRAWS, SHUFFLED // max(1, entries)))
