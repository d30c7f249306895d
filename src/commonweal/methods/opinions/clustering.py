"""Groups on the map: up to a hundred base clusters, then two to five groups of them, with the best mean silhouette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

BASES, MOST_GROUPS, WINS_NEEDED = 100, 5, 4
#: How many base clusterings vote on each person's group: one of them alone draws a soft border by chance. Where the first
#: few agree so well the border is not soft, and no more are needed.
FEW_RUNS, RUNS, RUNS_OF_MANY, MANY, AGREED = 4, 16, 8, 10_000, 0.98
#: Starts of each k-means that decides how many groups there are: too few, and k would depend on the seed.
STARTS = 50


@dataclass(frozen=True)
class Grouping:
    """`labels`: a group from 0 for each person, the largest group first. `centres`: groups × 2. `silhouettes` by k."""

    k: int
    labels: np.ndarray
    centres: np.ndarray
    silhouettes: dict[int, float]
    agreement: float


def choose(
    positions: np.ndarray, k: int | None = None, decide: Callable[[int], int] | None = None, seed: int = 0
) -> Grouping:
    """Groups of people by their positions (people × 2).

    `k` fixes the number. Otherwise the best mean silhouette decides, passed through `decide` where a state is carried
    along (see `state.Smoothing`). One person, or everyone at one place, is one group.
    """
    _, base, weights = base_clusters(positions, None)
    tried = {
        n: silhouette(base, group(base, weights, n, seed, STARTS)[0]) for n in range(2, most_groups(len(base)) + 1)
    }
    wanted = k
    if wanted is None:
        best = max(tried, key=lambda n: (tried[n], -n), default=1)
        wanted = best if decide is None else decide(best)
    wanted = min(wanted, len(base))
    if wanted > 1 and wanted not in tried:
        tried[wanted] = silhouette(base, group(base, weights, wanted, seed, STARTS)[0])
    labels, agreement = _by_vote(positions, wanted, seed)
    return _ordered(positions, labels, tried, agreement)


def most_groups(bases: int) -> int:
    """min(5, 2 + ⌊bases / 12⌋), and never more than there are places."""
    return min(MOST_GROUPS, 2 + bases // 12, bases)


def base_clusters(positions: np.ndarray, seed: int | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(cluster of each person, centres, people in each): at most a hundred, by k-means.

    Started from the first hundred distinct positions, as published (`seed` None), or spread at random by distance.
    """
    distinct = np.unique(np.round(positions, 9), axis=0, return_index=True)[1]
    if seed is None or len(distinct) <= BASES:
        centres = positions[np.sort(distinct)[:BASES]]
    else:
        centres = _spread(positions, np.ones(len(positions)), BASES, np.random.default_rng(seed))
    labels = np.zeros(len(positions), dtype=np.int64)
    for _ in range(15):
        before, labels = labels, cKDTree(centres).query(positions)[1]
        if np.array_equal(before, labels):
            break
        centres, labels = _means(positions, labels)
    return labels, centres, np.bincount(labels, minlength=len(centres)).astype(float)


def _means(positions: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the clusters that still have people, and the labels renumbered to them."""
    _, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels)
    sums = [np.bincount(labels, weights=positions[:, axis]) for axis in range(positions.shape[1])]
    return np.column_stack(sums) / sizes[:, None], labels


def _spread(points: np.ndarray, weights: np.ndarray, k: int, chance: np.random.Generator) -> np.ndarray:
    """Starting centres by k-means++ (Arthur & Vassilvitskii 2007): far from each other, at random."""
    chosen = [int(chance.choice(len(points), p=weights / weights.sum()))]
    far = ((points - points[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < k:
        reach = np.cumsum(far * weights)
        drawn = np.searchsorted(reach, chance.random() * reach[-1], side="right")
        chosen.append(min(int(drawn), len(points) - 1))
        far = np.minimum(far, ((points - points[chosen[-1]]) ** 2).sum(axis=1))
    return points[chosen]


def group(
    points: np.ndarray, weights: np.ndarray, k: int, seed: int = 0, starts: int = 12
) -> tuple[np.ndarray, np.ndarray]:
    """Weighted k-means: (labels, centres) with the least spread within groups among `starts` starts."""
    if k <= 1 or len(points) <= 1:
        return np.zeros(len(points), dtype=np.int64), np.average(points, axis=0, weights=weights)[None]
    chance = np.random.default_rng(seed)
    centres = np.stack([_spread(points, weights, k, chance) for _ in range(starts)])
    weighted = weights[:, None] * points
    for _ in range(60):
        near = ((points[None, :, None] - centres[:, None]) ** 2).sum(axis=3)
        member = np.eye(k)[near.argmin(axis=2)]
        sizes = weights @ member
        sums = member.transpose(0, 2, 1) @ weighted
        moved = np.where(sizes[..., None] > 0, sums / np.maximum(sizes, 1e-300)[..., None], centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    near = ((points[None, :, None] - centres[:, None]) ** 2).sum(axis=3)
    best = int((near.min(axis=2) @ weights).argmin())
    return near[best].argmin(axis=1), centres[best]


def silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Mean silhouette (Rousseeuw 1987): −1 to 1; 0 for a single group. A point alone in its group counts as 0."""
    _, labels = np.unique(labels, return_inverse=True)
    k = int(labels.max()) + 1 if len(labels) else 0
    if k < 2:
        return 0.0
    member = np.eye(k)[labels]
    sizes, sums = member.sum(axis=0), cdist(points, points) @ member
    own = sizes[labels]
    inside = sums[np.arange(len(points)), labels] / np.maximum(own - 1, 1)
    outside = np.where(member > 0, np.inf, sums / sizes).min(axis=1)
    wider = np.maximum(inside, outside)
    return float(np.mean(np.where((own > 1) & (wider > 0), (outside - inside) / np.where(wider > 0, wider, 1), 0.0)))


def _by_vote(positions: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, float]:
    """Each person's group by majority of several base clusterings; and how much these agree (mean adjusted Rand)."""
    if k <= 1:
        return np.zeros(len(positions), dtype=np.int64), 1.0
    runs: list[np.ndarray] = []
    likeness = np.ones((0, 0))
    for run in range(RUNS if len(positions) <= MANY else RUNS_OF_MANY):
        member, centres, weights = base_clusters(positions, seed + run)
        runs.append(group(centres, weights, min(k, len(centres)), seed + run)[0][member])
        row = np.array([adjusted_rand(runs[-1], other) for other in runs[:-1]])
        likeness = np.block([[likeness, row[:, None]], [row[None], np.ones((1, 1))]])
        if len(centres) < BASES:
            break  # every base cluster is one place: each run would be the same
        if len(runs) == FEW_RUNS and likeness.min() >= AGREED:
            break
    typical = int(np.argmax(np.sum(likeness, axis=1)))
    ballots = np.zeros((len(positions), k))
    for labels in runs:
        ballots[np.arange(len(positions)), matched(labels, runs[typical], k)] += 1
    ballots[np.arange(len(positions)), runs[typical]] += 0.5
    return ballots.argmax(axis=1), float(np.mean(likeness))


def matched(labels: np.ndarray, reference: np.ndarray, k: int) -> np.ndarray:
    """`labels` renumbered so that they share as many people as possible with `reference`."""
    shared = np.zeros((k, k))
    np.add.at(shared, (labels, reference), 1)
    rows, columns = linear_sum_assignment(-shared)
    return columns[np.argsort(rows)][labels]


def _ordered(positions: np.ndarray, labels: np.ndarray, silhouettes: dict[int, float], agreement: float) -> Grouping:
    """The largest group becomes 0. Equal sizes: the one further left first."""
    _, labels = np.unique(labels, return_inverse=True)
    centres, labels = _means(positions, labels)
    sizes = np.bincount(labels)
    order = sorted(range(len(sizes)), key=lambda n: (-sizes[n], *centres[n]))
    renumber = np.argsort(order)
    return Grouping(len(sizes), renumber[labels], centres[order], silhouettes, agreement)


def adjusted_rand(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted Rand index (Hubert & Arabie 1985): 1 for the same partition, about 0 for chance. 1 where both are trivial."""
    rows = np.unique(one, return_inverse=True)[1]
    columns = np.unique(other, return_inverse=True)[1]
    if len(rows) != len(columns):
        raise ValueError("two partitions of the same people are needed")
    if len(rows) < 2:
        return 1.0
    width = int(columns.max()) + 1
    cells = np.unique(rows.astype(np.int64) * width + columns, return_counts=True)[1]
    together = _pairs(cells)
    by_row, by_column = _pairs(np.bincount(rows)), _pairs(np.bincount(columns))
    expected = by_row * by_column / _pairs(np.array([len(rows)]))
    most = (by_row + by_column) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(sizes: np.ndarray) -> float:
    return float((sizes.astype(float) * (sizes - 1) / 2).sum())
