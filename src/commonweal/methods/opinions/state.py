"""What one map hands to the next, so that a living map does not jump about."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from .clustering import WINS_NEEDED


@dataclass(frozen=True)
class Smoothing:
    """The number of groups shown, the number that would replace it, and how often in a row that one has won."""

    k: int
    rival: int = 0
    wins: int = 0

    def after(self, best: int) -> Smoothing:
        """One more count in which `best` groups fitted best. Four wins in a row change what is shown."""
        if best == self.k:
            return Smoothing(self.k)
        wins = self.wins + 1 if best == self.rival else 1
        return Smoothing(best) if wins >= WINS_NEEDED else Smoothing(self.k, best, wins)


@dataclass(frozen=True)
class State:
    """Pass the last map's state to the next call. Keeps who is in, where the axes point and which group is which."""

    smoothing: Smoothing
    members: frozenset[Hashable] = frozenset()
    axes: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    groups: dict[Hashable, int] = field(default_factory=dict)

    def start(self, statements: tuple[Hashable, ...]) -> np.ndarray:
        """The former axes on today's statements (2 × statements); new statements start at zero."""
        return np.array([self.axes.get(one, (0.0, 0.0)) for one in statements], dtype=float).reshape(-1, 2).T
