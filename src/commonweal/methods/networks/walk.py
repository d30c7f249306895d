"""Random-walk controversy (Garimella, De Francisci Morales, Gionis, Mathioudakis 2018), solved instead of simulated.

A walk starts at a random person of one side and ends at the first of the best-connected people of either side. With
P_AB = Pr[started in A | ended in B], both starts being equally likely, RWC = P_XX P_YY − P_XY P_YX: 1 when walks never
cross, 0 when the end tells nothing of the start. The chance h(n) of ending on Y's side is harmonic: at everybody who is
not an end it is the mean over the neighbours. That linear system is symmetric and positive definite, so conjugate
gradients give the exact answer that simulated walks approach.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from .echo import Grouped, how_many
from .network import Floats, Network
from .signal import Level, Null, Signal, between, hidden

#: Ends per side: one person in a hundred, at least ten, at most half of the side.
ENDS_SHARE, ENDS_LEAST = 0.01, 10
PERMUTATIONS = 99
ROUNDS, TOLERANCE = 400, 1e-4
WEEKS_RUNNING, RED = 3, 0.5
WORDS = "How rarely a walk along ties crosses between the two largest groups (random-walk controversy, 0 to 1)"
ACTION = "Open a facilitated opinion map."


def controversy(
    grouped: Grouped, *, above_before: Sequence[bool] = (), permutations: int = PERMUTATIONS, seed: int = 0
) -> Signal:
    """Fires when above 95% of its null three weeks running; `above_before` says so of the weeks before this one.

    Without any week before, this week alone decides. Of more than two groups the two largest count. The interval is
    of the persons who start (ends held fixed).
    """
    refusal = grouped.refusal()
    network, group = grouped.network, grouped.group
    if not refusal:
        sizes = np.bincount(group, minlength=grouped.groups)
        first, second = np.sort(np.argsort(-sizes, kind="stable")[:2])
        inside = (group == first) | (group == second)
        network, side = network.among(inside), (group[inside] == second)
        if min(side.sum(), (~side).sum()) < 4 or network.ties == 0:
            refusal = "the second largest group is too small for walks"
    if refusal:
        return hidden("controversy", "echo", WORDS, ACTION, grouped.network.nodes, "people", refusal)
    degree = network.sent() + network.received()
    found = _crossing(network, degree, side)
    if found is None:
        return hidden("controversy", "echo", WORDS, ACTION, network.nodes, "people", "no walk can start or end")
    value, half, n = found
    rng = np.random.default_rng(seed)
    count = min(permutations, max(9, how_many(60 * network.ties, permutations) if network.ties < 500_000 else 9))
    shuffled = (rng.permutation(side) for _ in range(count))
    with ThreadPoolExecutor(2) as pool:  # the loops release the interpreter's lock
        drawn = list(pool.map(lambda one: _crossing(network, degree, one, 1e-2), shuffled))
    null = Null.of(np.array([one[0] for one in drawn if one is not None]))
    z = null.z(value) if null else None
    above = null is not None and value > max(null.high, null.mean + 1.645 * null.spread)
    weeks = [*above_before, above][-WEEKS_RUNNING:]
    level: Level = "none"
    if above and (not above_before or (len(weeks) == WEEKS_RUNNING and all(weeks))):
        level = "red" if value > RED else "amber"
    interval, details = between(value, half, -1, 1), {"above_null": above}
    return Signal("controversy", "echo", interval, n, "people", level, WORDS, ACTION, null, z, "", details)


def _ends(degree: Floats, side: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The best-connected of each side; ties in degree go to whoever comes first."""
    fixed = np.zeros(len(side), bool)
    for mine in (side, ~side):
        people = np.flatnonzero(mine & (degree > 0))
        count = min(max(ENDS_LEAST, int(np.ceil(ENDS_SHARE * len(people)))), len(people) // 2)
        fixed[people[np.argsort(-degree[people], kind="stable")[:count]]] = True
    return fixed


def _crossing(
    network: Network, degree: Floats, side: NDArray[np.bool_], tolerance: float = TOLERANCE
) -> tuple[float, float, int] | None:
    """RWC, half its interval, and how many people start."""
    from .kernels import reachable

    fixed = _ends(degree, side)
    back, source, _ = network.reverse
    free = reachable(network.start, network.target, back, source, fixed) & ~fixed
    if not (free & side).any() or not (free & ~side).any() or not (fixed & side).any() or not (fixed & ~side).any():
        return None
    ends = _chance_of(network, degree, fixed & side, free, tolerance)
    x, y = ends[free & ~side], ends[free & side]
    a, b = float(x.mean()), float(y.mean())  # ending in Y from X, and from Y
    if a + b <= 1e-12 or a + b >= 2 - 1e-12:
        return None
    yy, xx = b / (a + b), (1 - a) / (2 - a - b)
    value = xx * yy - (1 - xx) * (1 - yy)  # equals xx + yy − 1
    by_a = -b / (a + b) ** 2 - (1 - b) / (2 - a - b) ** 2
    by_b = a / (a + b) ** 2 + (1 - a) / (2 - a - b) ** 2
    spread = (by_a**2 * x.var() / len(x) + by_b**2 * y.var() / len(y)) ** 0.5
    return value, 1.96 * float(spread), len(x) + len(y)


def _chance_of(
    network: Network, degree: Floats, ones: NDArray[np.bool_], free: NDArray[np.bool_], tolerance: float
) -> Floats:
    """Solve D h − W h = W 1_ones over the free nodes (conjugate gradients, scaled by degree)."""
    from .kernels import neighbours

    back, source, back_weight = network.reverse
    rows = (network.start, network.target, network.weight, back, source, back_weight)
    right, product = np.zeros(network.nodes), np.zeros(network.nodes)
    neighbours(*rows, ones.astype(np.float32), free, right)
    scale = np.where(free, 1 / np.maximum(degree, 1e-300), 0.0)
    h, residual = np.zeros(network.nodes), right.copy()
    z = residual * scale
    direction, rho = z.copy(), float(residual @ z)
    goal = tolerance**2 * max(float(right @ (right * scale)), 1e-300)
    for _ in range(ROUNDS):
        if rho <= goal:
            break
        # Looked up in single precision: half the memory to jump about in, and far finer than the goal.
        neighbours(*rows, direction.astype(np.float32), free, product)
        moved = degree * direction - product
        step = rho / float(direction @ moved)
        h += step * direction
        residual -= step * moved
        np.multiply(residual, scale, out=z)
        rho, before = float(residual @ z), rho
        direction *= rho / before
        direction += z
    return np.clip(h, 0, 1)
