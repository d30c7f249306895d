"""The loops over ties, compiled: ten million ties are walked where they lie, in rows of one node after the other.

`start` (nodes + 1) and `target` hold the ties that leave each node, sorted by target, each pair once; `weight` is empty
when all ties weigh 1. `back` and `source` hold the same ties by the node they reach.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _sorted_by(key, other, weight, nodes):  # type: ignore[no-untyped-def]
    """Counting sort by `key`, stable. Returns start, the other end, the weight."""
    start = np.zeros(nodes + 1, np.int64)
    for k in range(len(key)):
        start[key[k] + 1] += 1
    for n in range(nodes):
        start[n + 1] += start[n]
    place = start[:-1].copy()
    ends = np.empty(len(key), np.int32)
    weights = np.empty(len(weight), np.float32)
    for k in range(len(key)):
        at = place[key[k]]
        ends[at] = other[k]
        if len(weight):
            weights[at] = weight[k]
        place[key[k]] = at + 1
    return start, ends, weights


@njit(cache=True, nogil=True)
def rows(source, target, weight, nodes):  # type: ignore[no-untyped-def]
    """Ties by source, sorted by target; repeats merged (weights added), ties of a node to itself dropped.

    Returns start, target, weight, the number of loops and of repeats.
    """
    by_target, first, weights = _sorted_by(target, source, weight, nodes)
    start = np.zeros(nodes + 1, np.int64)
    loops = 0
    for n in range(nodes):
        for k in range(by_target[n], by_target[n + 1]):
            if first[k] == n:
                loops += 1
            else:
                start[first[k] + 1] += 1
    for n in range(nodes):
        start[n + 1] += start[n]
    place = start[:-1].copy()
    ends = np.empty(start[nodes], np.int32)
    kept_weight = np.empty(start[nodes] if len(weight) else 0, np.float32)
    for n in range(nodes):
        for k in range(by_target[n], by_target[n + 1]):
            m = first[k]
            if m == n:
                continue
            at = place[m]
            ends[at] = n
            if len(weight):
                kept_weight[at] = weights[k]
            place[m] = at + 1
    return _merged(start, ends, kept_weight, loops)


@njit(cache=True, nogil=True)
def _merged(start, ends, weight, loops):  # type: ignore[no-untyped-def]
    kept, begin = 0, np.int64(0)
    for n in range(len(start) - 1):
        last, own = start[n + 1], kept
        for k in range(begin, last):
            if kept > own and ends[kept - 1] == ends[k]:
                if len(weight):
                    weight[kept - 1] += weight[k]
            else:
                ends[kept] = ends[k]
                if len(weight):
                    weight[kept] = weight[k]
                kept += 1
        begin = last
        start[n + 1] = kept
    return start, ends[:kept], weight[: kept if len(weight) else 0], loops, len(ends) - kept


@njit(cache=True, nogil=True)
def turned(start, target, weight):  # type: ignore[no-untyped-def]
    """The same ties by the node they reach: back, source, weight. Sources come sorted."""
    nodes = len(start) - 1
    back = np.zeros(nodes + 1, np.int64)
    for k in range(len(target)):
        back[target[k] + 1] += 1
    for n in range(nodes):
        back[n + 1] += back[n]
    place = back[:-1].copy()
    source = np.empty(len(target), np.int32)
    weights = np.empty(len(weight), np.float32)
    for n in range(nodes):
        for k in range(start[n], start[n + 1]):
            at = place[target[k]]
            source[at] = n
            if len(weight):
                weights[at] = weight[k]
            place[target[k]] = at + 1
    return back, source, weights


@njit(cache=True, nogil=True)
def inside_weight(start, target, weight, group):  # type: ignore[no-untyped-def]
    """The weight of ties whose two ends share a group."""
    total, even = 0.0, 0
    for n in range(len(start) - 1):
        own = group[n]
        if len(weight):
            for k in range(start[n], start[n + 1]):
                if group[target[k]] == own:
                    total += weight[k]
        else:
            for k in range(start[n], start[n + 1]):
                even += group[target[k]] == own
    return total + even


@njit(cache=True, nogil=True)
def clustered_squares(start, target, weight, group, base, same, out_part, in_part):  # type: ignore[no-untyped-def]
    """Σ over pairs of ties that share a node of the product of their residuals (Fafchamps & Gubert 2007).

    The residual of a tie is w·(base + same·[ends share a group] + out_part[source's group] + in_part[target's group]).
    """
    sums = np.zeros(len(start) - 1)
    own = 0.0
    for n in range(len(start) - 1):
        g = group[n]
        for k in range(start[n], start[n + 1]):
            h = group[target[k]]
            r = base + out_part[g] + in_part[h] + (same if g == h else 0.0)
            if len(weight):
                r *= weight[k]
            sums[n] += r
            sums[target[k]] += r
            own += r * r
    total = 0.0
    for n in range(len(sums)):
        total += sums[n] * sums[n]
    return max(total - own, own)


@njit(cache=True, nogil=True)
def variety(start, target, weight, group, groups, least):  # type: ignore[no-untyped-def]
    """Entropy (nats) of the groups that each node's ties reach; −1 for nodes with fewer than `least` ties."""
    entropy = np.full(len(start) - 1, -1.0)
    seen = np.zeros(groups)
    for n in range(len(start) - 1):
        if start[n + 1] - start[n] < least:
            continue
        total, h = 0.0, 0.0
        for k in range(start[n], start[n + 1]):
            w = weight[k] if len(weight) else 1.0
            seen[group[target[k]]] += w
            total += w
        for k in range(start[n], start[n + 1]):
            g = group[target[k]]
            if seen[g] > 0:
                p = seen[g] / total
                h -= p * np.log(p)
                seen[g] = 0.0
        entropy[n] = max(h, 0.0)
    return entropy


@njit(cache=True, nogil=True)
def mutual(start, target, back, source):  # type: ignore[no-untyped-def]
    """Per node: ties it sends that are returned. And the number expected if ties met by their degrees alone."""
    nodes = len(start) - 1
    returned = np.zeros(nodes, np.int64)
    expected, spread = 0.0, 0.0
    ties = max(1, len(target))
    for n in range(nodes):
        a, b = start[n], back[n]
        while a < start[n + 1] and b < back[n + 1]:
            if target[a] == source[b]:
                returned[n] += 1
                a += 1
                b += 1
            elif target[a] < source[b]:
                a += 1
            else:
                b += 1
        reached = back[n + 1] - back[n]
        for k in range(start[n], start[n + 1]):
            m = target[k]
            p = min(1.0, (start[m + 1] - start[m]) * reached / ties)
            expected += p
            spread += p * (1 - p)
    return returned, expected, spread


@njit(cache=True, nogil=True)
def reachable(start, target, back, source, fixed):  # type: ignore[no-untyped-def]
    """Which nodes a walk can leave and still end at a fixed node (ties are walked both ways)."""
    nodes = len(start) - 1
    found = fixed.copy()
    # Sweeps in the order of memory find nearly everybody at once; a search from node to node finds the rest.
    changed, sweeps = True, 0
    while changed and sweeps < 4:
        changed = False
        sweeps += 1
        for n in range(nodes):
            if found[n]:
                continue
            k, last = start[n], start[n + 1]
            while not found[n] and k < last:
                found[n] = found[target[k]]
                k += 1
            k, last = back[n], back[n + 1]
            while not found[n] and k < last:
                found[n] = found[source[k]]
                k += 1
            changed |= found[n]
    queue = np.empty(nodes if changed else 0, np.int32)
    head, tail = 0, 0
    for n in range(nodes if changed else 0):
        if found[n]:
            queue[tail] = n
            tail += 1
    while head < tail:
        n = queue[head]
        head += 1
        for k in range(start[n], start[n + 1]):
            if not found[target[k]]:
                found[target[k]] = True
                queue[tail] = target[k]
                tail += 1
        for k in range(back[n], back[n + 1]):
            if not found[source[k]]:
                found[source[k]] = True
                queue[tail] = source[k]
                tail += 1
    return found


@njit(cache=True, nogil=True)
def neighbours(start, target, weight, back, source, back_weight, x, free, result):  # type: ignore[no-untyped-def]
    """result = W x for free nodes, 0 elsewhere; W holds ties both ways."""
    for n in range(len(start) - 1):
        total = 0.0
        if free[n]:
            if len(weight):
                for k in range(start[n], start[n + 1]):
                    total += weight[k] * x[target[k]]
                for k in range(back[n], back[n + 1]):
                    total += back_weight[k] * x[source[k]]
            else:
                for k in range(start[n], start[n + 1]):
                    total += x[target[k]]
                for k in range(back[n], back[n + 1]):
                    total += x[source[k]]
        result[n] = total
