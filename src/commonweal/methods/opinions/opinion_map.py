"""The whole method in one call: who stands where, in which group, what each group says, and what all share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Table
from . import clustering
from .projection import Projection, project
from .representativeness import Representative, Shared, consensus, representative
from .state import Smoothing, State
from .votes import Votes

if TYPE_CHECKING:
    from .stability import Clarity

FEWEST_VOTES, FEWEST_PEOPLE, SMALLEST_SHOWN = 7, 15, 5


@dataclass(frozen=True)
class OpinionMap:
    """A map of opinions. `votes` and everything per person cover the people who are in, in this order.

    `labels`: the group of each person from 0, largest first. `clarity` says whether the groups mean anything; it is None
    where the map was asked for without it, and `clear` is then not known to be true.
    """

    votes: Votes
    projection: Projection
    grouping: clustering.Grouping
    representative: tuple[tuple[Representative, ...], ...]
    consensus: tuple[Shared, ...]
    clarity: Clarity | None
    state: State
    people_in_all: int

    @property
    def k(self) -> int:
        return self.grouping.k

    @property
    def labels(self) -> np.ndarray:
        return self.grouping.labels

    @property
    def positions(self) -> np.ndarray:
        return self.projection.positions

    @property
    def silhouette(self) -> float:
        return self.grouping.silhouettes.get(self.k, 0.0)

    @property
    def clear(self) -> bool:
        """Whether the groups stand out from what the same answers without any pattern would give."""
        return self.clarity is not None and self.clarity.clear

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        return tuple(int(n) for n in np.bincount(self.labels, minlength=self.k))

    def members(self, group: int) -> tuple[Hashable, ...]:
        """Who is in a group; nobody's name where the group has fewer than five people."""
        if self.sizes[group] < SMALLEST_SHOWN:
            return ()
        return tuple(self.votes.people[row] for row in np.flatnonzero(self.labels == group))

    @property
    def sentence(self) -> str:
        from .words import in_one_sentence

        return in_one_sentence(self)

    def tables(self, texts: dict[Hashable, str] | None = None) -> list[Table]:
        from .words import tables

        return tables(self, texts or {})

    def picture(self, texts: dict[Hashable, str] | None = None) -> str:
        from .picture import draw

        return draw(self, texts or {})


def opinion_map(
    votes: Votes,
    *,
    k: int | None = None,
    zero_moderated: bool = True,
    previous: State | None = None,
    clarity: bool = True,
    seed: int = 0,
    progress: Progress = unheard,
) -> OpinionMap:
    """Maps the people who answered enough (`who_is_in`). See docs/methods/opinions.md for each step and its source.

    `k` (2 to 20) fixes the number of groups; `previous` is the last map's `state`; `clarity=False` saves the comparison
    with shuffled answers. Raises BadInput where nobody answered anything.
    """
    if k is not None and not 2 <= k <= 20:
        raise BadInput("the number of groups is between 2 and 20")
    rows = who_is_in(votes, previous.members if previous else frozenset())
    if not len(rows):
        raise BadInput("nobody has answered any statement; an opinion map needs answers")
    taken = votes.only(rows)
    progress(0.05)
    start = previous.start(votes.statements) if previous else None
    projection = project(taken, zero_moderated, start, seed)
    progress(0.3)
    smoothing: list[Smoothing] = []

    def decide(best: int) -> int:
        smoothing.append(previous.smoothing.after(best) if previous and previous.smoothing.k > 1 else Smoothing(best))
        return smoothing[-1].k

    grouping = clustering.choose(projection.positions, k, decide, seed)
    grouping = _keeping_names(grouping, taken, previous)
    progress(0.6)
    state = _state(taken, projection, grouping, smoothing[-1] if smoothing else Smoothing(grouping.k))
    judged: Clarity | None = None
    if clarity:
        from .stability import clarity_of

        judged = clarity_of(taken, grouping, projection, zero_moderated, seed, lambda part: progress(0.6 + 0.4 * part))
    progress(1)
    return OpinionMap(
        taken,
        projection,
        grouping,
        representative(taken, grouping.labels),
        consensus(taken, grouping.labels),
        judged,
        state,
        len(votes.people),
    )


def who_is_in(votes: Votes, members: frozenset[Hashable] = frozenset()) -> np.ndarray:
    """Rows of the people to be grouped: at least min(7, statements) answers, or in before; if under fifteen qualify,
    the most active of the others make up the number."""
    cast = votes.cast
    inside = cast >= max(1, min(FEWEST_VOTES, len(votes.statements)))
    if members:
        inside |= np.fromiter((one in members for one in votes.people), dtype=bool, count=len(cast)) & (cast > 0)
    short = FEWEST_PEOPLE - int(inside.sum())
    if short > 0:
        waiting = np.flatnonzero(~inside & (cast > 0))
        inside[waiting[np.argsort(-cast[waiting], kind="stable")][:short]] = True
    return np.flatnonzero(inside)


def _keeping_names(grouping: clustering.Grouping, votes: Votes, previous: State | None) -> clustering.Grouping:
    """Groups keep the number they had, where the number of groups is the same as before."""
    if previous is None or previous.smoothing.k != grouping.k:
        return grouping
    known = np.array([previous.groups.get(one, -1) for one in votes.people])
    was = (known >= 0) & (known < grouping.k)
    if not was.any():
        return grouping
    shared = np.zeros((grouping.k, grouping.k))
    np.add.at(shared, (grouping.labels[was], known[was]), 1)
    rows, columns = clustering.linear_sum_assignment(-shared)
    renumber = columns[np.argsort(rows)]
    return clustering.Grouping(
        grouping.k,
        renumber[grouping.labels],
        grouping.centres[np.argsort(renumber)],
        grouping.silhouettes,
        grouping.agreement,
    )


def _state(votes: Votes, projection: Projection, grouping: clustering.Grouping, smoothing: Smoothing) -> State:
    axes = zip(*projection.components.tolist(), strict=True)
    return State(
        smoothing,
        frozenset(votes.people),
        {one: (float(x), float(y)) for one, (x, y) in zip(votes.statements, axes, strict=True)},
        dict(zip(votes.people, grouping.labels.tolist(), strict=True)),
    )
