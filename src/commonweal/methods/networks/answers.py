"""Exclusion and herding in what people answered: newcomers, groups, opinions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..errors import BadInput
from ..results import Estimate
from . import chance
from .participation import _numbers, wilson
from .signal import Level, Null, Signal, hidden, too_few_members

HOURS, AMBER, RED = 48.0, 0.2, 0.4
GROUP_LEAST, PARITY, PARITY_RED = 20, 0.8, 0.6
UNANIMOUS, UNANIMOUS_RED, DISSENT = 0.3, 0.15, 10
HERDED, HERDED_RED = 0.3, 0.6
REPLICATES = 999


def newcomers_unanswered(
    waited: ArrayLike,
    answered_after: ArrayLike,
    *,
    hours: float = HOURS,
    others: tuple[int, int] | None = None,
    seed: int = 0,
) -> Signal:
    """Share of newcomers' first topics without another author's reply after 48 hours.

    `waited`: hours since each first topic; `answered_after`: hours until somebody else replied (NaN: not yet). Topics
    younger than 48 hours and still unanswered are not counted: their time is not up. `others` (how many topics members who
    are not new opened, and how many of them went unanswered) gives what chance would: newcomers' topics being any topics.
    """
    words, action = f"Newcomers without an answer after {hours:g} hours", "Put them in the greeters' queue at 12 hours."
    age = _numbers(waited)
    reply = np.asarray(answered_after, dtype=np.float64)
    if len(age) != len(reply) or (age < 0).any() or (reply < 0).any():
        raise BadInput("each first topic has an age and a time of reply, both 0 or more")
    due = age >= hours
    n = int(due.sum())
    if n == 0:
        return hidden("unanswered", "exclusion", words, action, 0, "newcomers", "nobody's time is up yet")
    in_time = reply[due] <= hours  # False where there is no reply
    value = wilson(int(n - in_time.sum()), n)
    level: Level = "red" if value.estimate > RED else "amber" if value.estimate > AMBER else "none"
    replies = reply[due & (reply <= hours)]
    details = {"median_reply_hours": float(np.median(replies)) if len(replies) else None}
    null = None
    if others is not None:
        if not 0 <= others[1] <= others[0]:
            raise BadInput("of the others' topics, between none and all went unanswered")
        null = chance.of_newcomers(int(n - in_time.sum()), n, others, seed)
    z = null.z(value.estimate) if null else None
    return Signal("unanswered", "exclusion", value, n, "newcomers", level, words, action, null, z, details=details)


def parity(reached: ArrayLike, of: ArrayLike, *, members: int, permutations: int = 499, seed: int = 0) -> Signal:
    """Lowest over highest rate between groups: of `of` people or topics per group, `reached` were answered (or came).

    Groups under 20 are left out. The interval is that of the ratio of two rates (Katz 1978, half a case added where a
    rate is 0 or 1), widened for having looked for the extremes among all pairs (Šidák).
    """
    words, action = "Lowest over highest rate between groups (1 all alike)", "Reach out; raise γ in matching."
    yes, n = _numbers(reached), _numbers(of)
    if len(yes) != len(n) or (yes < 0).any() or (yes > n).any():
        raise BadInput("of each group, between none and all were reached")
    kept = n >= GROUP_LEAST
    yes, n = yes[kept], n[kept]
    why = too_few_members(members) or ("" if len(n) > 1 else f"fewer than two groups have {GROUP_LEAST} people")
    if not why and yes.sum() == 0:
        why = "nobody in any group was reached"
    if why:
        return hidden("parity", "exclusion", words, action, int(n.sum()), "people", why)
    rate = yes / n
    low, high = int(np.argmin(rate)), int(np.argmax(rate))
    value = float(rate[low] / rate[high])
    interval = Estimate(value, *_ratio(yes[low], n[low], yes[high], n[high], len(n) * (len(n) - 1) // 2))
    rng = np.random.default_rng(seed)
    dealt = rng.multivariate_hypergeometric(n.astype(np.int64), int(yes.sum()), permutations) / n
    null = Null.of(dealt.min(axis=1) / dealt.max(axis=1))
    level: Level = "none"
    if value < PARITY and interval.high is not None and interval.high < 1:
        level = "red" if value < PARITY_RED else "amber"
    z = null.z(value) if null else None
    total = int(n.sum())
    return Signal("parity", "exclusion", interval, total, "people", level, words, action, null, z)


def _ratio(a: float, n: float, b: float, m: float, pairs: int) -> tuple[float, float]:
    from scipy.stats import norm

    z = float(norm.ppf(1 - (1 - 0.95 ** (1 / max(1, pairs))) / 2))
    extreme = 0.5 if min(a, b) == 0 or (a == n and b == m) else 0.0
    a, b, n, m = a + extreme, b + extreme, n + extreme, m + extreme
    spread = max(0.0, 1 / a - 1 / n + 1 / b - 1 / m) ** 0.5
    middle = float(np.log(a / n) - np.log(b / m))
    return float(np.exp(middle - z * spread)), float(np.exp(middle + z * spread))


def opinion_entropy(votes: ArrayLike, *, dissenting_comments: int, seed: int = 0) -> Signal:
    """−Σ p ln p / ln K over K options (votes per option). Fires below .3 with fewer than ten dissenting comments. Chance:
    as many answers drawn evenly from all options."""
    words = "Variety of opinions (0 all the same, 1 evenly spread)"
    action = "Hold an anonymous round of objections."
    count = _numbers(votes)
    if len(count) < 2 or (count < 0).any() or (count != np.rint(count)).any() or dissenting_comments < 0:
        raise BadInput("opinions need at least two options, each with a whole number of votes")
    n = int(count.sum())
    if n == 0:
        return hidden("opinion_entropy", "herding", words, action, 0, "answers", "nobody has answered")
    value = float(_entropy(count[None, :] / n)[0])
    drawn = np.random.default_rng(seed).multinomial(n, count / n, REPLICATES) / n
    low, high = np.quantile(_entropy(drawn), (0.025, 0.975))
    level: Level = "none"
    if value < UNANIMOUS and dissenting_comments < DISSENT:
        level = "red" if value < UNANIMOUS_RED else "amber"
    interval = Estimate(value, float(min(low, value)), float(max(high, value)))
    null = chance.of_entropy(n, len(count), _entropy, seed)
    z = null.z(value) if null else None
    return Signal("opinion_entropy", "herding", interval, n, "answers", level, words, action, null, z)


def _entropy(p: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    logs = np.log(np.where(p > 0, p, 1.0))
    return np.asarray(np.maximum(-(p * logs).sum(axis=1), 0) / np.log(p.shape[1]))


def independence(sealed: ArrayLike, opened: ArrayLike, *, seed: int = 0) -> Signal:
    """1 − Var(open)/Var(sealed): how much answers drew together once others' were seen. Fires above .3.

    One entry per person who answered both times. `details` has the shift to the first plurality: the change in the share
    of those who give the answer that led while answers were sealed. Chance: each person's two answers swapped at random.
    """
    words = "How much answers drew together after others' were seen (0 not at all, 1 entirely)"
    action = "Lengthen the sealed phase."
    before, after = _numbers(sealed), _numbers(opened)
    if len(before) != len(after):
        raise BadInput("each person has a sealed and an open answer")
    n = len(before)
    if n < 10 or np.ptp(before) < 1e-12:
        why = "fewer than 10 people answered both times" if n < 10 else "all sealed answers were the same already"
        return hidden("independence", "herding", words, action, n, "people", why)
    value = 1 - float(after.var() / before.var())
    draw = np.random.default_rng(seed).integers(0, n, (REPLICATES, n)) if n <= 5_000 else None
    interval = Estimate(value, *_shrinkage_interval(before, after, draw))
    kinds, counts = np.unique(before, return_counts=True)
    leader = kinds[np.argmax(counts)]
    shift = float(np.mean(after == leader) - np.mean(before == leader))
    null = chance.by_swapping(before, after, seed)
    herded = value > HERDED and (null is None or value > null.high)
    level: Level = "none" if not herded else "red" if value > HERDED_RED else "amber"
    details = {"shift_to_first_plurality": shift}
    z = null.z(value) if null else None
    return Signal("independence", "herding", interval, n, "people", level, words, action, null, z, details=details)


def _shrinkage_interval(
    before: np.ndarray[tuple[int], np.dtype[np.float64]],
    after: np.ndarray[tuple[int], np.dtype[np.float64]],
    draw: np.ndarray[tuple[int, int], np.dtype[np.int64]] | None,
) -> tuple[float, float]:
    """By drawing persons again; for thousands of persons by the influence function, which is the same there."""
    ratio = float(after.var() / before.var())
    if draw is not None:
        first, then = before[draw].var(axis=1), after[draw].var(axis=1)
        kept = first > 1e-12
        low, high = np.quantile(1 - then[kept] / first[kept], (0.025, 0.975))
        return float(min(low, 1 - ratio)), float(max(high, 1 - ratio))
    influence = ((after - after.mean()) ** 2 - ratio * (before - before.mean()) ** 2) / before.var()
    half = 1.96 * float(influence.std(ddof=1)) / len(before) ** 0.5
    return 1 - ratio - half, 1 - ratio + half


def history_of(weeks: Sequence[Signal]) -> list[float]:
    """The values of earlier weeks, as the other functions take them."""
    return [week.value.estimate for week in weeks if week.value is not None]
