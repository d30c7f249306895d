"""Circles: grow one round a seed, let in who was left over, exchange people between circles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .pairs import may_meet, score

#: An exchange is tried with the circles of so many best candidates, in so many sweeps.
CLOSEST, SWEEPS = 8, 4


@njit(cache=True, nogil=True)
def windows(a: Any, b: Any, d: Any) -> Any:
    """How many slots fit in the hours of a week (three words of 64, 64 and 40 bits), around its end.

    A run of two hours or more is one slot; each further four hours that fit in it are one more.
    """
    words = (a, b, d)
    first = -1
    for h in range(168):
        if not (words[h // 64] >> np.uint64(h % 64)) & np.uint64(1):
            first = h
            break
    if first < 0:
        return 42
    found, run = 0, 0
    for step in range(1, 169):
        h = (first + step) % 168
        if (words[h // 64] >> np.uint64(h % 64)) & np.uint64(1):
            run += 1
        else:
            if run >= 2:
                found += max(1, run // 4)
            run = 0
    return found


@njit(cache=True, nogil=True)
def fit(c: Any, rules: Any, hours: Any, circle: Any, size: Any, without: Any, who: Any, need: Any, parts: Any) -> Any:
    """The mean score of `who` with a circle (leaving out the member `without`), −1 where it cannot be.

    need: (least score of each person, common slots).
    """
    least, slots = need
    a, b, d = hours[who, 0], hours[who, 1], hours[who, 2]
    for at in range(size):
        if circle[at] != without:
            a, b, d = a & hours[circle[at], 0], b & hours[circle[at], 1], d & hours[circle[at], 2]
    if windows(a, b, d) < slots:
        return -1.0
    total, count = 0.0, 0
    for at in range(size):
        if circle[at] == without:
            continue
        if not may_meet(c, rules, who, circle[at]):
            return -1.0
        total += score(c, rules, who, circle[at], parts)
        count += 1
    if count == 0:
        return -1.0
    return total / count if total / count >= least[who] else -1.0


@njit(cache=True, nogil=True)
def grow(
    c: Any, rules: Any, hours: Any, circle: Any, size: Any, size_wanted: Any, choice: Any, taken: Any, need: Any
) -> Any:
    """Add the best fitting of `choice` one by one until the circle has `size_wanted`. Returns its size."""
    parts = np.zeros(8)
    while size < size_wanted:
        best, best_fit = -1, -1.0
        for who in choice:
            if who < 0 or taken[who]:
                continue
            inside = False
            for at in range(size):
                if circle[at] == who:
                    inside = True
            if inside:
                continue
            value = fit(c, rules, hours, circle, size, -1, who, need, parts)
            if value > best_fit:
                best, best_fit = who, value
        if best < 0:
            return size
        circle[size] = best
        size += 1
    return size


@njit(cache=True, nogil=True)
def form(
    c: Any, rules: Any, hours: Any, seeds: Any, found: Any, row_of: Any, limits: Any, taken: Any, need: Any
) -> Any:
    """From each seed in turn (highest priority first) a circle of `wanted` people; given up under `least_size`.

    limits: (least, wanted, most). Returns (circles, sizes, how many).
    """
    least_size, wanted, most = limits
    circles = np.full((len(seeds) // least_size + 1, most), -1, np.int64)
    sizes = np.zeros(len(circles), np.int64)
    made = 0
    for seed in seeds:
        if taken[seed]:
            continue
        circles[made, 0] = seed
        taken[seed] = True
        size = grow(c, rules, hours, circles[made], 1, wanted, found[row_of[seed]], taken, need)
        taken[seed] = False
        if size >= least_size:
            for at in range(size):
                taken[circles[made, at]] = True
            sizes[made] = size
            made += 1
        else:
            circles[made, :] = -1
    return circles, sizes, made


@njit(cache=True, nogil=True)
def seats(circles: Any, made: Any, n: Any) -> Any:
    circle_of = np.full(n, -1, np.int64)
    for g in range(made):
        for who in circles[g]:
            if who >= 0:
                circle_of[who] = g
    return circle_of


@njit(cache=True, nogil=True)
def replace(circle: Any, size: Any, out: Any, into: Any) -> None:
    for at in range(size):
        if circle[at] == out:
            circle[at] = into


@njit(cache=True, nogil=True)
def best_seat(
    c: Any,
    rules: Any,
    hours: Any,
    who: Any,
    choice: Any,
    circles: Any,
    sizes: Any,
    circle_of: Any,
    not_in: Any,
    need: Any,
    parts: Any,
) -> Any:
    """The circle with a free seat that fits best, among those in which somebody of `choice` sits; −1 without."""
    best, best_fit = -1, -1.0
    for other in choice:
        g = circle_of[other] if other >= 0 else -1
        if g in (-1, not_in, best) or sizes[g] >= circles.shape[1]:
            continue
        value = fit(c, rules, hours, circles[g], sizes[g], -1, who, need, parts)
        if value > best_fit:
            best, best_fit = g, value
    return best


@njit(cache=True, nogil=True)
def let_in(
    c: Any,
    rules: Any,
    hours: Any,
    left: Any,
    found: Any,
    row_of: Any,
    circles: Any,
    sizes: Any,
    circle_of: Any,
    need: Any,
) -> Any:
    """Seat those left over: in a circle with a free seat, or in the seat of a member who can move to another circle."""
    parts, seated = np.zeros(8), 0
    for who in left:
        choice = found[row_of[who]]
        g = best_seat(c, rules, hours, who, choice, circles, sizes, circle_of, -1, need, parts)
        out, to = -1, -1
        if g < 0:
            for other in choice[:CLOSEST]:
                h = circle_of[other] if other >= 0 else -1
                if h < 0 or g >= 0:
                    continue
                for at in range(sizes[h]):
                    member = circles[h, at]
                    if fit(c, rules, hours, circles[h], sizes[h], member, who, need, parts) < 0:
                        continue
                    to = best_seat(
                        c, rules, hours, member, found[row_of[member]], circles, sizes, circle_of, h, need, parts
                    )
                    if to >= 0:
                        g, out = h, member
                        break
        if g < 0:
            continue
        if out >= 0:
            replace(circles[g], sizes[g], out, who)
            circles[to, sizes[to]] = out
            sizes[to] += 1
            circle_of[out] = to
        else:
            circles[g, sizes[g]] = who
            sizes[g] += 1
        circle_of[who] = g
        seated += 1
    return seated


@njit(cache=True, nogil=True)
def exchange(
    c: Any,
    rules: Any,
    hours: Any,
    found: Any,
    row_of: Any,
    circles: Any,
    sizes: Any,
    made: Any,
    circle_of: Any,
    need: Any,
) -> Any:
    """Exchange two people of different circles where both fit and the sum of scores rises, until none does or so many
    sweeps are done."""
    parts, moves = np.zeros(8), 0
    for _sweep in range(SWEEPS):
        before = moves
        for g in range(made):
            for at in range(sizes[g]):
                x = circles[g, at]
                now_x = fit(c, rules, hours, circles[g], sizes[g], x, x, need, parts)
                for friend in found[row_of[x], :CLOSEST]:
                    h = circle_of[friend] if friend >= 0 else -1
                    if h < 0 or h == g:
                        continue
                    best, best_gain = -1, 1e-6
                    for there in range(sizes[h]):
                        y = circles[h, there]
                        x_there = fit(c, rules, hours, circles[h], sizes[h], y, x, need, parts)
                        if y == friend or x_there < 0:
                            continue
                        y_here = fit(c, rules, hours, circles[g], sizes[g], x, y, need, parts)
                        if y_here < 0:
                            continue
                        now_y = fit(c, rules, hours, circles[h], sizes[h], y, y, need, parts)
                        gain = (x_there - now_y) * (sizes[h] - 1) + (y_here - now_x) * (sizes[g] - 1)
                        if gain > best_gain:
                            best, best_gain = y, gain
                    if best >= 0:
                        replace(circles[g], sizes[g], x, best)
                        replace(circles[h], sizes[h], best, x)
                        circle_of[x], circle_of[best] = h, g
                        moves += 1
                        break
        if moves == before:
            break
    return moves
