"""One-round counts: plurality, approval, score, quadratic. Sums of whole numbers, the highest win.

Plurality is for two options; with more it is counted all the same, and the words say when nobody has a majority.
Score has two means: over everybody who answered anything (an option left blank counts 0), or over those who scored the
option; which one decides is declared beforehand (`over`). Quadratic: Σ v² of a ballot may not exceed the credits; a
ballot that spends more is void.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ..errors import BadInput
from ..results import Table
from .profile import NONE, Ranked, Scored, scored
from .results import Number, Round, Tally, in_figures, listed
from .ties import Breaker


def plurality(ballots: Ranked | Scored, seats: int = 1, breaker: Breaker | None = None) -> Tally:
    """One vote each: the first choice of a ranked ballot, or the only option marked. Marking several is no vote."""
    if isinstance(ballots, Ranked):
        first = ballots.order[:, 0]
        votes = [int(ballots.weight[first == option].sum()) for option in range(len(ballots.options))]
        spoiled, valid = ballots.spoiled, ballots.valid
    else:
        marks = (ballots.scores > 0).sum(axis=1)
        one = marks == 1
        votes = _weighted((ballots.scores > 0)[one], ballots.weight[one])
        valid, spoiled = int(ballots.weight[one].sum()), int(ballots.weight[~one].sum())
    return _one_round("plurality", ballots, votes, seats, breaker, valid, spoiled, "votes")


def approval(ballots: Ranked | Scored, seats: int = 1, breaker: Breaker | None = None) -> Tally:
    """Everybody approves any number of options; most approvals win."""
    marks = approvals(ballots)
    votes = _weighted(marks.scores, marks.weight)
    if not any(votes):
        raise BadInput("nobody approves of anything, so there is nothing to count")
    return _one_round("approval", ballots, votes, seats, breaker, int(marks.weight.sum()), 0, "approvals")


def approvals(ballots: Ranked | Scored) -> Scored:
    """Any ballots as approvals: all that is named on a ranked ballot, or all that is scored above 0.

    On ballots that rank every option with ties (as PrefLib keeps approvals), the best rank is what is approved; a ballot
    that ranks all of them equal says nothing and approves of nothing.
    """
    if isinstance(ballots, Scored):
        return Scored(
            ballots.options, (ballots.scores > 0).astype(np.int64), ballots.given, ballots.weight, ballots.blank
        )
    size = len(ballots.options)
    if ballots.tiers is not None:
        complete = bool((ballots.tiers < size).all())
        marks = ballots.tiers < size
        if complete:
            marks = (ballots.tiers == 0) & (ballots.tiers != 0).any(axis=1, keepdims=True)
    else:
        marks = np.zeros((len(ballots.order), size + 1), bool)
        np.put_along_axis(marks, np.where(ballots.order == NONE, size, ballots.order).astype(np.int64), True, axis=1)
        marks = marks[:, :size]
    return scored(ballots.options, marks.astype(np.int64), ballots.weight, blank=ballots.blank)


def score(
    ballots: Ranked | Scored,
    seats: int = 1,
    breaker: Breaker | None = None,
    *,
    over: Literal["all", "scorers"] = "all",
    highest: int | None = None,
) -> Tally:
    """The highest mean wins, over all ballots or over those who scored the option. Both are in the table.

    `highest` is the top of the scale; a score outside 0…highest is refused. Raises BadInput for ranked ballots.
    """
    marks = _columns(ballots, "score")
    if marks.scores.size and int(marks.scores.min()) < 0:
        raise BadInput("a score below 0; scores start at 0")
    if highest is not None and marks.scores.size and int(marks.scores.max()) > highest:
        raise BadInput(f"a score above {highest}, which is the top of the scale")
    people = int(marks.weight.sum())
    sums, scorers = _weighted(marks.scores, marks.weight), _weighted(marks.given, marks.weight)
    if not people:
        raise BadInput("nobody scored anything, so there is nothing to count")
    mean_all = [Fraction(total, people) for total in sums]
    mean_scorers = [Fraction(total, n) if n else Fraction(0) for total, n in zip(sums, scorers, strict=True)]
    deciding: Sequence[Number] = mean_all if over == "all" else mean_scorers
    rows = zip(marks.options, sums, scorers, mean_all, mean_scorers, strict=True)
    table = Table(
        "Scores",
        ("option", "sum", "scored by", "mean over all", "mean over those who scored it"),
        tuple((name, total, n, in_figures(a), in_figures(b) if n else None) for name, total, n, a, b in rows),
    )
    unit = f"on average over {'all ballots' if over == 'all' else 'those who scored it'}"
    more = {"over": over, "sums": dict(zip(marks.options, sums, strict=True))}
    return _one_round("score", marks, deciding, seats, breaker, people, 0, unit, more, (table,))


def quadratic(
    ballots: Ranked | Scored, seats: int = 1, breaker: Breaker | None = None, *, credits_each: int = 100
) -> Tally:
    """Votes cost their square: a ballot may spend Σ v² ≤ `credits_each`; votes may be against (below 0)."""
    marks = _columns(ballots, "quadratic")
    if marks.scores.size and int(np.abs(marks.scores).max()) > 10**6:
        raise BadInput("a ballot casts more than a million votes on one option")
    fits = (marks.scores**2).sum(axis=1) <= credits_each
    votes = _weighted(marks.scores[fits], marks.weight[fits])
    valid, spoiled = int(marks.weight[fits].sum()), int(marks.weight[~fits].sum())
    more = {"credits": credits_each}
    return _one_round("quadratic", marks, votes, seats, breaker, valid, spoiled, "votes", more)


def _columns(ballots: Ranked | Scored, method: str) -> Scored:
    if isinstance(ballots, Ranked):
        raise BadInput(f"the {method} count needs a column per option with a number in it, not columns choice_1, …")
    return ballots


def _weighted(marks: Any, weight: Any) -> list[int]:
    """Column sums times people, as Python's whole numbers (64 bits could overflow on extreme files)."""
    high, low = np.asarray(weight) >> 20, np.asarray(weight) & 0xFFFFF
    columns = np.asarray(marks).astype(np.int64)
    return [int(a) * (1 << 20) + int(b) for a, b in zip(high @ columns, low @ columns, strict=True)]


def _one_round(
    method: str,
    ballots: Ranked | Scored,
    votes: Sequence[Number],
    seats: int,
    breaker: Breaker | None,
    valid: int,
    spoiled: int,
    unit: str,
    more: dict[str, Any] | None = None,
    tables: tuple[Table, ...] = (),
) -> Tally:
    if seats < 1:
        raise BadInput(f"{seats} winners cannot be named; at least one is needed")
    if not valid:
        raise BadInput("there is no valid ballot, so there is nothing to count")
    breaker = breaker or Breaker(ballot_root=ballots.ballot_root)
    tally: dict[str, Number] = dict(zip(ballots.options, votes, strict=True))
    order = breaker.rank(tally, min(seats, len(tally)))
    winners = tuple(order[:seats])
    first = listed([f"{name} ({in_figures(tally[name])})" for name in winners])
    next_one = order[len(winners)] if len(order) > len(winners) else None
    said = f"{first} {'has' if len(winners) == 1 else 'have'} the most {unit}"
    said += f"; next is {next_one} ({in_figures(tally[next_one])})." if next_one else "."
    if method == "plurality" and len(tally) > 2 and len(winners) == 1 and 2 * tally[winners[0]] <= valid:
        said += " That is no majority: with more than two options a ranked or approval ballot says more."
    return Tally(
        method=method,
        options=ballots.options,
        winners=winners,
        order=tuple(order),
        rounds=(Round(1, tally, said, winners),),
        valid=valid,
        blank=ballots.blank,
        spoiled=spoiled,
        ties=tuple(breaker.record),
        more=more or {},
        extra_tables=tables,
    )
