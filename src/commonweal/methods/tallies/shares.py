"""Equal shares, the inner rule: who can pay for what, round by round, at a given share per voter. Exact.

Voters with equal ballots are one group. A project costs `cost`, its supporters value it at `points` (1 for approvals).
In each round every project that its supporters can still pay gets the lowest rate ρ at which supporter i pays
min(money left, ρ · points_i) and the cost is covered; the project with the most satisfaction for the money, gain ÷ ρ, is
bought. With cost utilities the gain is the cost, so that gain ÷ ρ is the *effective vote count*; with plain utilities it
is 1.

`quick` does this in floating point with a running bound on its own error, and says so when any comparison lies within
that bound; `exact` does it in whole numbers. A count uses `quick` to try shares and never believes it where it doubts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Market:
    """A budget in whole numbers. `cost`, `gain`: units per project; `backers[p]`, `points[p]`: groups that support
    project p and their points; `weight`: people per group; `rank`: who goes first in a tie (0 first)."""

    cost: tuple[int, ...]
    gain: tuple[int, ...]
    backers: tuple[Whole, ...]
    points: tuple[Whole, ...]
    weight: Whole
    rank: tuple[int, ...]

    def total(self, project: int) -> int:
        """All points of a project."""
        return int((self.points[project] * self.weight[self.backers[project]]).sum())


@dataclass(frozen=True, slots=True)
class Purchase:
    """A project bought: the rate per point, the effective votes (gain ÷ rate), and who else stood exactly equal."""

    project: int
    rate: Fraction
    effective: Fraction
    tied: tuple[int, ...]


def exact(market: Market, share: Fraction) -> tuple[list[Purchase], dict[int, list[tuple[int, Fraction]]]]:
    """The purchases in order, and per project what each member of a group paid."""
    purse = _Purse(market, share)
    best = {p: Fraction(market.gain[p] * market.total(p), market.cost[p]) for p in _buyable(market)}
    purchases: list[Purchase] = []
    paid: dict[int, list[tuple[int, Fraction]]] = {}
    while best:
        top: Fraction | None = None
        tied: list[tuple[int, int, int]] = []
        # Money only shrinks, so an old effective vote count bounds the new one from above.
        for project in sorted(best, key=lambda p: (-best[p], market.rank[p])):
            if top is not None and best[project] < top:
                break
            rate = purse.rate(project)
            if rate is None:
                del best[project]
                continue
            # rate = over ÷ below in units of 1 ÷ purse.parts
            value = Fraction(market.gain[project] * rate[1] * purse.parts, rate[0])
            best[project] = value
            if top is None or value > top:
                top, tied = value, [(project, *rate)]
            elif value == top:
                tied.append((project, *rate))
        if top is None:
            break
        chosen, over, below = min(tied, key=lambda one: market.rank[one[0]])
        purchases.append(Purchase(chosen, Fraction(over, below * purse.parts), top, tuple(p for p, _, _ in tied)))
        paid[chosen] = purse.pay(chosen, over, below)
        del best[chosen]
    return purchases, paid


def _buyable(market: Market) -> list[int]:
    return [p for p in range(len(market.cost)) if market.cost[p] > 0 and market.total(p) > 0]


class _Purse:
    """What every group has left, as whole numbers of `1 / parts` units; `parts` grows when a rate divides anew."""

    def __init__(self, market: Market, share: Fraction) -> None:
        self.market, self.parts = market, share.denominator
        self.left: NDArray[Any] = np.full(len(market.weight), share.numerator, object)
        self.weight = market.weight.astype(object)

    def rate(self, project: int) -> tuple[int, int] | None:
        """ρ of a project as (over, below) in 1/parts of a unit; None when its supporters cannot pay it."""
        groups, points = self.market.backers[project], self.market.points[project]
        left, weight = self.left[groups], self.weight[groups]
        cost = self.market.cost[project] * self.parts
        if sum(left * weight) < cost:
            return None
        value, worth = points.astype(object), weight * points
        rich = np.ones(len(groups), bool)
        over, below = cost, int(sum(worth))
        while True:
            poor = rich & np.less(left * below, over * value).astype(bool)
            if not poor.any():
                return over, below
            rich &= ~poor
            over -= int(sum((left * weight)[poor]))
            below -= int(sum(worth[poor]))

    def pay(self, project: int, over: int, below: int) -> list[tuple[int, Fraction]]:
        """Take the payments of a purchase at rate over ÷ below. Returns what one member of each group paid."""
        groups, points = self.market.backers[project], self.market.points[project]
        shared = gcd(over, below)
        over, below = over // shared, below // shared
        self.left = self.left * below
        self.parts *= below
        due = np.minimum(self.left[groups], points.astype(object) * over)
        self.left[groups] = self.left[groups] - due
        parts = self.parts
        amounts = {sum_: Fraction(int(sum_), parts) for sum_ in set(due.tolist()) if sum_}  # most pay alike
        return [(group, amounts[sum_]) for group, sum_ in zip(groups.tolist(), due.tolist(), strict=True) if sum_]


class Quick:
    """The same rule in compiled floating point, for trying many shares. Build once per market."""

    def __init__(self, market: Market) -> None:
        sizes = [len(groups) for groups in market.backers]
        self.start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.backers = np.concatenate([*market.backers, np.zeros(0, np.int64)]).astype(np.int64)
        self.points = np.concatenate([*market.points, np.zeros(0, np.int64)]).astype(np.float64)
        self.weight = market.weight.astype(np.float64)
        self.total = np.array([float(market.total(p)) for p in range(len(market.cost))])
        self.cost, self.gain = np.array(market.cost, np.float64), np.array(market.gain, np.float64)
        self.rank = np.array(market.rank, np.int64)
        #: With equal gain per cost, projects that everybody pays in full compare by their points alone, exactly.
        self.by_points = market.cost == market.gain
        largest = max([*market.cost, *market.gain, *(market.total(p) for p in range(len(market.cost))), 1])
        self.usable = largest < 2**52

    def __call__(self, share: Fraction) -> list[int] | None:
        """The projects bought, in order; None when rounding could have decided anything."""
        if not self.usable:
            return None
        from .shares_fast import run

        bought = np.empty(len(self.cost), np.int64)
        count = run(
            self.start, self.backers, self.points, self.weight, self.total, self.cost, self.gain, self.rank,
            self.by_points, float(share), bought,
        )  # fmt: skip
        return None if count < 0 else bought[:count].tolist()


def in_order(keys: Sequence[tuple[Fraction, ...]], ids: Sequence[str]) -> list[int]:
    """Projects by rising keys, equal ones by id (numbers as numbers, before words)."""

    def key(p: int) -> tuple[Any, ...]:
        name = ids[p]
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 40 else None
        return (keys[p], number is None, number or 0, name)

    return sorted(range(len(ids)), key=key)
