"""Who may be paired, and how much they would be to each other: the rules that no other code repeats."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..packed import (
    ACUTE,
    AGE,
    AGE_APART,
    APART,
    CONTACTS,
    EXPERIENCES,
    GIVE,
    IN_PERSON,
    INTERESTS,
    NEED,
    OFFSET,
    PLACE,
    POINT,
    REACH,
    RESPONSE,
    SCALE,
    STAGE,
    SUPPORTER,
    TOTALS,
    VETTED,
    WANTS,
    WAYS,
)

EARTH_KM = 6371.0088


class Rules(NamedTuple):
    """The settings that the loops need. weights: (8,) in the order of FEATURES. mentor: helper and seeker, not peers."""

    weights: NDArray[np.float64]
    minutes: Any
    last_stage: Any
    mentor: bool


@njit(cache=True, nogil=True, forceinline=True)
def bits(x: Any) -> Any:
    """How many bits are set (the usual halving sums)."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True, forceinline=True)
def turned(mask: Any, by: Any) -> Any:
    """The week grid moved later by `by` slots, around the week."""
    by = by % 42
    full = np.uint64((1 << 42) - 1)
    return ((mask << np.uint64(by)) | (mask >> np.uint64(42 - by))) & full


@njit(cache=True, nogil=True, forceinline=True)
def shared_minutes(c: Any, i: Any, j: Any) -> Any:
    """Minutes a week in which both are free, exact for any two offsets from UTC.

    A grid `o` minutes east of UTC starts `o` minutes earlier in UTC. Against the grid of i, each slot of j lies `whole`
    slots and `rest` minutes later: it covers the rest of one slot of i and the beginning of the next.
    """
    ahead = np.int64(c.numbers[i, OFFSET]) - np.int64(c.numbers[j, OFFSET])
    if ahead == 0:
        return 240 * bits(c.bits[i, 0] & c.bits[j, 0])
    whole = ahead // 240
    rest = ahead - whole * 240
    total = (240 - rest) * bits(c.bits[i, 0] & turned(c.bits[j, 0], whole))
    if rest:
        total += rest * bits(c.bits[i, 0] & turned(c.bits[j, 0], whole + 1))
    return total


@njit(cache=True, nogil=True, forceinline=True)
def kilometres(c: Any, i: Any, j: Any) -> Any:
    """Between the fixed centroids of two places; −1 when either has none."""
    if c.numbers[i, PLACE] < 0 or c.numbers[j, PLACE] < 0:
        return -1.0
    square = 0.0
    for axis in range(POINT, POINT + 3):
        step = np.float64(c.numbers[i, axis]) - np.float64(c.numbers[j, axis])
        square += step * step
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(square) / 2))


@njit(cache=True, nogil=True, forceinline=True)
def kept_apart(c: Any, i: Any, j: Any) -> Any:
    """Whether j stands in the sorted list of those whom i may not meet."""
    low, high = c.spans[i, APART], c.spans[i, APART + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if c.items[middle] < j:
            low = middle + 1
        else:
            high = middle
    return low < end and c.items[low] == j


@njit(cache=True, nogil=True, forceinline=True)
def accepts(c: Any, i: Any, j: Any) -> Any:
    """Whether the hard preferences of i hold for j."""
    facts = 1 + c.words[0]
    refuses = facts + c.words[1]
    for word in range(c.words[1]):
        if c.bits[i, refuses + word] & c.bits[j, facts + word]:
            return False
    for want in range(c.spans[i, WANTS], c.spans[i, WANTS + 1]):
        met = False
        for word in range(c.words[1]):
            if c.wants[want, word] & c.bits[j, facts + word]:
                met = True
        if not met:
            return False
    return True


@njit(cache=True, nogil=True, forceinline=True)
def ages_fit(c: Any, i: Any, j: Any) -> Any:
    """Minors only with vetted supporters who are of age; between adults, the bands each asked for."""
    a, b = c.numbers[i, AGE], c.numbers[j, AGE]
    if a == 0 or b == 0:
        adult = j if a == 0 else i
        return c.numbers[adult, AGE] != 0 and c.numbers[adult, SUPPORTER] > 0 and c.numbers[adult, VETTED] > 0
    if a > 0 and b > 0:
        apart = abs(a - b)
        if 0 <= c.numbers[i, AGE_APART] < apart or 0 <= c.numbers[j, AGE_APART] < apart:
            return False
    return True


@njit(cache=True, nogil=True, forceinline=True)
def may_meet(c: Any, rules: Any, i: Any, j: Any) -> Any:
    """Every hard constraint between two people except their room. The same both ways."""
    if i == j:
        return False
    helps, other_helps = c.numbers[i, SUPPORTER] > 0, c.numbers[j, SUPPORTER] > 0
    acute, other_acute = c.numbers[i, ACUTE] > 0, c.numbers[j, ACUTE] > 0
    if (acute and (other_acute or not other_helps)) or (other_acute and not helps):
        return False
    if rules.mentor and helps == other_helps:
        return False
    common = False
    for word in range(1, 1 + c.words[0]):
        if c.bits[i, word] & c.bits[j, word]:
            common = True
    ways = np.int64(c.numbers[i, WAYS]) & np.int64(c.numbers[j, WAYS])
    if not common or ways == 0 or not ages_fit(c, i, j) or shared_minutes(c, i, j) < rules.minutes:
        return False
    if c.numbers[i, IN_PERSON] > 0 or c.numbers[j, IN_PERSON] > 0 or ways == 1:
        km = kilometres(c, i, j)
        if ways & 1 == 0 or km < 0 or km > c.numbers[i, REACH] or km > c.numbers[j, REACH]:
            return False
    return accepts(c, i, j) and accepts(c, j, i) and not kept_apart(c, i, j)


@njit(cache=True, nogil=True, forceinline=True)
def common_items(c: Any, kind: Any, i: Any, j: Any, weighted: Any) -> Any:
    """Of two sorted lists, how many items they have in common, or (weighted) the sum of what those tell."""
    a, end = c.spans[i, kind], c.spans[i, kind + 1]
    b, other_end = c.spans[j, kind], c.spans[j, kind + 1]
    both = 0.0
    while a < end and b < other_end:
        if c.items[a] == c.items[b]:
            both += c.idf[c.items[a]] if weighted else 1.0
            a += 1
            b += 1
        elif c.items[a] < c.items[b]:
            a += 1
        else:
            b += 1
    return both


@njit(cache=True, nogil=True, forceinline=True)
def overlap(c: Any, kind: Any, i: Any, j: Any) -> Any:
    """The share of what i named, weighted by rarity, that j named too; −1 when i named nothing."""
    total = c.numbers[i, TOTALS + kind // 2]
    return min(1.0, common_items(c, kind, i, j, True) / total) if total > 0 else -1.0


@njit(cache=True, nogil=True, forceinline=True)
def alike(c: Any, i: Any, j: Any) -> Any:
    """How alike two texts are, 0 to 1; −1 unless both wrote one."""
    dot, mine, theirs = 0.0, 0.0, 0.0
    for n in range(c.text.shape[1]):
        dot += c.text[i, n] * c.text[j, n]
        mine += abs(c.text[i, n])
        theirs += abs(c.text[j, n])
    return min(1.0, max(0.0, dot)) if mine > 0 and theirs > 0 else -1.0


@njit(cache=True, nogil=True, forceinline=True)
def stage_fit(c: Any, rules: Any, i: Any, j: Any) -> Any:
    """How the stages fit; −1 when either is unknown. For a helper and a seeker it counts who is ahead."""
    a, b = c.numbers[i, STAGE], c.numbers[j, STAGE]
    if a < 0 or b < 0:
        return -1.0
    if not rules.mentor:
        return max(0.0, 1.0 - abs(a - b) / max(1, rules.last_stage))
    ahead = a - b if c.numbers[i, SUPPORTER] > 0 else b - a
    if ahead == 1:
        return 1.0
    if ahead == 0:
        return 0.8
    return 0.5 if ahead == 2 else 0.2


@njit(cache=True, nogil=True, forceinline=True)
def common_contacts(c: Any, i: Any, j: Any) -> Any:
    """Of the one with fewer contacts, the share that the other knows as well. Zero without contacts."""
    mine = c.spans[i, CONTACTS + 1] - c.spans[i, CONTACTS]
    theirs = c.spans[j, CONTACTS + 1] - c.spans[j, CONTACTS]
    fewest = min(mine, theirs)
    return common_items(c, CONTACTS, i, j, False) / fewest if fewest > 0 else 0.0


@njit(cache=True, nogil=True, forceinline=True)
def utility(c: Any, rules: Any, i: Any, j: Any, parts: Any) -> Any:
    """u(i→j) in [0, 1]. Fills `parts` (8,) with the contribution of each feature; they sum to the result.

    A feature that cannot be told for i and j (nothing named, no stage, no place, or nobody wants to meet in person)
    is left out, and the weights of the others are scaled up, so that an empty field costs its owner nothing.
    """
    parts[0] = overlap(c, EXPERIENCES, i, j)
    if c.text.shape[1] > 0:
        words = alike(c, i, j)
        if words >= 0:
            parts[0] = words if parts[0] < 0 else 0.5 * (parts[0] + words)
    asked, met = 0.0, 0.0
    for n in range(5):
        asked += c.numbers[i, NEED + n]
        met += min(c.numbers[i, NEED + n], c.numbers[j, GIVE + n])
    parts[1] = met / asked if asked > 0 else -1.0
    least = 240 * min(bits(c.bits[i, 0]), bits(c.bits[j, 0]))
    parts[2] = shared_minutes(c, i, j) / least if least > 0 else 0.0
    parts[3] = -1.0
    if c.numbers[i, IN_PERSON] > 0 or c.numbers[j, IN_PERSON] > 0:
        km = kilometres(c, i, j)
        if km >= 0:
            parts[3] = math.exp(-km / c.numbers[i, SCALE])
    parts[4] = overlap(c, INTERESTS, i, j)
    parts[5] = stage_fit(c, rules, i, j)
    parts[6] = c.numbers[j, RESPONSE]
    parts[7] = 1.0 - common_contacts(c, i, j)
    known, total = 0.0, 0.0
    for n in range(8):
        if parts[n] >= 0:
            known += rules.weights[n]
    for n in range(8):
        parts[n] = rules.weights[n] * parts[n] / known if parts[n] >= 0 and known > 0 else 0.0
        total += parts[n]
    return min(1.0, total)


@njit(cache=True, nogil=True, forceinline=True)
def score(c: Any, rules: Any, i: Any, j: Any, parts: Any) -> Any:
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


@njit(cache=True, nogil=True)
def common_slots(c: Any, i: Any, j: Any) -> Any:
    """The slots of the grid of i in which j is free for an hour or more."""
    ahead = np.int64(c.numbers[i, OFFSET]) - np.int64(c.numbers[j, OFFSET])
    whole = ahead // 240
    rest = ahead - whole * 240
    found = np.uint64(0)
    if 240 - rest >= 60:
        found |= turned(c.bits[j, 0], whole)
    if rest >= 60:
        found |= turned(c.bits[j, 0], whole + 1)
    return found & c.bits[i, 0]


@njit(cache=True, nogil=True)
def grounds(c: Any, rules: Any, readers: Any, others: Any) -> Any:
    """For each pair, what every feature adds to u(reader→other), (n, 8), and the slots of the reader's grid in common."""
    parts = np.zeros((len(readers), 8))
    slots = np.zeros(len(readers), dtype=np.uint64)
    for n in range(len(readers)):
        utility(c, rules, readers[n], others[n], parts[n])
        slots[n] = common_slots(c, readers[n], others[n])
    return parts, slots
