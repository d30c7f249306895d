"""Acting together: thresholds (Granovetter 1978) lowered by identity, injustice and efficacy; campaigns that flare up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .people import People

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Attention multiplies by a lognormal factor with this mean, and halves faster with every week of age.
GROWTH, GROWTH_SPREAD, FADE = 3.0, 0.4, 0.35
#: What identity, injustice and efficacy (each 0 to 1) take off the share that must act before one acts oneself.
PULL = (0.35, 0.35, 0.30)
THRESHOLD, THRESHOLD_SPREAD = 0.75, 0.12


@dataclass(frozen=True)
class Campaign:
    """`started` (week); per week since then: `attention` (people who heard of it that week) and `joined` (all so far)."""

    started: int
    attention: tuple[float, ...]
    joined: tuple[int, ...]


def thresholds(rng: np.random.Generator, people: People, empowerment: Floats) -> Floats:
    """The share of others that must act before each acts: from below 0 (acts first) to above 1 (never)."""
    efficacy = 1 / (1 + np.exp(-empowerment))
    pull = PULL[0] * people.identity + PULL[1] * people.injustice + PULL[2] * efficacy
    return THRESHOLD - pull + rng.normal(0, THRESHOLD_SPREAD, len(people))


def cascade(threshold: Floats) -> int:
    """How many act in the end when everybody sees everybody: the first k (from 0) that draws in no more than k.

    `threshold` is the share of all that must act before one does. Granovetter (1978): thresholds 0, 1, …, 99 of 100
    people make all act; with 2 in the place of 1, one acts.
    """
    n = len(threshold)
    if n == 0:
        raise BadInput("a cascade needs at least one person")
    drawn_in = np.searchsorted(np.sort(threshold), np.arange(n + 1) / n + 1e-12, side="right")
    return int(np.argmax(drawn_in <= np.arange(n + 1)))


class Running:
    """A campaign while it runs: who has heard, who has joined."""

    def __init__(self, rng: np.random.Generator, threshold: Floats, week: int) -> None:
        n = len(threshold)
        self.threshold, self.week, self.age = threshold, week, 0
        self.heard: Bools = np.zeros(n, bool)
        self.joined: Bools = np.zeros(n, bool)
        self.attention = [max(3.0, 0.01 * n)]
        self.members: list[int] = []
        self._hear(rng)

    def step(self, rng: np.random.Generator) -> None:
        """A week later: attention multiplies, and fades with age."""
        self.age += 1
        factor = GROWTH * rng.lognormal(-(GROWTH_SPREAD**2) / 2, GROWTH_SPREAD) * FADE ** max(0, self.age - 1)
        self.attention.append(self.attention[-1] * factor)
        self._hear(rng)

    def _hear(self, rng: np.random.Generator) -> None:
        n = len(self.heard)
        self.heard |= rng.random(n) < -np.expm1(-self.attention[-1] / n)
        heard = np.flatnonzero(self.heard)
        if len(heard):
            joined = cascade(self.threshold[heard])  # each looks at those who have heard of it
            first = heard[np.argsort(self.threshold[heard], kind="stable")[:joined]]
            self.joined[first] = True
        self.members.append(int(self.joined.sum()))

    def result(self) -> Campaign:
        return Campaign(self.week, tuple(self.attention), tuple(self.members))
