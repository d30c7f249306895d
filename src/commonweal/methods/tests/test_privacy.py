"""Small cells, subtraction, noise and its budget."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import chisquare

from commonweal.methods.errors import BadInput
from commonweal.methods.privacy import (
    CELL,
    Ledger,
    Protected,
    below_k,
    discrete_laplace,
    may_show,
    noise_interval,
    noise_probability,
    protect,
    protect_list,
    published_count,
)

TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 12), st.integers(0, 60)), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


def test_a_cell_is_shown_from_ten_people_and_about_well_being_from_twenty() -> None:
    assert [may_show(n) for n in (0, 9, 10)] == [False, False, True]
    assert [may_show(n, wellbeing=True) for n in (19, 20)] == [False, True]


def test_a_cell_needs_three_people_outside_its_largest_subgroup() -> None:
    assert may_show(12, largest=9)
    assert not may_show(12, largest=10)
    with pytest.raises(BadInput, match="largest subgroup"):
        may_show(5, largest=6)


def left_open(shown: Protected, cell: tuple[int, int]) -> tuple[float, float]:
    """What somebody who knows all that is shown, and that counts are not negative, can say of one inner cell or total.

    An independent way: linear programming over all cells and totals.
    """
    grid = [[*row, end] for row, end in zip(shown.cells, shown.row_totals, strict=True)]
    grid.append([*shown.column_totals, shown.total])
    height, width = len(grid), len(grid[0])
    equations, bounds = [], [(0, None) if n is None else (n, n) for row in grid for n in row]
    for r in range(height):
        row = np.zeros((height, width))
        row[r, :-1], row[r, -1] = 1, -1
        equations.append(row.ravel())
    for c in range(width):
        column = np.zeros((height, width))
        column[:-1, c], column[-1, c] = 1, -1
        equations.append(column.ravel())
    goal = np.zeros((height, width))
    goal[cell] = 1
    ends = []
    for sign in (1, -1):
        found = linprog(sign * goal.ravel(), A_eq=np.array(equations), b_eq=np.zeros(len(equations)), bounds=bounds)
        ends.append(sign * found.fun if found.status == 0 else -sign * np.inf)
    return ends[0], ends[1]


@given(TABLES)
@settings(max_examples=40, deadline=None)
def test_no_hidden_cell_can_be_computed_from_what_is_shown(counts: list[list[int]]) -> None:
    shown = protect(counts)
    grid = [[*row, end] for row, end in zip(shown.cells, shown.row_totals, strict=True)]
    grid.append([*shown.column_totals, shown.total])
    full = [[*row, sum(row)] for row in counts]
    full.append([sum(column) for column in zip(*full, strict=True)])
    for r, row in enumerate(grid):
        for c, n in enumerate(row):
            assert n is None or (n == full[r][c] and n >= CELL)
            if n is None:
                low, high = left_open(shown, (r, c))
                assert high - low > 0.5
                if full[r][c] < CELL:
                    assert high >= full[r][c] + CELL - 1e-6


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_hidden_number_of_a_list_follows_from_its_total(counts: list[int]) -> None:
    shown, total = protect_list(counts)
    hidden = [n for n, told in zip(counts, shown, strict=True) if told is None]
    assert all(told is None or told == n >= CELL for n, told in zip(counts, shown, strict=True))
    if total is not None and hidden:
        assert len(hidden) >= 2
        assert sum(hidden) >= CELL


def test_one_small_cell_takes_three_others_with_it() -> None:
    shown = protect([[4, 30, 20], [25, 40, 50], [60, 70, 80]])
    assert shown.cells[0][0] is None
    assert shown.too_small == 1
    assert shown.to_protect == 3
    assert shown.total == 379
    assert "3 more so that nobody can work those out" in shown.sentence
    assert shown.table("People", ["a", "b", "c"], ["x", "y", "z"]).columns == ("", "x", "y", "z", "all")


def test_a_table_without_small_cells_is_shown_whole() -> None:
    shown = protect([[10, 11], [12, 13]])
    assert shown.cells == ((10, 11), (12, 13))
    assert shown.sentence == "Every cell has enough people to be shown."


@pytest.mark.parametrize("counts", [[], [[]], [[1, 2], [3]], [[-1, 20]], [[1.5, 20]]])
def test_a_table_that_is_none_is_refused(counts: list) -> None:
    with pytest.raises(BadInput):
        protect(counts)


def test_noise_has_exactly_the_geometric_distribution() -> None:
    for epsilon, sensitivity in ((Fraction(1), 1), (Fraction(1, 3), 2), (Fraction(5, 2), 1)):
        source = random.Random(20240501)
        drawn = Counter(discrete_laplace(epsilon, sensitivity, source=source) for _ in range(20_000))
        edge = noise_interval(epsilon, sensitivity, 0.99)
        inner = list(range(-edge, edge + 1))
        expected = [20_000 * noise_probability(x, epsilon, sensitivity) for x in inner]
        tail = 20_000 - sum(expected)
        observed = [drawn[x] for x in inner]
        assert chisquare([*observed, 20_000 - sum(observed)], [*expected, tail]).pvalue > 0.01


def test_the_probabilities_of_noise_sum_to_one_and_its_interval_holds_what_it_says() -> None:
    assert sum(noise_probability(x, Fraction(1, 2)) for x in range(-200, 201)) == pytest.approx(1)
    for level in (0.5, 0.9, 0.95, 0.99):
        width = noise_interval(1, 1, level)
        inside = [sum(noise_probability(x) for x in range(-w, w + 1)) for w in (width, width - 1)]
        assert inside[0] >= level > inside[1]


def test_noise_draws_from_the_operating_system_by_default_and_takes_no_floats() -> None:
    assert isinstance(discrete_laplace(), int)
    for epsilon, sensitivity in ((0.5, 1), (0, 1), (1, 0), (-1, 1)):
        with pytest.raises(BadInput):
            discrete_laplace(epsilon, sensitivity)


def test_the_budget_is_one_per_metric_and_quarter_and_eight_a_year() -> None:
    ledger = Ledger()
    day = date(2026, 2, 3)
    ledger.spend("members met", day)
    with pytest.raises(BadInput, match="0 left in this quarter"):
        ledger.spend("members met", date(2026, 3, 31))
    ledger.spend("members met", date(2026, 4, 1))
    for n in range(6):
        ledger.spend(f"metric {n}", day, Fraction(1))
    assert ledger.left("another", day) == 0
    with pytest.raises(BadInput, match="budget"):
        ledger.spend("another", day)
    assert ledger.left("another", date(2027, 1, 1)) == 1
    assert len(ledger.table().rows) == 8


def test_a_published_count_is_paid_for_and_small_ones_are_not_published() -> None:
    ledger, day = Ledger(), date(2026, 1, 1)
    assert published_count(9, "met", day, ledger) is None
    assert not ledger.spent
    shown = published_count(500, "met", day, ledger, source=random.Random(1))
    assert shown is not None
    assert abs(shown - 500) < 30
    assert ledger.left("met", day) == 0


def test_combinations_shared_by_fewer_than_k_are_found() -> None:
    assert below_k([("north", "30s")] * 10 + [("south", "60s")] * 2) == {("south", "60s"): 2}
    with pytest.raises(BadInput):
        below_k([], 0)
