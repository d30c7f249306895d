"""What a community may change about matching: weights, thresholds, limits. Frozen, so that a round can be repeated."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

from ..errors import BadInput

#: The three ways of forming pairs or groups. (The exchange of asks and offers is `matching.exchange`.)
MODES = ("buddy", "mentor", "circle")

#: The features of the directional utility, in the order of every array of contributions.
FEATURES = (
    "experience",
    "needs",
    "availability",
    "distance",
    "interests",
    "stage",
    "responsiveness",
    "bridging",
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each feature counts in u(i→j). Not negative; scaled so that they sum to one."""

    experience: float = 0.25
    needs: float = 0.20
    availability: float = 0.12
    distance: float = 0.12
    interests: float = 0.10
    stage: float = 0.10
    responsiveness: float = 0.06
    bridging: float = 0.05

    def __post_init__(self) -> None:
        values = [getattr(self, one.name) for one in fields(self)]
        if any(not math.isfinite(value) or value < 0 for value in values) or sum(values) <= 0:
            raise BadInput("weights must be numbers of at least 0, and one of them above 0")

    def as_tuple(self) -> tuple[float, ...]:
        """The weights in the order of `FEATURES`, summing to one."""
        values = [float(getattr(self, name)) for name in FEATURES]
        return tuple(value / sum(values) for value in values)


@dataclass(frozen=True, slots=True)
class Settings:
    """One community's rules for a round. The defaults are those of the design; every number can be defended or changed.

    threshold, relax, floor: propose a pair only if its score is at least `threshold`, less `relax` for each round that
    either has waited, never under `floor`. load_cost: μ, what a full helper's score loses. minutes: shared free time a
    week. candidates: kept for each person; examined: looked at for each person in a big pool (a pool not larger than
    that is looked at whole). town_km, country_km: λ, the distance at which nearness counts 1/e. stages: how many stages
    a road has. first_after: rounds of waiting after which a person comes first. multiplier_most: where γ
    stops. score_loss: how much lower than
    plain greedy's the mean score of a round may be; beyond, priorities are flattened (whoever waited long stays first).
    """

    weights: Weights = field(default_factory=Weights)
    threshold: float = 0.35
    relax: float = 0.02
    floor: float = 0.25
    load_cost: float = 0.05
    minutes: int = 60
    candidates: int = 50
    examined: int = 400
    most_open: int = 2
    most_a_week: int = 3
    town_km: float = 5.0
    country_km: float = 30.0
    stages: int = 5
    first_after: int = 3
    coverage_least: float = 0.8
    multiplier_step: float = 1.15
    multiplier_most: float = 8.0
    score_loss: float = 0.04
    circle_least: int = 5
    circle_most: int = 8
    circle_slots: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.threshold <= 1 or self.relax < 0:
            raise BadInput("the thresholds must satisfy 0 ≤ floor ≤ threshold ≤ 1, and relax must not be negative")
        if not 2 <= self.circle_least <= self.circle_most:
            raise BadInput("a circle needs at least two people, and its largest size must not be under its least")
        if min(self.candidates, self.examined, self.minutes, self.stages, self.town_km, self.country_km) <= 0:
            raise BadInput("candidates, examined, minutes, stages and the distances must be above 0")
        if self.load_cost < 0 or self.multiplier_step < 1 or self.multiplier_most < 1:
            raise BadInput("load_cost must not be negative, and the multipliers must be at least 1")

    def rounds_until_floor(self) -> int:
        """After how many rounds of waiting the threshold stands at its floor, and a human looks."""
        if self.relax == 0:
            return self.first_after
        return math.ceil((self.threshold - self.floor) / self.relax - 1e-9)
