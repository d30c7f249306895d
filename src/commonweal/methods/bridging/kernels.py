"""The loops of bridging, compiled: one pass over the ratings does what five `bincount`s a half step would do.

Ratings lie sorted by rater (`start`, `item`, `rating`), so a person's equations stand in a row of memory and only the
items' parameters, which are few, are looked up. No function here allocates per rating: ten million ratings are worked on
where they lie. `fold` may set ratings aside: those whose fold is `held` are not learned from; an empty `fold` sets none.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def by_rater(rater, item, rating, raters, items):  # type: ignore[no-untyped-def]
    """Sort by rater (stable); of several ratings by one person of one item the last stays.

    Returns start (raters + 1), item, rating, and how many repeats were dropped.
    """
    start = np.zeros(raters + 1, np.int64)
    for k in range(len(rater)):
        start[rater[k] + 1] += 1
    for u in range(raters):
        start[u + 1] += start[u]
    place = start[:-1].copy()
    sorted_item = np.empty(len(item), np.int32)
    sorted_rating = np.empty(len(item), np.float32)
    for k in range(len(rater)):
        at = place[rater[k]]
        sorted_item[at] = item[k]
        sorted_rating[at] = rating[k]
        place[rater[k]] = at + 1
    seen = np.full(items, -1, np.int64)  # where this rater's rating of the item stands
    kept = 0
    first = np.int64(0)
    for u in range(raters):
        begin, last = first, start[u + 1]
        own = kept
        for k in range(begin, last):
            n = sorted_item[k]
            if seen[n] >= own:
                sorted_rating[seen[n]] = sorted_rating[k]
            else:
                seen[n] = kept
                sorted_item[kept] = n
                sorted_rating[kept] = sorted_rating[k]
                kept += 1
        first = last
        start[u + 1] = kept
    return start, sorted_item[:kept], sorted_rating[:kept], len(item) - kept


@njit(cache=True, nogil=True)
def solve_people(start, item, rating, fold, held, mu, ridge, ridge_f, with_factor, i_n, f_n, i_u, f_u):  # type: ignore[no-untyped-def]
    """Re-solve every person's 2×2 with the items fixed. Returns Σe and Σe² afterwards, and the number of ratings."""
    total, squares, used = 0.0, 0.0, 0
    sets_aside = len(fold) > 0
    for u in range(len(start) - 1):
        n, s_f, s_ff, s_y, s_yf = 0, 0.0, 0.0, 0.0, 0.0
        for k in range(start[u], start[u + 1]):
            if sets_aside and fold[k] == held:
                continue
            y, f = rating[k] - mu - i_n[item[k]], f_n[item[k]]
            n += 1
            s_f += f
            s_ff += f * f
            s_y += y
            s_yf += y * f
        a, d = n + ridge, s_ff + ridge_f
        if with_factor:
            determinant = a * d - s_f * s_f
            i_u[u] = (d * s_y - s_f * s_yf) / determinant
            f_u[u] = (a * s_yf - s_f * s_y) / determinant
        else:
            i_u[u] = s_y / a
        for k in range(start[u], start[u + 1]):
            if sets_aside and fold[k] == held:
                continue
            e = rating[k] - mu - i_n[item[k]] - i_u[u] - f_u[u] * f_n[item[k]]
            total += e
            squares += e * e
        used += n
    return total, squares, used


@njit(cache=True, nogil=True)
def item_sums(start, item, rating, fold, held, mu, i_u, f_u, items):  # type: ignore[no-untyped-def]
    """n, Σf, Σf², Σy, Σyf per item (columns), where y is what people's leniency does not explain and f their factor."""
    sums = np.zeros((items, 5))
    sets_aside = len(fold) > 0
    for u in range(len(start) - 1):
        f, base = f_u[u], mu + i_u[u]
        for k in range(start[u], start[u + 1]):
            if sets_aside and fold[k] == held:
                continue
            row = sums[item[k]]
            y = rating[k] - base
            row[0] += 1
            row[1] += f
            row[2] += f * f
            row[3] += y
            row[4] += y * f
    return sums


@njit(cache=True, nogil=True)
def held_error(start, item, rating, fold, held, mu, i_n, f_n, i_u, f_u):  # type: ignore[no-untyped-def]
    """Σe² and the number of ratings in the fold that was set aside."""
    squares, used = 0.0, 0
    for u in range(len(start) - 1):
        for k in range(start[u], start[u + 1]):
            if fold[k] == held:
                e = rating[k] - mu - i_n[item[k]] - i_u[u] - f_u[u] * f_n[item[k]]
                squares += e * e
                used += 1
    return squares, used


@njit(cache=True, nogil=True)
def side_counts(start, item, rating, side, items):  # type: ignore[no-untyped-def]
    """Per item and side (0: left of the middle, 1: right of it): ratings, and the sum of ratings."""
    count = np.zeros((items, 2), np.int64)
    total = np.zeros((items, 2))
    for u in range(len(start) - 1):
        if side[u] < 0:
            continue
        for k in range(start[u], start[u + 1]):
            count[item[k], side[u]] += 1
            total[item[k], side[u]] += rating[k]
    return count, total
