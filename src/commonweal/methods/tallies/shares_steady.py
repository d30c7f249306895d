"""Equal shares, how far a result holds: by how much every share can grow before anybody's purchase changes.

At a fixed share, every purse and every rate ρ of the rule is a number; seen over growing shares, each is a straight line
as long as nobody changes sides (who can pay, who pays all they have, which project is best). So one pass with lines
instead of numbers, in exact fractions, finds the first growth at which any comparison turns. Add1 uses it to pass over
the many steps that change nothing when few people share much money.
"""

from __future__ import annotations

from fractions import Fraction

from .shares import Market


class _Line:
    """A value now and what it gains per unit of share."""

    __slots__ = ("rise", "value")

    def __init__(self, value: Fraction, rise: Fraction) -> None:
        self.value, self.rise = value, rise

    def minus(self, other: _Line, times: int = 1) -> _Line:
        return _Line(self.value - times * other.value, self.rise - times * other.rise)

    def times(self, factor: int) -> _Line:
        return _Line(self.value * factor, self.rise * factor)


class _Room:
    """The smallest growth so far at which a comparison turns; None while none does."""

    def __init__(self) -> None:
        self.growth: Fraction | None = None

    def keep(self, line: _Line) -> None:
        """The sign of this line must stay as it is."""
        if line.rise == 0 or (line.value != 0 and (line.value > 0) == (line.rise > 0)):
            return
        turns = abs(line.value / line.rise)
        if self.growth is None or turns < self.growth:
            self.growth = turns


def steady(market: Market, share: Fraction) -> tuple[list[int], Fraction | None]:
    """The purchases at a share, and a growth below which they stay the same, in the same order (None: without end)."""
    room = _Room()
    purse = [_Line(share, Fraction(1))] * len(market.weight)
    weight = [int(people) for people in market.weight]
    backers = [groups.tolist() for groups in market.backers]
    points = [values.tolist() for values in market.points]
    # Purses only shrink from round to round, so an old rate bounds the new one from below, whatever the share.
    rates = {
        p: _Line(Fraction(market.cost[p], market.total(p)), Fraction(0))
        for p in range(len(market.cost))
        if market.cost[p] > 0 and market.total(p) > 0
    }
    bought: list[int] = []
    while True:
        best = _best(market, purse, weight, backers, points, rates, room)
        if best is None:
            return bought, room.growth
        rate = rates.pop(best)
        for group, worth in zip(backers[best], points[best], strict=True):
            left = purse[group].minus(rate, worth)
            purse[group] = left if left.value >= 0 else _Line(Fraction(0), Fraction(0))
        bought.append(best)


def _best(
    market: Market,
    purse: list[_Line],
    weight: list[int],
    backers: list[list[int]],
    points: list[list[int]],
    rates: dict[int, _Line],
    room: _Room,
) -> int | None:
    """The project to buy next; `rates` is brought up to date as far as needed, and what cannot be paid leaves it."""
    best: int | None = None
    for p in sorted(rates, key=lambda p: (rates[p].value / market.gain[p], market.rank[p])):
        # Positive where the best so far gives more for the money than p can at its bound.
        if best is not None and (ahead := _ahead(market, rates, best, p)).value > 0:
            room.keep(ahead)
            continue
        rate = _rate(market.cost[p], backers[p], points[p], purse, weight, room)
        if rate is None:
            del rates[p]
            continue
        rates[p] = rate
        if best is None:
            best = p
            continue
        ahead = _ahead(market, rates, best, p)
        room.keep(ahead)
        if ahead.value < 0 or (ahead.value == 0 and market.rank[p] < market.rank[best]):
            best = p
    return best


def _ahead(market: Market, rates: dict[int, _Line], best: int, p: int) -> _Line:
    return rates[p].times(market.gain[best]).minus(rates[best], market.gain[p])


def _rate(
    cost: int, groups: list[int], worths: list[int], purse: list[_Line], weight: list[int], room: _Room
) -> _Line | None:
    """ρ of a project as a line; None when its supporters cannot pay it. Who is short and who is not must stay so."""
    money = _Line(Fraction(-cost), Fraction(0))
    for group in groups:
        money = money.minus(purse[group], -weight[group])
    room.keep(money)
    if money.value < 0:
        return None
    needed, below = (
        _Line(Fraction(cost), Fraction(0)),
        sum(worth * weight[group] for group, worth in zip(groups, worths, strict=True)),
    )
    rich = list(zip(groups, worths, strict=True))
    while True:
        rate = _Line(needed.value / below, needed.rise / below)
        poor = [(group, worth) for group, worth in rich if purse[group].value < rate.value * worth]
        if not poor:
            break
        rich = [(group, worth) for group, worth in rich if purse[group].value >= rate.value * worth]
        for group, worth in poor:
            needed = needed.minus(purse[group], weight[group])
            below -= worth * weight[group]
    for group, worth in zip(groups, worths, strict=True):
        room.keep(purse[group].minus(rate, worth))
    return rate
