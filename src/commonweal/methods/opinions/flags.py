"""People whose answers carry no opinion: the same button every time. Flagged for a steward, never removed by itself."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from .votes import Votes

FEWEST = 10
RARE = 1e-3


@dataclass(frozen=True)
class StraightLine:
    """Someone who gave `answers` answers, all of them `answer` (1 agree, 0 pass, −1 disagree).

    `chance` is how likely that is by the answers others gave to the same statements: a person who agrees with what
    everyone agrees with is not flagged.
    """

    person: Hashable
    answer: int
    answers: int
    chance: float


def straight_lines(votes: Votes, fewest: int = FEWEST, rare: float = RARE) -> tuple[StraightLine, ...]:
    """Everyone with at least `fewest` answers, all the same, that would happen with a chance under `rare`.

    The chance is the product over the statements answered of the smoothed share of others who answered so.
    """
    matrix = votes.matrix
    agrees, disagrees, seen = votes.counts()
    counts = {1: agrees, -1: disagrees, 0: seen - agrees - disagrees}
    cast = votes.cast
    rows = np.repeat(np.arange(len(cast)), cast)
    found = []
    for answer, given in counts.items():
        same = np.bincount(rows[matrix.data == answer], minlength=len(cast))
        # The person's own answer is left out of the share it is held against.
        log_share = np.log(given.clip(1)) - np.log(seen + 1)
        for row in np.flatnonzero((cast >= fewest) & (same == cast)):
            columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            chance = float(np.exp(log_share[columns].sum()))
            if chance < rare:
                found.append(StraightLine(votes.people[row], answer, int(cast[row]), chance))
    return tuple(sorted(found, key=lambda one: one.chance))
