"""Small statistics, pure: a share with its uncertainty, and a median that does not hide those who still wait."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt


def wilson(yes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927): honest for small n, never outside 0 … 1. (0, 1) when n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, square = yes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def median_wait(waits: Sequence[float | None]) -> float | None:
    """The median of waits; None stands for somebody who still waits and sorts last. None when the median still waits."""
    if not waits:
        return None
    ordered = sorted(waits, key=lambda wait: float("inf") if wait is None else wait)
    middle = len(ordered) // 2
    upper = ordered[middle]
    if len(ordered) % 2:
        return upper
    lower = ordered[middle - 1]
    return None if lower is None or upper is None else (lower + upper) / 2
