"""One round: who is proposed to whom. State in, proposals and the next state out; nothing is kept in between.

A daily job gives everybody who opted in to a mode; an hourly one does the same for mentors. The same input gives the
same proposals, so a job that died can be run again. What became of a proposal comes back as the next round's input:
`open_proposals`, `proposals_this_week`, `load`, `waited` of each `Person`, and the pairs in `met`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from ..progress import Progress, unheard
from ..results import Table
from . import buddies, circles, mentors
from .buddies import Pairs
from .circles import Group
from .fairness import FEWEST_SHOWN, RoundState, coverage_ratio, next_state, priorities
from .people import Lists, People
from .settings import MODES, Settings
from .shards import WHOLE, shards

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoundInput:
    """What a round needs. mode: "buddy", "mentor" or "circle". neighbours: for each row of people, rows that text
    vectors found alike, to be looked at as well. most_in_a_shard: above it, the round is cut into shards."""

    people: People
    mode: str = "buddy"
    state: RoundState = field(default_factory=RoundState)
    settings: Settings = field(default_factory=Settings)
    neighbours: Lists | None = None
    most_in_a_shard: int = WHOLE


@dataclass(frozen=True, slots=True)
class Proposal:
    """People who might meet: two ids (seeker first, for mentors), or five to eight for a circle.

    score: how well they fit, 0 to 1; a circle's is the mean of its pairs. For stewards and tests, never for the two.
    key: the same for the same people and mode, so that writing it twice can be refused.
    """

    mode: str
    people: tuple[int, ...]
    score: float
    hours: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        ids = self.people if self.mode == "mentor" else sorted(self.people)
        return f"{self.mode}:{'-'.join(map(str, ids))}"


@dataclass(frozen=True, slots=True)
class Round:
    """What a round found. waiting: ids with room who got nothing. for_a_human: those of them whose threshold already
    stands at its floor. eligible, covered: rows of people. state: for the next round."""

    mode: str
    people: People
    pairs: Pairs
    groups: tuple[Group, ...]
    eligible: NDArray[np.bool_]
    covered: NDArray[np.bool_]
    waiting: Ints
    for_a_human: Ints
    state: RoundState

    @property
    def proposals(self) -> list[Proposal]:
        ids = self.people.ids
        if self.mode == "circle":
            return [Proposal("circle", tuple(ids[list(g.rows)].tolist()), g.score, g.hours) for g in self.groups]
        both = zip(ids[self.pairs.first].tolist(), ids[self.pairs.second].tolist(), strict=True)
        return [Proposal(self.mode, pair, score) for pair, score in zip(both, self.pairs.scores.tolist(), strict=True)]

    @property
    def sentence(self) -> str:
        n, got = int(self.eligible.sum()), int((self.eligible & self.covered).sum())
        made = len(self.groups) if self.mode == "circle" else len(self.pairs.first)
        what = {"buddy": "pairs", "mentor": "introductions to a supporter", "circle": "circles"}[self.mode]
        if not n:
            return "Nobody with room for a proposal took part in this round."
        look = (
            f" {len(self.for_a_human)} have waited so long that a person should look." if len(self.for_a_human) else ""
        )
        return f"{made} {what} for {got} of {n} people who looked ({got / n:.0%}).{look}"

    def tables(self) -> list[Table]:
        """Coverage by audited group, with n. A group of fewer than ten people is not shown."""
        who = np.repeat(np.arange(len(self.people)), np.diff(self.people.groups.start))
        rows: list[tuple[object, ...]] = []
        everybody, all_got = int(self.eligible.sum()), int((self.eligible & self.covered).sum())
        rows.append(("everybody", everybody, all_got / everybody if everybody else None, None))
        for n, name in enumerate(self.people.group_names):
            members = np.unique(who[self.people.groups.items == n])
            members = members[self.eligible[members]]
            if len(members) >= FEWEST_SHOWN:
                ratio = coverage_ratio(self.state.counts, name)
                rows.append((name, len(members), float(self.covered[members].mean()), ratio))
        columns = ("group", "n", "got a proposal", "coverage ratio, recent rounds")
        return [Table("Who got a proposal in this round", columns, tuple(rows))]


def propose(round_input: RoundInput, progress: Progress = unheard) -> Round:
    """Run one round. Raises BadInput for an unknown mode.

    Everybody in `people` with room takes part (for mentors: supporters help, the others seek). No proposal breaks a hard
    constraint, no person gets more than their room, and nobody gets a circle and a second circle in one round.
    """
    people, mode, settings = round_input.people, round_input.mode, round_input.settings
    if mode not in MODES:
        raise BadInput(f"there is no kind of round called {mode}; the kinds are {', '.join(MODES)}")
    theta = priorities(people, round_input.state.multipliers)
    room = people.room.astype(np.int64)
    parts = shards(people, round_input.most_in_a_shard)
    everybody = np.arange(len(people), dtype=np.int64)
    pairs, groups, made = Pairs.none(), [], np.zeros(len(people), dtype=np.int64)
    for n, rows in enumerate(parts + ([everybody] if len(parts) > 1 else [])):
        left = room - made
        if n == len(parts):
            rows = rows[_still_looking(people, mode, left, made)]
        if mode == "circle":
            more = circles.form_circles(people, rows, theta, left, settings, round_input.neighbours)
            groups += more
            np.add.at(made, np.array([row for group in more for row in group.rows], dtype=np.int64), 1)
        else:
            pair = mentors.pair_mentors if mode == "mentor" else buddies.pair_buddies
            some = pair(people, rows, theta, left, settings, round_input.neighbours)
            pairs = pairs.and_then(some)
            np.add.at(made, some.first, 1)
            np.add.at(made, some.second, 1)
        progress((n + 1) / (len(parts) + 1))
    progress(1.0)
    return _result(round_input, pairs, tuple(groups), made > 0)


def _still_looking(people: People, mode: str, left: Ints, made: Ints) -> NDArray[np.bool_]:
    """Whom the shards left over: who got nothing, and helpers with room."""
    helps = people.columns.supporter if mode == "mentor" else np.zeros(len(people), dtype=bool)
    return np.asarray((left > 0) & ((made == 0) | helps))


def _result(given: RoundInput, pairs: Pairs, groups: tuple[Group, ...], covered: NDArray[np.bool_]) -> Round:
    people, settings = given.people, given.settings
    eligible = people.room > 0
    if given.mode == "mentor":
        eligible = eligible & ~people.columns.supporter
    waiting = eligible & ~covered
    stuck = waiting & (people.waited >= settings.rounds_until_floor())
    order = np.lexsort((pairs.second, pairs.first))
    return Round(
        mode=given.mode,
        people=people,
        pairs=pairs.keep(order),
        groups=groups,
        eligible=eligible,
        covered=covered,
        waiting=people.ids[waiting],
        for_a_human=people.ids[stuck],
        state=next_state(given.state, people, eligible, covered, settings),
    )
