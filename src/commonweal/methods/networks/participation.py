"""Exclusion and overload: who takes part, who is answered back, and whether helping falls on a few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .. import figures
from ..errors import BadInput
from ..figures import gini_of_array
from ..results import Estimate
from . import chance
from .network import Floats, Network
from .signal import Level, Null, Signal, between, hidden, usual

GINI_RISE, TOP_SHARE = 0.05, 0.5
FALL, FALL_RED = 0.25, 0.5
WEEKS_AT_CAP = 2


def gini_of(amounts: ArrayLike) -> float:
    """2Σ i x₍ᵢ₎/(n Σx) − (n + 1)/n. 0 when all are equal; raises `BadInput` without anybody or below 0."""
    return gini_of_array(_amounts(amounts))


def gini(
    amounts: ArrayLike, *, history: Sequence[float] = (), name: str = "gini", unit: str = "people", seed: int = 0
) -> Signal:
    """Concentration of participation over those in `amounts`; `history` holds the weeks before. Chance: the same number
    of posts dealt to the same people at random."""
    x = np.sort(_amounts(amounts))
    value, before = gini_of(x), usual(history)
    risen = before is not None and value - before >= GINI_RISE
    null = chance.by_dealing(x, gini_of_array, seed)
    top = top_share(x, seed=seed).level != "none"
    level: Level = "red" if risen and top else "amber" if risen or top else "none"
    words = "How unequally people take part (Gini, 0 all alike, 1 one does everything)"
    action = "Rotate roles; slow mode in the busiest rooms."
    interval = between(value, 1.96 * _jackknifed(x), 0, 1) if len(x) > 2 and x.sum() > 0 else Estimate(value)
    z = null.z(value) if null else None
    details = {"before": before}
    return Signal(name, "exclusion", interval, len(x), unit, level, words, action, null, z, details=details)


def _jackknifed(x: Floats) -> float:
    """Standard error of the Gini of sorted `x` by leaving each out in turn, in one pass."""
    n, total = len(x), x.sum()
    rank = np.arange(1, n + 1)
    above = total - np.cumsum(x)
    left = total - x
    weighted = (rank @ x) - rank * x - above
    kept = left > 0
    found = 2 * weighted[kept] / ((n - 1) * left[kept]) - n / (n - 1)
    return float(np.sqrt((n - 1) / n * ((found - found.mean()) ** 2).sum()))


def top_share_of(amounts: ArrayLike, share: float = 0.01) -> float:
    """The part of the whole that the most active `share` (rounded up to a person) did. 0 when nobody did anything."""
    x = np.sort(_amounts(amounts))
    total, count = float(x.sum()), max(1, int(np.ceil(share * len(x) - 1e-9)))
    return float(x[-count:].sum() / total) if total else 0.0


def top_share(amounts: ArrayLike, share: float = 0.01, *, seed: int = 0) -> Signal:
    """The share of the most active 1%, with the interval from its influence function. Chance as for `gini`."""
    x = np.sort(_amounts(amounts))
    value, n = top_share_of(x, share), len(x)
    cut = x[-max(1, int(np.ceil(share * n - 1e-9)))]
    interval = Estimate(value)
    if n > 2 and x.sum() > 0:
        influence = (np.maximum(x - cut, 0) + share * cut - value * x) / x.mean()
        interval = between(value, 1.96 * float(influence.std(ddof=1)) / n**0.5, 0, 1)
    words = f"Share of everything that the most active {100 * share:g}% did"
    action = "Rotate roles; slow mode in the busiest rooms."
    null = chance.by_dealing(x, lambda drawn: top_share_of(drawn, share), seed)
    # Of two people one always has half: it must be more than chance would give.
    level: Level = "amber" if value > TOP_SHARE and (null is None or value > null.high) else "none"
    z = null.z(value) if null else None
    return Signal("top_share", "exclusion", interval, n, "people", level, words, action, null, z)


def reciprocity(network: Network, *, history: Sequence[float] = ()) -> Signal:
    """Share of ties that are returned. Chance: ties that meet by the two people's degrees alone."""
    from .kernels import mutual

    words, action = "Share of ties that are returned", "Send buddy prompts."
    m = network.ties
    if m == 0:
        return hidden("reciprocity", "exclusion", words, action, 0, "ties", "there are no ties")
    back, source, _ = network.reverse
    returned, expected, spread = mutual(network.start, network.target, back, source)
    total = int(returned.sum())
    value = total / m
    # Residuals summed per person over ties sent and received; what two ties of one pair share is counted once.
    sums = 2 * returned - value * (np.diff(network.start) + np.diff(back))
    own = total * (1 - value) ** 2 + (m - total) * value**2
    squares = max(float(sums @ sums) - own - total * (1 - value) ** 2, own)
    sd = (2 * spread) ** 0.5 / m
    by_chance = expected / m
    null = Null(by_chance, max(0.0, by_chance - 1.96 * sd), min(1.0, by_chance + 1.96 * sd), sd)
    before = usual(history)
    level: Level = "none"
    if before and value <= (1 - FALL) * before:
        level = "red" if value <= (1 - FALL_RED) * before else "amber"
    interval = between(value, 1.96 * squares**0.5 / m, 0, 1)
    details = {"before": before}
    return Signal(
        "reciprocity", "exclusion", interval, m, "ties", level, words, action, null, null.z(value), "", details
    )


def displacement(person: ArrayLike, online_hours: ArrayLike, offline_contact: ArrayLike, *, seed: int = 0) -> Signal:
    """Within-person slope of offline contact on online hours: does someone's busier week online go with less contact?

    One entry per person and week. Each person is compared with themselves only; the interval treats a person's weeks as
    dependent (clustered by person). Chance: each person's weeks online in another order. Raises `BadInput` on lengths that
    differ or numbers that are none.
    """
    words = "Change in offline contact that goes with one more hour online, within the same person"
    action = "Show “go offline” prompts."
    who, x, y = np.asarray(person), _numbers(online_hours), _numbers(offline_contact)
    if not len(who) == len(x) == len(y):
        raise BadInput("persons, hours and contacts must be equally many")
    _, code, count = np.unique(who, return_inverse=True, return_counts=True)
    n = len(count)
    if n:
        x = x - (np.bincount(code, weights=x) / count)[code]
        y = y - (np.bincount(code, weights=y) / count)[code]
    squares = float(x @ x)
    moving = int(np.count_nonzero(np.bincount(code, weights=x * x, minlength=n) > 1e-12))
    if moving < 10:
        why = "fewer than 10 people have weeks that differ in hours online"
        return hidden("displacement", "displacement", words, action, moving, "people", why)
    slope = float(x @ y) / squares
    from scipy.stats import t

    scores = np.bincount(code, weights=x * (y - slope * x))
    error = float(np.sqrt(scores @ scores * moving / (moving - 1))) / squares
    interval = between(slope, float(t.ppf(0.975, moving - 1)) * error)
    level: Level = "amber" if interval.high is not None and interval.high < 0 else "none"
    null = chance.by_shuffling_weeks(code, x, y, seed)
    z = null.z(slope) if null else None
    return Signal("displacement", "displacement", interval, moving, "people", level, words, action, null, z)


def overload(load: ArrayLike, cap: ArrayLike, *, reached_before: Sequence[bool] = (), seed: int = 0) -> Signal:
    """Share of supporters who carry as much as they may. Fires when it is half or more two weeks running. Chance: the same
    requests dealt to the same supporters at random, whatever their caps."""
    carried, may = _amounts(load), _amounts(cap)
    if len(carried) != len(may):
        raise BadInput("each supporter has a load and a cap")
    full = int(np.count_nonzero(carried >= may))
    n = len(carried)
    value = full / n
    reached = value >= 0.5
    weeks = [*reached_before, reached]
    running = 0
    for week in reversed(weeks):
        if not week:
            break
        running += 1
    level: Level = "red" if running > WEEKS_AT_CAP else "amber" if running == WEEKS_AT_CAP else "none"
    words = "Share of supporters who carry as much as they agreed to"
    action = "Recruit supporters, and close intake honestly until there are some."
    details = {"reached": reached, "load_gini": gini_of(carried), "use": _use(carried, may)}
    some = may[: chance.ENOUGH]
    null = chance.by_dealing(carried, lambda drawn: float(np.mean(drawn >= some)), seed)
    z = null.z(value) if null else None
    return Signal(
        "overload", "overload", wilson(full, n), n, "supporters", level, words, action, null, z, details=details
    )


def _use(carried: Floats, may: Floats) -> float | None:
    return float(carried.sum() / may.sum()) if may.sum() > 0 else None


def wilson(successes: int, n: int, z: float = 1.96) -> Estimate:
    """A share with Wilson's interval (1927). Raises `BadInput` when n is 0."""
    if n <= 0:
        raise BadInput("a share of nobody is not a number")
    return Estimate(successes / n, *figures.wilson(successes, n, z))


def _numbers(values: ArrayLike) -> Floats:
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInput("every value must be a number") from None
    if found.ndim != 1 or not np.isfinite(found).all():
        raise BadInput("every value must be a number")
    return found


def _amounts(values: ArrayLike) -> Floats:
    found = _numbers(values)
    if len(found) == 0:
        raise BadInput("nobody is there to count; at least one person is needed")
    if (found < 0).any():
        raise BadInput("amounts are 0 or more")
    return found
