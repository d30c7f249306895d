"""How well the factor parts two groups that are known from elsewhere: a check of the method, not a look at people."""

from __future__ import annotations

import numpy as np

from .model import Fit
from .ratings import Floats, Ints


def area_under_curve(values: Floats, positive: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    """The chance that one drawn from `positive` has a higher value than one from the others; ties count half."""
    from scipy.stats import rankdata

    ranks, ones = rankdata(values), int(positive.sum())
    zeros = len(values) - ones
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def separation(found: Fit, group: Ints, first: int, second: int) -> float | None:
    """Area under the curve between two groups of raters, whichever way the factor points. None when one is empty."""
    inside = (group == first) | (group == second)
    positive = group[inside] == second
    if positive.all() or not positive.any():
        return None
    area = area_under_curve(found._rater_factor[inside], positive)
    return max(area, 1 - area)
