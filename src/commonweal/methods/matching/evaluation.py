"""How good a matching is, in a world where the truth is known: welfare, who is reached, how long they wait, who is safe.

Rounds are played one after the other: proposals go out, both answer, opened ones take a helper's time for some rounds,
newcomers join. The same world, answers and helpers are given to the baselines.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .baselines import baseline, every_pair, mentor_candidates, optimum
from .buddies import Pairs
from .candidates import Candidates
from .checking import violations
from .fairness import RoundState, pair_values, priorities
from .gather import pair_lists
from .people import Lists, People
from .place import bands, kilometres_between, unit_vectors
from .rounds import RoundInput, propose
from .settings import Settings

if TYPE_CHECKING:
    from ..population.matching import MatchingWorld

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: A helper is busy with one person for so many rounds.
BUSY = 4
#: At most so many proposals are checked one by one by the independent checker.
MOST_CHECKED = 20_000


@dataclass(frozen=True, slots=True)
class OneRound:
    """The first round of a world, by one method. seekers, low: counts; got, low_got: of them with a proposal."""

    seekers: int
    got: int
    low: int
    low_got: int
    mean_score: float
    lasted: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Played:
    """All rounds of a world, by one method. waits: for each seeker who arrived, rounds until an introduction opened
    (those still without one at the end: rounds so far, the same for every method). groups: name to (n, with a proposal).
    coverage: share of those present with a proposal so far, after each round. scores: sum and count of proposals'."""

    waits: Ints
    groups: dict[str, tuple[int, int]]
    coverage: tuple[float, ...]
    violations: int
    lasted: int
    scores: tuple[float, int]


def pairs_by(
    name: str, people: People, state: RoundState, settings: Settings, seed: int, found: Candidates | None = None
) -> tuple[Pairs, RoundState]:
    """Pairs of one mentor round by "ours" or by a baseline."""
    if name == "ours":
        result = propose(RoundInput(people, "mentor", state, settings))
        return result.pairs, result.state
    found = found or mentor_candidates(people, settings)
    return baseline(name, people, found, -people.waited.astype(np.int64), settings, seed), state


def first_round(
    world: MatchingWorld, name: str, settings: Settings, seed: int = 0, found: Candidates | None = None
) -> OneRound:
    """One method on the whole world at once."""
    from ..population.matching import outcomes

    begin = time.perf_counter()
    pairs, _state = pairs_by(name, world.people, RoundState(), settings, seed, found)
    seconds = time.perf_counter() - begin
    seeking = world.seeking & (world.people.room > 0)
    got = np.zeros(len(world.people), dtype=bool)
    got[pairs.first] = True
    low = seeking & world.low_tie
    result = outcomes(world, pairs.first.astype(np.int64), pairs.second.astype(np.int64), seed)
    return OneRound(
        seekers=int(seeking.sum()),
        got=int((seeking & got).sum()),
        low=int(low.sum()),
        low_got=int((low & got).sum()),
        mean_score=float(pairs.scores.mean()) if len(pairs.scores) else 0.0,
        lasted=float(result.lasted.mean()) if len(pairs.scores) else 0.0,
        seconds=seconds,
    )


def welfare_ratio(world: MatchingWorld, settings: Settings, mode: str = "mentor") -> float | None:
    """The objective of one round against the exact optimum over all allowed pairs; None when nobody can be paired."""
    people = world.people
    if mode == "mentor":
        people = replace(people, room=np.where(world.seeking, np.minimum(1, people.room), people.room).astype(np.int32))
    best = optimum(every_pair(people, mode, settings), people.room.astype(np.int64))
    if best <= 0:
        return None
    pairs = propose(RoundInput(people, mode, settings=settings)).pairs
    ends = (pairs.first, pairs.second)
    return float(pair_values(people, priorities(people, {}), ends, pairs.scores, settings, mode).sum()) / best


def play(world: MatchingWorld, name: str, settings: Settings, rounds: int, seed: int = 0) -> Played:
    """Rounds of the mentor mode, one after the other."""
    from ..population.matching import GROUPS, outcomes, with_state

    people, n = world.people, len(world.people)
    helps = people.columns.supporter
    first_at, opened_at = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    served = np.zeros(n, dtype=bool)
    busy_until: list[tuple[int, Ints]] = []
    waited, load, state = np.zeros(n, np.int64), np.zeros(n, np.int64), RoundState()
    met = np.zeros((0, 2), dtype=np.int64)
    wrong, lasted, coverage, total, made = 0, 0, [], 0.0, 0
    for now in range(rounds):
        for until, helpers in busy_until:
            if until == now:
                np.subtract.at(load, helpers, 1)
        here = (world.arrives <= now) & ~served
        room = np.where(here, np.minimum(2, people.capacity - load), 0)
        lately = people.columns.apart if not len(met) else joined(people.columns.apart, met, n)
        current = with_state(people, waited=waited, load=load, room=room, apart=lately)
        pairs, state = pairs_by(name, current, state, settings, seed + now)
        wrong += len(violations(current, sample(pairs, seed), "mentor", settings))
        first, second = pairs.first.astype(np.int64), pairs.second.astype(np.int64)
        result = outcomes(world, first, second, seed + now)
        fresh = first[first_at[first] < 0]
        first_at[fresh] = now
        served[first[result.opened]] = True
        opened_at[first[result.opened]] = now
        lasted += int(result.lasted.sum())
        np.add.at(load, second[result.opened], 1)
        busy_until.append((now + BUSY, second[result.opened]))
        total, made = total + float(pairs.scores.sum()), made + len(first)
        met = np.concatenate([met, np.column_stack([first, second])])
        waited = np.where(here & ~helps, waited + 1, 0)
        waited[first] = 0
        present = (world.arrives <= now) & ~helps
        coverage.append(float((first_at[present] >= 0).mean()) if present.any() else 0.0)
    return _played(world, first_at, opened_at, GROUPS, rounds, tuple(coverage), wrong, lasted, (total, made))


def _played(
    world: MatchingWorld,
    first_at: Ints,
    opened_at: Ints,
    names: tuple[str, ...],
    rounds: int,
    coverage: tuple[float, ...],
    wrong: int,
    lasted: int,
    scores: tuple[float, int],
) -> Played:
    seeking = np.flatnonzero(world.seeking & (world.arrives < rounds))
    waits = np.where(opened_at[seeking] >= 0, opened_at[seeking], rounds) - world.arrives[seeking]
    groups = {"everybody": (len(seeking), int((first_at[seeking] >= 0).sum()))}
    who = np.repeat(np.arange(len(world.people)), np.diff(world.people.groups.start))
    for number, group in enumerate(names):
        members = np.intersect1d(who[world.people.groups.items == number], seeking)
        groups[group] = (len(members), int((first_at[members] >= 0).sum()))
    return Played(waits.astype(np.int64), groups, coverage, wrong, lasted, scores)


def sample(pairs: Pairs, seed: int) -> list[tuple[int, int]]:
    """All pairs, or so many drawn at random that checking them one by one does not take over."""
    rows = np.arange(len(pairs.first))
    if len(rows) > MOST_CHECKED:
        rows = np.random.default_rng(seed).choice(rows, MOST_CHECKED, replace=False)
    return list(zip(pairs.first[rows].tolist(), pairs.second[rows].tolist(), strict=True))


def joined(lists: Lists, pairs: Ints, n: int) -> Lists:
    """Sorted lists with more pairs in them."""
    who = np.repeat(np.arange(n, dtype=np.int64), np.diff(lists.start))
    return pair_lists(np.concatenate([np.column_stack([who, lists.items]), pairs]), n)


def location_attack(
    world: MatchingWorld, anchors: int = 400, most: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean error of the best guess from the bands to many places at once, radius of a cell, of an area; all in km.

    The attacker knows the shown blocks, how many people live in each cell, and the band from each of `anchors` places to
    the target; the guess is the mean of the people who fit all of them. More than any rate limit would allow.
    """
    from ..population.matching import CELL_KM

    rng, people = np.random.default_rng([seed, len(world.people)]), world.people
    place = people.columns.place
    known = np.flatnonzero(place >= 0)
    if not len(known):
        return 0.0, 0.0, 0.0
    shown = unit_vectors(people.shown)
    spots = rng.choice(len(shown), min(anchors, len(shown)), replace=False)
    seen = np.array([bands(kilometres_between(shown, shown[[spot]])) for spot in spots]).T
    _patterns, alike = np.unique(seen, axis=0, return_inverse=True)
    alike = alike.reshape(-1)[place[known]]
    living = unit_vectors(world.cell_centres[world.cell[known]])
    sums = np.column_stack([np.bincount(alike, weights=living[:, axis]) for axis in range(3)])
    guess = sums / np.maximum(1e-12, np.linalg.norm(sums, axis=1, keepdims=True))
    targets = rng.choice(len(known), min(most, len(known)), replace=False)
    error = kilometres_between(guess[alike[targets]], unit_vectors(world.position[known[targets]]))
    return float(error.mean()), CELL_KM, float(world.area_radius[place[known[targets]]].mean())
