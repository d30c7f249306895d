"""Greedy b-matching over sorted edges, then swaps that raise the total until none does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

#: Gains smaller than this are rounding.
LEAST_GAIN = 1e-6


@njit(cache=True, nogil=True)
def edges_between(seekers: Any, found: Any, counts: Any, row_of: Any) -> Any:
    """Each pair of a candidate list once: those from i to j with i < j, or where j does not list i back."""
    total = 0
    for n in range(len(seekers)):
        total += counts[n]
    first, second = np.empty(total, np.int32), np.empty(total, np.int32)
    at_row, at_column = np.empty(total, np.int32), np.empty(total, np.int16)
    made = 0
    for n in range(len(seekers)):
        i = seekers[n]
        for k in range(counts[n]):
            j = found[n, k]
            other = row_of[j]
            twice = False
            if i > j and other >= 0:
                for back in range(counts[other]):
                    if found[other, back] == i:
                        twice = True
                        break
            if not twice:
                first[made], second[made] = i, j
                at_row[made], at_column[made] = n, k
                made += 1
    return first[:made], second[:made], at_row[:made], at_column[:made]


@njit(cache=True, nogil=True)
def adjacency(n: Any, first: Any, second: Any) -> Any:
    """For each of n people the numbers of their edges, in the order of the edges."""
    start = np.zeros(n + 1, np.int64)
    for e in range(len(first)):
        start[first[e] + 1] += 1
        start[second[e] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    fill, edges = start[:-1].copy(), np.empty(2 * len(first), np.int32)
    for e in range(len(first)):
        edges[fill[first[e]]] = e
        fill[first[e]] += 1
        edges[fill[second[e]]] = e
        fill[second[e]] += 1
    return start, edges


@njit(cache=True, nogil=True)
def take(e: Any, first: Any, second: Any, held: Any, degree: Any, chosen: Any) -> None:
    for i in (first[e], second[e]):
        held[i, degree[i]] = e
        degree[i] += 1
    chosen[e] = True


@njit(cache=True, nogil=True)
def drop(e: Any, first: Any, second: Any, held: Any, degree: Any, chosen: Any) -> None:
    for i in (first[e], second[e]):
        for at in range(degree[i]):
            if held[i, at] == e:
                held[i, at] = held[i, degree[i] - 1]
                degree[i] -= 1
                break
    chosen[e] = False


@njit(cache=True, nogil=True)
def weakest(i: Any, weight: Any, held: Any, degree: Any, room: Any) -> Any:
    """The edge that i would give up for a new one: none (−1) while there is room."""
    if degree[i] < room[i]:
        return -1
    worst = held[i, 0]
    for at in range(1, degree[i]):
        if weight[held[i, at]] < weight[worst]:
            worst = held[i, at]
    return worst


@njit(cache=True, nogil=True)
def best_exchange(
    i: Any, keep: Any, start: Any, edges: Any, first: Any, second: Any, weight: Any, state: Any, least: float
) -> Any:
    """The best edge that i could take on at the cost of the other end's weakest. `keep` may not be touched.

    Returns (edge, given up, gain). Edges stand by falling weight, so the walk ends when none can gain more.
    """
    held, degree, chosen, room = state
    edge, gives, gain = -1, -1, least
    for at in range(start[i], start[i + 1]):
        e = edges[at]
        if weight[e] <= gain:
            break
        other = second[e] if first[e] == i else first[e]
        if chosen[e] or room[other] == 0:
            continue
        lost = weakest(other, weight, held, degree, room)
        if lost >= 0 and lost == keep:
            continue
        value = weight[e] - (weight[lost] if lost >= 0 else 0.0)
        if value > gain + LEAST_GAIN:
            edge, gives, gain = e, lost, value
    return edge, gives, gain


@njit(cache=True, nogil=True)
def improve_person(i: Any, start: Any, edges: Any, first: Any, second: Any, weight: Any, state: Any) -> bool:
    """One better edge for i, giving up the weakest at both ends. Whether the total rose."""
    held, degree, chosen, room = state
    if room[i] == 0:
        return False
    mine = weakest(i, weight, held, degree, room)
    cost = weight[mine] if mine >= 0 else 0.0
    edge, gives, _gain = best_exchange(i, mine, start, edges, first, second, weight, state, cost)
    if edge < 0:
        return False
    if mine >= 0:
        drop(mine, first, second, held, degree, chosen)
    if gives >= 0:
        drop(gives, first, second, held, degree, chosen)
    take(edge, first, second, held, degree, chosen)
    return True


@njit(cache=True, nogil=True)
def improve_edge(e: Any, start: Any, edges: Any, first: Any, second: Any, weight: Any, state: Any) -> bool:
    """Part a chosen pair when its two people do better, together, with two others. Whether the total rose."""
    held, degree, chosen, room = state
    a, b = first[e], second[e]
    one, one_gives, one_gain = best_exchange(a, e, start, edges, first, second, weight, state, 0.0)
    if one < 0:
        return False
    drop(e, first, second, held, degree, chosen)
    if one_gives >= 0:
        drop(one_gives, first, second, held, degree, chosen)
    take(one, first, second, held, degree, chosen)
    need = max(0.0, weight[e] - one_gain)
    two, two_gives = -1, -1
    if degree[b] < room[b]:
        two, two_gives, _gain = best_exchange(b, one, start, edges, first, second, weight, state, need)
    if two >= 0:
        if two_gives >= 0:
            drop(two_gives, first, second, held, degree, chosen)
        take(two, first, second, held, degree, chosen)
        return True
    drop(one, first, second, held, degree, chosen)
    if one_gives >= 0:
        take(one_gives, first, second, held, degree, chosen)
    take(e, first, second, held, degree, chosen)
    return False


@njit(cache=True, nogil=True)
def match(n: Any, first: Any, second: Any, weight: Any, room: Any, begin: Any, swaps: bool) -> Any:
    """Begin with some edges (they must fit), take the others by falling weight while both have room; then swap.

    Edges must stand by falling weight, all above 0.

    Returns (chosen, swaps made). Each swap raises the total, so it ends.
    """
    chosen, degree = np.zeros(len(first), np.bool_), np.zeros(n, np.int32)
    most = 1
    for i in range(n):
        most = max(most, room[i])
    held = np.full((n, most), -1, np.int32)
    for e in range(len(first)):
        if begin[e]:
            take(e, first, second, held, degree, chosen)
    for e in range(len(first)):
        if not chosen[e] and degree[first[e]] < room[first[e]] and degree[second[e]] < room[second[e]]:
            take(e, first, second, held, degree, chosen)
    made = 0
    if swaps:
        start, edges = adjacency(n, first, second)
        state = (held, degree, chosen, room)
        for _sweep in range(200):
            before = made
            for i in range(n):
                while improve_person(i, start, edges, first, second, weight, state):
                    made += 1
            for e in range(len(first)):
                if chosen[e] and improve_edge(e, start, edges, first, second, weight, state):
                    made += 1
            if made == before:
                break
    return chosen, made


@njit(cache=True, nogil=True)
def defer(seekers: Any, found: Any, counts: Any, values: Any, order: Any, room: Any) -> Any:
    """Deferred acceptance: seekers ask in their own order, helpers keep the most valued they have room for.

    order: (seekers, k) columns of `found` by falling wish of the seeker. values: what the helper goes by. Returns the
    column of each seeker's helper, −1 without (Gale & Shapley 1962, the college-admissions form).
    """
    n, most = len(seekers), 1
    for j in range(len(room)):
        most = max(most, room[j])
    next_ask, given = np.zeros(n, np.int32), np.full(n, -1, np.int32)
    kept, size = np.full((len(room), most), -1, np.int32), np.zeros(len(room), np.int32)
    stack, top = np.arange(n - 1, -1, -1).astype(np.int64), n
    while top > 0:
        top -= 1
        s = stack[top]
        while next_ask[s] < counts[s]:
            column = order[s, next_ask[s]]
            next_ask[s] += 1
            j = found[s, column]
            if room[j] == 0 or values[s, column] <= 0:
                continue
            if size[j] < room[j]:
                kept[j, size[j]] = s
                size[j] += 1
                given[s] = column
                break
            worst = 0
            for at in range(1, size[j]):
                a, b = kept[j, at], kept[j, worst]
                if values[a, given[a]] < values[b, given[b]]:
                    worst = at
            out = kept[j, worst]
            if values[s, column] > values[out, given[out]]:
                kept[j, worst] = s
                given[s] = column
                given[out] = -1
                stack[top] = out
                top += 1
                break
    return given
