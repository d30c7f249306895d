"""A share with its uncertainty, a quantile that does not hide those who still wait, and how unequal a spread is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from commonweal.methods.figures import gini, gini_of_array, quantile, wilson


def test_the_wilson_interval_matches_the_textbook() -> None:
    low, high = wilson(81, 100)
    assert (round(low, 3), round(high, 3)) == (0.722, 0.875)
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(5, 5)
    assert 0.5 < low < high <= 1.0


@given(st.integers(1, 500), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_wilson_interval_agrees_with_another_library(n: int, share: float) -> None:
    yes = round(share * n)
    assert wilson(yes, n) == pytest.approx(proportion_confint(yes, n, alpha=0.0499958, method="wilson"), abs=1e-6)


def test_a_quantile_does_not_hide_those_who_still_wait() -> None:
    assert quantile([10, 20, 30], 0.5) == 20
    assert quantile([10, 20], 0.5) == 15
    assert quantile([10, None, None], 0.5) is None
    assert quantile([10, 20, None], 0.5) == 20
    assert quantile([1, 2, None], 0.9) is None
    assert quantile([7], 0.9) == 7
    assert quantile([], 0.5) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_without_waiting_it_is_the_quantile_of_numpy(waits: list[float], share: float) -> None:
    assert quantile(waits, share) == pytest.approx(float(np.quantile(waits, share)), rel=1e-9, abs=1e-9)


@given(st.lists(st.integers(0, 1000), max_size=60))
@settings(max_examples=60, deadline=None)
def test_gini_is_the_mean_difference_over_twice_the_mean(amounts: list[int]) -> None:
    x = np.array(amounts, dtype=float)
    expected = np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean()) if x.sum() else 0.0
    assert gini(amounts) == pytest.approx(expected, abs=1e-12)
    assert gini_of_array(x) == pytest.approx(expected, abs=1e-12)
