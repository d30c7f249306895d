"""Who may be paired, and how much they would be to each other: the rules that no other code repeats."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

EARTH_KM = 6371.0088
DISTANCE, STAGE = 3, 5


class Rules(NamedTuple):
    """The settings that the loops need. weights: (8,) in the order of FEATURES. mentor: helper and seeker, not peers."""

    weights: NDArray[np.float64]
    minutes: int
    last_stage: int
    mentor: bool


@njit(cache=True, nogil=True)
def bits(x: Any) -> int:
    """How many bits are set (the usual halving sums)."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def turned(mask: Any, by: int) -> Any:
    """The week grid moved later by `by` slots, around the week."""
    by = by % 42
    full = np.uint64((1 << 42) - 1)
    return ((mask << np.uint64(by)) | (mask >> np.uint64(42 - by))) & full


@njit(cache=True, nogil=True)
def shared_minutes(c: Any, i: int, j: int) -> int:
    """Minutes a week in which both are free, exact for any two offsets from UTC.

    A grid `o` minutes east of UTC starts `o` minutes earlier in UTC. Against grid i, slot s of j starts `ahead` minutes
    later: it covers the rest of slot s + whole of i and the beginning of the next.
    """
    ahead = np.int64(c.offset[i]) - np.int64(c.offset[j])
    whole = ahead // 240
    rest = ahead - whole * 240
    same = bits(c.free[i] & turned(c.free[j], whole))
    total = (240 - rest) * same
    if rest:
        total += rest * bits(c.free[i] & turned(c.free[j], whole + 1))
    return total


@njit(cache=True, nogil=True)
def kilometres(c: Any, i: int, j: int) -> float:
    """Between the fixed centroids of two places; −1 when either has none."""
    a, b = c.place[i], c.place[j]
    if a < 0 or b < 0:
        return -1.0
    if a == b:
        return 0.0
    p, q = c.points[a], c.points[b]
    chord = math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2)
    return 2 * EARTH_KM * math.asin(min(1.0, chord / 2))


@njit(cache=True, nogil=True)
def listed(start: Any, items: Any, i: int, j: int) -> bool:
    """Whether j stands in the sorted list of i."""
    low, high = start[i], start[i + 1]
    while low < high:
        middle = (low + high) // 2
        if items[middle] < j:
            low = middle + 1
        else:
            high = middle
    return low < start[i + 1] and items[low] == j


@njit(cache=True, nogil=True)
def accepts(c: Any, i: int, j: int) -> bool:
    """Whether the hard preferences of i hold for j."""
    for word in range(c.facts.shape[1]):
        if c.refuses[i, word] & c.facts[j, word]:
            return False
    for want in range(c.want_start[i], c.want_start[i + 1]):
        met = False
        for word in range(c.facts.shape[1]):
            if c.wants[want, word] & c.facts[j, word]:
                met = True
        if not met:
            return False
    return True


@njit(cache=True, nogil=True)
def ages_fit(c: Any, i: int, j: int) -> bool:
    """Minors only with vetted supporters who are of age; between adults, the bands each asked for."""
    a, b = c.age[i], c.age[j]
    if a == 0 or b == 0:
        adult = j if a == 0 else i
        return c.age[adult] != 0 and c.supporter[adult] and c.vetted[adult]
    if a > 0 and b > 0:
        apart = abs(a - b)
        if (c.age_apart[i] >= 0 and apart > c.age_apart[i]) or (c.age_apart[j] >= 0 and apart > c.age_apart[j]):
            return False
    return True


@njit(cache=True, nogil=True)
def may_meet(c: Any, rules: Any, i: int, j: int) -> bool:
    """Every hard constraint between two people except their room. Symmetric, but for the roles of a mentor round."""
    if i == j or (c.acute[i] and not c.supporter[j]) or (c.acute[j] and not c.supporter[i]):
        return False
    if c.acute[i] and c.acute[j]:
        return False
    if rules.mentor and (c.supporter[i] == c.supporter[j]):
        return False
    common = False
    for word in range(c.languages.shape[1]):
        if c.languages[i, word] & c.languages[j, word]:
            common = True
    ways = c.ways[i] & c.ways[j]
    if not common or not ways or not ages_fit(c, i, j):
        return False
    if shared_minutes(c, i, j) < rules.minutes:
        return False
    face_to_face = c.in_person[i] or c.in_person[j]
    if face_to_face or ways == 1:
        km = kilometres(c, i, j)
        if not ways & 1 or km < 0 or km > c.reach[i] or km > c.reach[j]:
            return False
    if not accepts(c, i, j) or not accepts(c, j, i):
        return False
    return not listed(c.apart.start, c.apart.items, i, j)


@njit(cache=True, nogil=True)
def overlap(start: Any, items: Any, idf: Any, total: float, i: int, j: int) -> float:
    """The share of what i named, weighted by rarity, that j named too; −1 when i named nothing."""
    if total <= 0:
        return -1.0
    a, b, both = start[i], start[j], 0.0
    while a < start[i + 1] and b < start[j + 1]:
        if items[a] == items[b]:
            both += idf[items[a]]
            a += 1
            b += 1
        elif items[a] < items[b]:
            a += 1
        else:
            b += 1
    return min(1.0, both / total)


@njit(cache=True, nogil=True)
def stage_fit(c: Any, rules: Any, i: int, j: int) -> float:
    """How the stages fit; −1 when either is unknown. For a helper and a seeker it counts who is ahead."""
    a, b = c.stage[i], c.stage[j]
    if a < 0 or b < 0:
        return -1.0
    if not rules.mentor:
        return max(0.0, 1.0 - abs(a - b) / max(1, rules.last_stage))
    ahead = a - b if c.supporter[i] else b - a
    if ahead == 1:
        return 1.0
    if ahead == 0:
        return 0.8
    return 0.5 if ahead == 2 else 0.2


@njit(cache=True, nogil=True)
def common_contacts(c: Any, i: int, j: int) -> float:
    """Of the one with fewer contacts, the share that the other knows as well. Zero without contacts."""
    start, items = c.contacts.start, c.contacts.items
    a, b, both = start[i], start[j], 0
    fewest = min(start[i + 1] - a, start[j + 1] - b)
    if fewest == 0:
        return 0.0
    while a < start[i + 1] and b < start[j + 1]:
        if items[a] == items[b]:
            both += 1
            a += 1
            b += 1
        elif items[a] < items[b]:
            a += 1
        else:
            b += 1
    return both / fewest


@njit(cache=True, nogil=True)
def utility(c: Any, rules: Any, i: int, j: int, parts: Any) -> float:
    """u(i→j) in [0, 1]. Fills `parts` (8,) with the contribution of each feature; they sum to the result.

    A feature that cannot be told for i and j (nothing named, no stage, no place, or nobody wants to meet in person)
    is left out, and the weights of the others are scaled up, so that an empty field costs its owner nothing.
    """
    w = rules.weights
    experience = overlap(c.experiences.start, c.experiences.items, c.experience_idf, c.experience_total[i], i, j)
    for n in range(8):
        parts[n] = -1.0
    parts[0] = experience
    if c.text.shape[1] > 0:
        dot, mine, theirs = 0.0, 0.0, 0.0
        for n in range(c.text.shape[1]):
            dot += c.text[i, n] * c.text[j, n]
            mine += c.text[i, n] * c.text[i, n]
            theirs += c.text[j, n] * c.text[j, n]
        if mine > 0 and theirs > 0:
            alike = min(1.0, max(0.0, dot))
            parts[0] = alike if experience < 0 else 0.5 * (experience + alike)
    asked, met = 0.0, 0.0
    for n in range(c.need.shape[1]):
        asked += c.need[i, n]
        met += min(c.need[i, n], c.give[j, n])
    if asked > 0:
        parts[1] = met / asked
    least = 240 * min(bits(c.free[i]), bits(c.free[j]))
    parts[2] = shared_minutes(c, i, j) / least if least > 0 else 0.0
    if c.in_person[i] or c.in_person[j]:
        km = kilometres(c, i, j)
        if km >= 0:
            parts[3] = math.exp(-km / c.scale[i])
    parts[4] = overlap(c.interests.start, c.interests.items, c.interest_idf, c.interest_total[i], i, j)
    parts[5] = stage_fit(c, rules, i, j)
    parts[6] = c.response[j]
    parts[7] = 1.0 - common_contacts(c, i, j)
    known, total = 0.0, 0.0
    for n in range(8):
        if parts[n] >= 0:
            known += w[n]
    for n in range(8):
        parts[n] = w[n] * parts[n] / known if parts[n] >= 0 and known > 0 else 0.0
        total += parts[n]
    return min(1.0, total)


@njit(cache=True, nogil=True)
def score(c: Any, rules: Any, i: int, j: int, parts: Any) -> float:
    """s = √(u(i→j) · u(j→i)), the same for both."""
    return math.sqrt(utility(c, rules, i, j, parts) * utility(c, rules, j, i, parts))


@njit(cache=True, nogil=True)
def scores_of(c: Any, rules: Any, first: Any, second: Any) -> Any:
    """The scores of given pairs; −1 where they may not meet."""
    parts = np.zeros(8)
    found = np.full(len(first), -1.0)
    for n in range(len(first)):
        if may_meet(c, rules, first[n], second[n]):
            found[n] = score(c, rules, first[n], second[n], parts)
    return found
