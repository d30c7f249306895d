"""Small statistics that reports, signals and pages share. Plain Python, so that a page may use them: no array is loaded.

Import it inside the function that needs it where a web process would otherwise load the methods at its start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, sqrt
from typing import Any


def wilson(yes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest for small n, never outside 0 … 1. (0, 1) when n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, square = yes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def quantile(waits: Iterable[float | None], share: float) -> float | None:
    """The quantile of waits, between neighbours in proportion; None stands for somebody who still waits and sorts last.

    None when there are no waits, or when the quantile falls among those who still wait.
    """
    ordered = sorted(waits, key=lambda wait: inf if wait is None else wait)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    lower, upper = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    if lower is None or place == below:
        return lower
    return None if upper is None else lower + (place - below) * (upper - lower)


def gini(amounts: Sequence[float]) -> float:
    """How unequally amounts are spread: 0 all alike, towards 1 one has everything; 0 when there is nothing to share.

    2 Σ i x₍ᵢ₎ / (n Σ x) − (n + 1)/n over the sorted amounts (Gini 1912).
    """
    total, n = sum(amounts), len(amounts)
    if not total:
        return 0.0
    weighted = sum(place * amount for place, amount in enumerate(sorted(amounts), start=1))
    return max(0.0, 2 * weighted / (n * total) - (n + 1) / n)


def gini_of_array(amounts: Any) -> float:
    """`gini` of a numpy array, for a million people."""
    import numpy as np

    ordered, n = np.sort(np.asarray(amounts, dtype=np.float64)), len(amounts)
    if n == 0 or ordered[-1] <= 0:
        return 0.0
    return max(0.0, float(2 * (np.arange(1, n + 1) @ ordered) / (n * ordered.sum()) - (n + 1) / n))
