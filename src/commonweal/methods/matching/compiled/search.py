"""The best candidates of each person, from the inverted index or, in a small pool, from everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from ..packed import EXPERIENCES, IN_PERSON, INTERESTS, PLACE
from .pairs import may_meet, utility


@njit(cache=True, nogil=True)
def keep_best(found: Any, scores: Any, forth: Any, count: Any, j: Any, s: Any, u: Any) -> Any:
    """Insert into lists sorted by falling score, ties by row; the last falls off. Returns how many are held."""
    size = len(found)
    if count == size and (scores[size - 1] > s or (scores[size - 1] == s and found[size - 1] < j)):
        return count
    at = min(count, size - 1)
    while at > 0 and (scores[at - 1] < s or (scores[at - 1] == s and found[at - 1] > j)):
        found[at], scores[at], forth[at] = found[at - 1], scores[at - 1], forth[at - 1]
        at -= 1
    found[at], scores[at], forth[at] = j, s, u
    return min(size, count + 1)


@njit(cache=True, nogil=True)
def consider(c: Any, rules: Any, i: Any, j: Any, least: Any, parts: Any, best: Any, count: Any) -> Any:
    """Score one pair and keep it when it is allowed and good enough for the one of both who waits longer."""
    if not may_meet(c, rules, i, j):
        return count
    forth = utility(c, rules, i, j, parts)
    s = np.float32(np.sqrt(forth * utility(c, rules, j, i, parts)))
    if s < min(least[i], least[j]):
        return count
    return keep_best(best[0], best[1], best[2], count, j, s, forth)


@njit(cache=True, nogil=True)
def search_all(c: Any, rules: Any, seekers: Any, pool: Any, least: Any, best: Any) -> Any:
    """Every member of the pool for every seeker. best: (found, scores, forth), each (seekers, k), filled in place."""
    parts = np.zeros(8)
    counts = np.zeros(len(seekers), dtype=np.int32)
    for n in range(len(seekers)):
        count = 0
        mine = (best[0][n], best[1][n], best[2][n])
        for j in pool:
            count = consider(c, rules, seekers[n], j, least, parts, mine, count)
        counts[n] = count
    return counts


@njit(cache=True, nogil=True)
def first_not_less(keys: Any, low: Any, high: Any, key: Any) -> Any:
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def posted(keys: Any, tag: Any, language: Any, sizes: Any) -> Any:
    """Where the list of people with this tag who speak this language begins and ends."""
    languages, places = sizes
    start = (tag * languages + language) * places
    low = first_not_less(keys, 0, len(keys), start)
    return low, first_not_less(keys, low, len(keys), start + places)


@njit(cache=True, nogil=True)
def lists_of(c: Any, i: Any, keys: Any, shapes: Any, lows: Any, highs: Any) -> Any:
    """The lists that i belongs to: each own tag in each own language, and everybody in each language."""
    tags, languages, places = shapes
    count = 0
    first, last = c.spans[i, EXPERIENCES], c.spans[i, EXPERIENCES + 1]
    other, end = c.spans[i, INTERESTS], c.spans[i, INTERESTS + 1]
    for language in range(languages):
        if not (c.bits[i, 1 + language // 64] >> np.uint64(language % 64)) & np.uint64(1):
            continue
        for at in range(first, last + (end - other) + 1):
            if count == len(lows):
                return count
            tag = tags - 1
            if at < last:
                tag = np.int64(c.items[at])
            elif at < last + end - other:
                tag = np.int64(c.items[other + at - last])
            low, high = posted(keys, tag, language, (languages, places))
            if high > low:
                lows[count], highs[count] = low, high
                count += 1
    return count


@njit(cache=True, nogil=True)
def entry(c: Any, i: Any, keys: Any, low: Any, high: Any, places: Any) -> Any:
    """Where to begin in a list: at one's own place when meeting in person counts, else somewhere that differs by
    person, so that not everybody meets the same first few hundred."""
    place = np.int64(c.numbers[i, PLACE])
    if c.numbers[i, IN_PERSON] > 0 and place >= 0:
        own = (keys[low] // places) * places + place + 1
        at = first_not_less(keys, low, high, own)
        here = first_not_less(keys, at, high, own + 1) - at
        if here > 1:
            at += (np.int64(i) * 2654435761) % here
        return min(at, high - 1)
    return low + (np.int64(i) * 2654435761) % (high - low)


@njit(cache=True, nogil=True)
def search_lists(
    c: Any, rules: Any, seekers: Any, keys: Any, posts: Any, shapes: Any, near: Any, least: Any, budget: Any, best: Any
) -> Any:
    """Walk outwards from the entry of each list, the lists in turn, until `budget` different people were looked at.

    keys: sorted (tag, language, place) of each posting, posts: whose it is. The lists are ordered by place along a
    curve that keeps neighbours together, so the walk meets near people first. near: vector neighbours, looked at first.
    """
    parts = np.zeros(8)
    counts = np.zeros(len(seekers), dtype=np.int32)
    seen = np.full(len(c.numbers), -1, dtype=np.int32)
    lows, highs = np.zeros(64, dtype=np.int64), np.zeros(64, dtype=np.int64)
    left, right = np.zeros(64, dtype=np.int64), np.zeros(64, dtype=np.int64)
    for n in range(len(seekers)):
        i = seekers[n]
        mine = (best[0][n], best[1][n], best[2][n])
        seen[i] = n
        looked, count = 0, 0
        for at in range(near.start[i], near.start[i + 1]):
            j = near.items[at]
            if seen[j] != n:
                seen[j] = n
                looked += 1
                count = consider(c, rules, i, j, least, parts, mine, count)
        total = lists_of(c, i, keys, shapes, lows, highs)
        for at in range(total):
            right[at] = entry(c, i, keys, lows[at], highs[at], shapes[2])
            left[at] = right[at] - 1
        moved = True
        while moved and looked < budget:
            moved = False
            for at in range(total):
                for side in range(2):
                    for _step in range(8):
                        if side == 0:
                            spot = right[at]
                            right[at] += 1
                        else:
                            spot = left[at]
                            left[at] -= 1
                        if spot < lows[at] or spot >= highs[at]:
                            break
                        moved = True
                        j = posts[spot]
                        if seen[j] != n:
                            seen[j] = n
                            looked += 1
                            count = consider(c, rules, i, j, least, parts, mine, count)
        counts[n] = count
    return counts
