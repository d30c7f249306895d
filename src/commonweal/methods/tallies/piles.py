"""Ballots in piles, one pile per option: what every count by transfer moves about.

A pile holds parcels; a parcel is an array of ballot numbers that are all worth the same. Worth is a whole number of
units, so that a transfer at 0.12345 of a vote is 12,345 units of a hundred-thousandth each, and nothing is rounded that
the rules do not cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from .profile import NONE, Ranked

Parcels = dict[int, list[NDArray[np.int64]]]


class Piles:
    """The ballots of a count, by the option each one now counts for; `held` is each option's votes in units."""

    def __init__(self, ballots: Ranked, unit: int = 1) -> None:
        self.ballots, self.unit = ballots, unit
        size = len(ballots.options)
        self.continuing = np.ones(size + 1, bool)
        self.continuing[NONE] = False  # the last place answers for NONE
        self.held = [0] * size
        self.exhausted = 0
        self._parcels: list[Parcels] = [{} for _ in range(size)]
        self._deal(unit, np.flatnonzero(ballots.order[:, 0] != NONE))
        self.total = sum(self.held)

    def standing(self) -> list[int]:
        """The options still in the count, by number."""
        return [int(option) for option in np.flatnonzero(self.continuing[:-1])]

    def leave(self, options: Iterable[int]) -> None:
        """These options receive nothing from here on (they are elected or put out)."""
        for option in options:
            self.continuing[option] = False

    def move(self, option: int, worth: Callable[[int], int], keep: int = 0) -> None:
        """Pass every ballot of `option` on, each at `worth(its worth before)` units; the option keeps `keep` units.

        What finds no further choice, and what cutting decimals loses, goes to `exhausted`: no unit disappears.
        """
        given, self.held[option] = self.held[option] - keep, keep
        before = sum(self.held)
        parcels, self._parcels[option] = self._parcels[option], {}
        for value, ballots in parcels.items():
            if (new := worth(value)) > 0:
                for part in ballots:
                    self._deal(new, part)
        self.exhausted += given - (sum(self.held) - before)

    def _deal(self, value: int, ballots: NDArray[np.int64]) -> None:
        """Lay ballots of one value on the piles of their next continuing choice."""
        order, weight = self.ballots.order, self.ballots.weight
        rows = order[ballots]
        open_ranks = self.continuing[rows]
        place = open_ranks.argmax(axis=1)
        each = np.arange(len(rows))
        choice = np.where(open_ranks[each, place], rows[each, place], NONE) if len(rows) else np.zeros(0, np.int16)
        by_choice = np.argsort(choice, kind="stable")
        ends = np.searchsorted(choice[by_choice], np.arange(len(self.held) + 1))
        for option in range(len(self.held)):
            part = ballots[by_choice[ends[option] : ends[option + 1]]]
            if len(part):
                self.held[option] += value * int(weight[part].sum())
                self._parcels[option].setdefault(value, []).append(part)
