"""The inner rule of equal shares, compiled. Floating point with running error bounds; a doubt is returned as -1.

`slip[v]` bounds how far the purse of group v may be from its exact value. A rate worked out from many purses inherits at
most the slips of those it takes whole, plus the rounding of their sum. Wherever two values lie closer together than
their bounds, the function gives up, and the caller counts in whole numbers instead.
"""

from __future__ import annotations

import numpy as np
from numba import njit

EPS = 2.3e-16


@njit(cache=True)
def run(  # type: ignore[no-untyped-def]
    start, backers, points, weight, total, cost, gain, rank, by_points, share, bought
):  # pragma: no cover (compiled)
    """The number of projects bought, their numbers in `bought`; -1 in doubt."""
    left = np.full(len(weight), share)
    slip = np.full(len(weight), share * EPS)
    near = share * 1e-7  # purses closer than this to their payment count as unsure
    bound = np.zeros(len(cost))
    for p in range(len(cost)):
        if cost[p] > 0 and total[p] > 0:
            bound[p] = gain[p] * total[p] / cost[p] * (1 + 8 * EPS)
    fresh = np.zeros(len(cost), np.bool_)
    count = 0
    while True:
        fresh[:] = False
        best, best_value, best_slack, best_all = -1, 0.0, 0.0, False
        best_rate, best_error = 0.0, 0.0
        while True:
            p = _next(bound, fresh)
            if p < 0 or bound[p] < best_value - best_slack:
                break
            fresh[p] = True
            some, worth = backers[start[p] : start[p + 1]], points[start[p] : start[p + 1]]
            rate, error, everybody, state = _rate(some, worth, weight, left, slip, cost[p], total[p], near)
            if state < 0:
                return -1
            if state == 0:
                bound[p] = 0
                continue
            value = gain[p] / rate
            slack = value * (error / rate * 1.01 + 4 * EPS)
            bound[p] = value + slack
            if best >= 0 and abs(value - best_value) <= slack + best_slack:
                if not (everybody and best_all and by_points):
                    return -1
                # Everybody pays in full on both sides: whole points decide, and equal points are a true tie.
                if total[p] < total[best] or (total[p] == total[best] and rank[p] > rank[best]):
                    continue
            elif value < best_value:
                continue
            best, best_value, best_slack, best_all = p, value, slack, everybody
            best_rate, best_error = rate, error
        if best < 0:
            return count
        some, worth = backers[start[best] : start[best + 1]], points[start[best] : start[best + 1]]
        _pay(some, worth, left, slip, best_rate, best_error)
        bought[count] = best
        count += 1
        bound[best] = 0


@njit(cache=True)
def _next(bound, fresh):  # type: ignore[no-untyped-def]
    """The project with the highest bound that this round has not looked at; -1 when there is none."""
    found = -1
    for p in range(len(bound)):
        if bound[p] > 0 and not fresh[p] and (found < 0 or bound[p] > bound[found]):
            found = p
    return found


@njit(cache=True)
def _pay(groups, points, left, slip, rate, error):  # type: ignore[no-untyped-def]
    for at in range(len(groups)):
        voter = groups[at]
        due = rate * points[at]
        margin = slip[voter] + error * points[at] + due * EPS
        if left[voter] < due - margin:  # surely spends everything: nothing is left, without any error
            left[voter], slip[voter] = 0.0, 0.0
        else:
            left[voter] = max(0.0, left[voter] - due)
            slip[voter] = margin + (left[voter] + due) * EPS


@njit(cache=True)
def _rate(groups, points, weight, left, slip, cost, total, near):  # type: ignore[no-untyped-def]
    """Rate, its error bound, whether surely nobody falls short, and 1; or 0 when it cannot be paid, -1 in doubt.

    Raised money is a concave function of the rate, so its slope at the answer is at least the points of those who stay
    clear (by `near`) of falling short. An error d in the money is then an error of at most d ÷ slope in the rate.
    """
    money, doubt, most = 0.0, 0.0, 0.0
    for at in range(len(groups)):
        money += left[groups[at]] * weight[groups[at]]
        doubt += slip[groups[at]] * weight[groups[at]]
        most = max(most, points[at])
    rounding = (len(groups) + 4) * EPS
    doubt += money * rounding
    if money < cost - doubt:
        return 0.0, 0.0, False, 0
    if money <= cost + doubt:
        return 0.0, 0.0, False, -1
    rate, last = cost / total, 0
    while True:
        poor_money, rich, short = 0.0, 0.0, 0
        for at in range(len(groups)):
            voter = groups[at]
            if left[voter] < rate * points[at]:
                poor_money += left[voter] * weight[voter]
                short += 1
            else:
                rich += points[at] * weight[voter]
        if short == last:
            break
        last = short
        if rich <= 0 or poor_money >= cost:
            return 0.0, 0.0, False, -1
        rate = (cost - poor_money) / rich
    clear, unsure, inherited, worst = 0.0, 0, cost * rounding, 0.0
    for at in range(len(groups)):
        voter = groups[at]
        worst = max(worst, slip[voter])
        if left[voter] > rate * points[at] + near:
            clear += points[at] * weight[voter]
        else:
            unsure += 1
            inherited += slip[voter] * weight[voter]
    if worst > near / 4:
        return 0.0, 0.0, False, -1
    if unsure == 0:
        return rate, rate * 4 * EPS, True, 1
    if clear <= 0:
        return 0.0, 0.0, False, -1
    error = inherited / clear * 1.01 + rate * 8 * EPS
    if error * most > near / 2:
        return 0.0, 0.0, False, -1
    return rate, error, False, 1
