"""What may be shown of people's answers: small cells, tables that cannot be undone by subtraction, noise, its budget.

Sources: complementary suppression as circulation in a network of totals (Cox 1995, "Network models for complementary cell
suppression"); the geometric mechanism (Ghosh, Roughgarden & Sundararajan 2012); exact sampling from random bits (Canonne,
Kamath & Steinke 2020, "The discrete Gaussian for differential privacy", sections 5.1 and 5.2). No float takes part in
drawing noise: floats leak what they round (Mironov 2012).
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil, exp, log

from .errors import BadInput
from .results import Table

#: A cell is shown from so many people; about well-being from more; and only with some outside its largest subgroup.
CELL, WELLBEING_CELL, OUTSIDE_LARGEST = 10, 20, 3
#: Noise: ε per metric and quarter, and how much may be spent in a year over all metrics.
EPSILON, EPSILON_A_YEAR = Fraction(1), Fraction(8)

Cells = Sequence[Sequence[int]]
Grid = tuple[tuple[int | None, ...], ...]


def may_show(n: int, *, largest: int | None = None, wellbeing: bool = False) -> bool:
    """Whether a cell of `n` people is shown; `largest` is its largest subgroup (household, chapter, answer).

    From 10 people (20 about well-being), of whom at least 3 are outside the largest subgroup. Raises `BadInput` on
    counts that are none.
    """
    if n < 0 or (largest is not None and not 0 <= largest <= n):
        raise BadInput("a cell holds 0 or more people, and its largest subgroup no more than the cell")
    enough = n >= (WELLBEING_CELL if wellbeing else CELL)
    return enough and (largest is None or n - largest >= OUTSIDE_LARGEST)


@dataclass(frozen=True)
class Protected:
    """A table with its totals that may be published: None stands where nothing may be said."""

    cells: Grid
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None
    too_small: int
    to_protect: int

    @property
    def sentence(self) -> str:
        if not self.too_small:
            return "Every cell has enough people to be shown."
        return (
            f"{self.too_small} cells are hidden because they hold too few people, and {self.to_protect} more so that "
            "nobody can work those out by subtraction."
        )

    def table(self, title: str, rows: Sequence[str], columns: Sequence[str]) -> Table:
        lines = [(name, *cells, end) for name, cells, end in zip(rows, self.cells, self.row_totals, strict=True)]
        return Table(title, ("", *columns, "all"), (*lines, ("all", *self.column_totals, self.total)))


@dataclass
class _Arc:
    tail: int
    head: int
    value: int
    hidden: bool


def protect(
    counts: Cells, *, largest: Cells | None = None, wellbeing: bool = False, margin: int | None = None
) -> Protected:
    """Hide what is too small, and as little more as is needed so that subtraction does not bring it back.

    Cells, totals of rows and columns and the grand total form a circulation (each node's flows balance), so what the
    published numbers leave open about a hidden cell is how far flow can be pushed round through hidden cells alone. For
    each cell that is too small other cells are hidden, cheapest first, until its value could be larger by `margin`
    (default: the threshold) and, where other cells leave room, smaller by the same or down to 0.

    Guarantee: no hidden cell, not even a complementary one, can be computed from what is shown, also by those who know
    that counts are never negative; the range that is left for a small cell spans at least the threshold. Raises
    `BadInput` on tables without cells, with rows of different length or with counts below 0.
    """
    height, width = len(counts), len(counts[0]) if counts else 0
    _check_table(counts, largest, width)
    threshold = WELLBEING_CELL if wellbeing else CELL
    arcs = _circulation(counts, largest, wellbeing)
    small = [arc for arc in arcs if arc.hidden]
    reach = threshold if margin is None else margin
    for arc in small:
        _open(arcs, arc, max(1, reach), upwards=True, nodes=height + width + 2)
        if arc.value > 0:
            _open(arcs, arc, max(1, min(arc.value, reach)), upwards=False, nodes=height + width + 2)
    shown = [None if arc.hidden else arc.value for arc in arcs]
    inner = tuple(tuple(shown[r * width : (r + 1) * width]) for r in range(height))
    after = height * width
    rows, columns = tuple(shown[after : after + height]), tuple(shown[after + height : after + height + width])
    return Protected(inner, rows, columns, shown[-1], len(small), sum(arc.hidden for arc in arcs) - len(small))


def protect_list(counts: Sequence[int], *, wellbeing: bool = False) -> tuple[tuple[int | None, ...], int | None]:
    """The same for one list of counts whose total is shown too. Returns the list and the total."""
    threshold = WELLBEING_CELL if wellbeing else CELL
    _check_table([counts], None, len(counts))
    total = sum(counts)
    arcs = [_Arc(0, 1, n, not may_show(n, wellbeing=wellbeing)) for n in counts]
    arcs.append(_Arc(1, 0, total, not may_show(total, wellbeing=wellbeing)))
    for arc in [arc for arc in arcs if arc.hidden]:
        _open(arcs, arc, threshold, upwards=True, nodes=2)
        if arc.value > 0:
            _open(arcs, arc, min(arc.value, threshold), upwards=False, nodes=2)
    shown = tuple(None if arc.hidden else arc.value for arc in arcs)
    return shown[:-1], shown[-1]


def _check_table(counts: Cells, largest: Cells | None, width: int) -> None:
    if width == 0:
        raise BadInput("the table has no cells")
    if any(len(row) != width for row in counts):
        raise BadInput("every row of the table needs the same number of cells")
    if any(not isinstance(n, int) or n < 0 for row in counts for n in row):
        raise BadInput("counts are whole numbers from 0")
    if largest is not None and [len(row) for row in largest] != [len(row) for row in counts]:
        raise BadInput("the table of largest subgroups needs the shape of the counts")


def _circulation(counts: Cells, largest: Cells | None, wellbeing: bool) -> list[_Arc]:
    """Cells row → column, row totals T → row, column totals column → B, the grand total B → T."""
    height, width = len(counts), len(counts[0]) if counts else 0
    top, bottom = height + width, height + width + 1
    arcs = []
    for r, row in enumerate(counts):
        for c, n in enumerate(row):
            part = largest[r][c] if largest is not None else None
            arcs.append(_Arc(r, height + c, n, not may_show(n, largest=part, wellbeing=wellbeing)))
    sums = [sum(row) for row in counts]
    ends = [sum(row[c] for row in counts) for c in range(width)]
    arcs += [_Arc(top, r, n, not may_show(n, wellbeing=wellbeing)) for r, n in enumerate(sums)]
    arcs += [_Arc(height + c, bottom, n, not may_show(n, wellbeing=wellbeing)) for c, n in enumerate(ends)]
    total = sum(sums)
    return [*arcs, _Arc(bottom, top, total, not may_show(total, wellbeing=wellbeing))]


def _open(arcs: list[_Arc], arc: _Arc, amount: int, *, upwards: bool, nodes: int) -> None:
    """Hide the cheapest further cells round which `arc` can change by `amount` (shortest path; hidden ones are free)."""
    start, goal = (arc.head, arc.tail) if upwards else (arc.tail, arc.head)
    ways: list[list[tuple[int, int, _Arc]]] = [[] for _ in range(nodes)]
    for other in arcs:
        if other is arc:
            continue
        cost = 0 if other.hidden else other.value + 1
        ways[other.tail].append((other.head, cost, other))  # along the arc: it grows, without limit
        if other.value >= amount:
            ways[other.head].append((other.tail, cost, other))  # against it: it shrinks, down to 0
    best = {start: 0}
    came: dict[int, tuple[int, _Arc]] = {}
    queue = [(0, start)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node == goal:
            break
        if so_far > best[node]:
            continue
        for end, cost, other in ways[node]:
            if so_far + cost < best.get(end, so_far + cost + 1):
                best[end] = so_far + cost
                came[end] = (node, other)
                heapq.heappush(queue, (so_far + cost, end))
    if goal not in came:
        # Downwards a way may be missing when other cells are too small to take it; upwards the totals always give one.
        return
    node = goal
    while node != start:
        node, other = came[node]
        other.hidden = True


def below_k(rows: Iterable[Hashable], k: int = CELL) -> dict[Hashable, int]:
    """Combinations (of place, age band, role, …) that fewer than `k` rows share: to be merged or left out of an export."""
    if k < 1:
        raise BadInput("k is 1 or more")
    return {key: n for key, n in Counter(rows).items() if n < k}


# --- Noise ---------------------------------------------------------------------------------------------------------


def discrete_laplace(
    epsilon: Fraction | int = EPSILON, sensitivity: int = 1, *, source: random.Random | None = None
) -> int:
    """A whole number with P(x) = (1 − α)/(1 + α)·α^|x|, α = exp(−ε/sensitivity): added to a count, ε-private.

    Exact: it consumes random bits and compares whole numbers, nothing is rounded. `source` defaults to the operating
    system's randomness; give a seeded `random.Random` in tests only. Raises `BadInput` unless both are above 0.
    """
    scale = _scale(epsilon, sensitivity)
    bits = source if source is not None else random.SystemRandom()
    s, t = scale.numerator, scale.denominator  # α = exp(−s/t)
    while True:
        step = bits.randrange(t)
        if not _with_chance_exp(Fraction(step, t), bits):
            continue
        whole = 0
        while _with_chance_exp(Fraction(1), bits):
            whole += 1
        size = (step + t * whole) // s
        negative = bits.getrandbits(1)
        if not (negative and size == 0):  # 0 has one sign only
            return -size if negative else size


def noise_probability(x: int, epsilon: Fraction | int = EPSILON, sensitivity: int = 1) -> float:
    """The exact probability of `x` under `discrete_laplace`, as a float for reading (never for drawing)."""
    alpha = exp(-float(_scale(epsilon, sensitivity)))
    return (1 - alpha) / (1 + alpha) * alpha ** abs(x)


def noise_interval(epsilon: Fraction | int = EPSILON, sensitivity: int = 1, level: float = 0.95) -> int:
    """The half-width within which the noise lies with the given probability."""
    alpha_log = float(_scale(epsilon, sensitivity))
    # P(|X| > w) = 2 α^(w + 1)/(1 + α)
    wanted = (1 - level) * (1 + exp(-alpha_log)) / 2
    return max(0, ceil(-log(wanted) / alpha_log - 1 - 1e-12))


def _scale(epsilon: Fraction | int, sensitivity: int) -> Fraction:
    if isinstance(epsilon, float) or not isinstance(sensitivity, int):
        raise BadInput("ε is a fraction or a whole number and sensitivity a whole number: floats would not be exact")
    if epsilon <= 0 or sensitivity <= 0:
        raise BadInput("ε and sensitivity must be above 0")
    return Fraction(epsilon) / sensitivity


def _with_chance(chance: Fraction, bits: random.Random) -> bool:
    """True with exactly this chance. `randrange` draws whole bits and rejects; no float."""
    return bits.randrange(chance.denominator) < chance.numerator


def _with_chance_exp(power: Fraction, bits: random.Random) -> bool:
    """True with chance exp(−power), 0 ≤ power ≤ 1: the first failure in chances power/1, power/2, … comes at an odd place."""
    k = 1
    while _with_chance(power / k, bits):
        k += 1
    return k % 2 == 1


# --- The budget ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spending:
    metric: str
    year: int
    quarter: int
    epsilon: Fraction


@dataclass
class Ledger:
    """What noise has cost so far: ε = 1 per metric and quarter, at most 8 a year over all metrics. To be published."""

    spent: list[Spending] = field(default_factory=list)
    each: Fraction = EPSILON
    a_year: Fraction = EPSILON_A_YEAR

    def left(self, metric: str, on: date) -> Fraction:
        """What may still be spent on this metric on this day."""
        in_year = sum((s.epsilon for s in self.spent if s.year == on.year), Fraction(0))
        in_quarter = sum(
            (s.epsilon for s in self.spent if (s.metric, s.year, s.quarter) == (metric, on.year, _quarter(on))),
            Fraction(0),
        )
        return max(Fraction(0), min(self.each - in_quarter, self.a_year - in_year))

    def spend(self, metric: str, on: date, epsilon: Fraction | int = EPSILON) -> Spending:
        """Enter the cost before the number is drawn. Raises `BadInput` when the budget does not hold it."""
        _scale(epsilon, 1)
        cost, left = Fraction(epsilon), self.left(metric, on)
        if cost > left:
            raise BadInput(
                f"the privacy budget for “{metric}” has {left} left in this quarter; {cost} is asked for. "
                "Show the last published figure instead"
            )
        entry = Spending(metric, on.year, _quarter(on), cost)
        self.spent.append(entry)
        return entry

    def table(self) -> Table:
        rows = tuple((s.metric, s.year, s.quarter, str(s.epsilon)) for s in self.spent)
        return Table("Privacy budget spent", ("metric", "year", "quarter", "ε"), rows)


def _quarter(on: date) -> int:
    return (on.month + 2) // 3


def published_count(
    n: int, metric: str, on: date, ledger: Ledger, *, wellbeing: bool = False, source: random.Random | None = None
) -> int | None:
    """A count as it may be published: None when too small, else with noise paid from the ledger (never below 0)."""
    if not may_show(n, wellbeing=wellbeing):
        return None
    ledger.spend(metric, on)
    return max(0, n + discrete_laplace(source=source))
