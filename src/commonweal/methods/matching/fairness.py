"""Who comes first when there is not enough for all: priorities, multipliers for groups left behind, and who has waited.

Weighting by isolation alone lowered the coverage of a language minority in trials, so a group that falls behind is
lifted by a multiplier: the dual variable of the constraint "coverage at least 0.8 of everybody's", moved by small steps
(the usual sub-gradient ascent, with a decay so that nobody stays lifted without a reason).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .people import People
from .settings import Settings

Floats = NDArray[np.float64]
#: Added to a pair's value for each end that has waited long: above what any two pairs without one can weigh.
FIRST = 128.0
#: How much of the earlier rounds' counts still weighs in a group's coverage.
MEMORY = 0.8
#: A table names a group only if this many people are in it.
FEWEST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class GroupCount:
    """People of a group who could have got a proposal, and who did; earlier rounds weigh less."""

    eligible: float = 0.0
    covered: float = 0.0


@dataclass(frozen=True, slots=True)
class RoundState:
    """What one round hands to the next. Keep one for each community and mode; the first round starts from `()`.

    multipliers: γ for each audited group, at least 1. counts: for each group, and "" for everybody.
    """

    number: int = 0
    multipliers: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, GroupCount] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """For keeping between rounds; `from_json` reads it back."""
        return {
            "number": self.number,
            "multipliers": dict(self.multipliers),
            "counts": {name: [one.eligible, one.covered] for name, one in self.counts.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> RoundState:
        multipliers, counts = kept.get("multipliers", {}), kept.get("counts", {})
        if not isinstance(multipliers, Mapping) or not isinstance(counts, Mapping):
            raise BadInput("the state of a round must hold multipliers and counts by group")
        return cls(
            int(str(kept.get("number", 0))),
            {str(name): float(value) for name, value in multipliers.items()},
            {str(name): GroupCount(float(pair[0]), float(pair[1])) for name, pair in counts.items()},
        )


def priorities(people: People, multipliers: Mapping[str, float]) -> Floats:
    """θ = min(4, 1 + 0.5·rounds waited + 1.5/(1 + confirmed ties) + 0.5·urgency) · γ of the group most left behind."""
    own = 1 + 0.5 * people.waited + 1.5 / (1.0 + people.ties) + 0.5 * people.urgency.astype(np.float64)
    return np.asarray(np.minimum(4.0, own) * largest_multiplier(people, multipliers))


def largest_multiplier(people: People, multipliers: Mapping[str, float]) -> Floats:
    """γ for each person: the largest of their groups', 1 without any."""
    lift = np.array([multipliers.get(name, 1.0) for name in people.group_names], dtype=np.float64)
    found = np.ones(len(people))
    if len(people.groups.items):
        who = np.repeat(np.arange(len(people)), np.diff(people.groups.start))
        np.maximum.at(found, who, lift[people.groups.items])
    return found


def waited_long(people: People, settings: Settings, mode: str) -> NDArray[np.bool_]:
    """Who comes before everybody else. A helper of a mentor round gives time and does not wait for any."""
    late = people.waited >= settings.first_after
    return np.asarray(late & ~people.columns.supporter if mode == "mentor" else late)


def pair_values(
    people: People,
    theta: Floats,
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    scores: Floats,
    settings: Settings,
    mode: str,
) -> Floats:
    """s·(θ_i + θ_j)/2 − μ(load_i/cap_i + load_j/cap_j), and `FIRST` for each end that has waited long.

    The addition makes those people a tier of their own: no sum of other pairs is worth leaving one of them out.
    """
    first, second = ends
    load = settings.load_cost * people.load / np.maximum(1, people.capacity)
    value = scores * (theta[first] + theta[second]) / 2 - load[first] - load[second]
    tier = FIRST * waited_long(people, settings, mode)
    return np.asarray(np.where(value > 0, value + tier[first] + tier[second], value))


def next_state(
    state: RoundState, people: People, eligible: NDArray[np.bool_], covered: NDArray[np.bool_], settings: Settings
) -> RoundState:
    """Count who was covered and move the multipliers: up by 1.15 where coverage is under 0.8 of everybody's, else
    back towards 1 by the same factor."""
    counts = {"": _added(state.counts.get("", GroupCount()), eligible.sum(), (eligible & covered).sum())}
    who = np.repeat(np.arange(len(people)), np.diff(people.groups.start))
    size = len(people.group_names)
    all_in = np.bincount(people.groups.items[eligible[who]], minlength=size)
    got = np.bincount(people.groups.items[(eligible & covered)[who]], minlength=size)
    for name in set(state.counts) - {"", *people.group_names}:
        counts[name] = state.counts[name]
    for n, name in enumerate(people.group_names):
        counts[name] = _added(state.counts.get(name, GroupCount()), all_in[n], got[n])
    multipliers = {}
    for name in sorted(set(state.multipliers) | set(people.group_names)):
        before = state.multipliers.get(name, 1.0)
        ratio = coverage_ratio(counts, name)
        if ratio is not None and ratio < settings.coverage_least:
            multipliers[name] = min(settings.multiplier_most, before * settings.multiplier_step)
        else:
            multipliers[name] = 1 + (before - 1) / settings.multiplier_step
    return RoundState(state.number + 1, multipliers, counts)


def coverage_ratio(counts: Mapping[str, GroupCount], name: str) -> float | None:
    """A group's coverage divided by everybody's; None when nobody was eligible or nobody was covered."""
    everybody, group = counts.get("", GroupCount()), counts.get(name, GroupCount())
    if everybody.covered <= 0 or group.eligible <= 0:
        return None
    return (group.covered / group.eligible) / (everybody.covered / everybody.eligible)


def _added(before: GroupCount, eligible: int, covered: int) -> GroupCount:
    return GroupCount(before.eligible * MEMORY + float(eligible), before.covered * MEMORY + float(covered))
