"""The evaluation of a simulated world in one object: the figures that the gates name, with intervals over seeds."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from ..pictures import SOFT, Picture, Scale, axis_below, axis_left
from ..progress import Progress, unheard
from ..results import Estimate, Table, finite
from .baselines import NAMES, mentor_candidates
from .checking import violations
from .evaluation import OneRound, Played, first_round, location_attack, pairs_by, play, sample, welfare_ratio
from .fairness import RoundState
from .settings import Settings

#: Up to here every baseline is run on the same people; above, on a world of this size drawn by the same law.
MOST_COMPARED, MOST_PLAYED, MOST_EXACT = 20_000, 5_000, 60
PLAYED = ("ours", "first-come", "greedy")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Worlds of n people with a share of supporters, over some seeds. first: for each method the first rounds, one for
    each seed; played: the same for whole runs. welfare: ratio to the optimum for each seed, empty above 60 people."""

    n: int
    supporters: float
    rounds: int
    seeds: int
    compared: int
    played_n: int
    first: dict[str, list[OneRound]]
    played: dict[str, list[Played]]
    welfare: list[float]
    attack: tuple[float, float, float]
    wrong: int
    seconds: float
    memory_gib: float

    def low_tie_ratio(self) -> Estimate:
        """Share of people with at most one tie who got a proposal in the first round: ours by plain greedy's."""

        def ratio(chosen: Sequence[int]) -> float:
            ours = _share([self.first["ours"][k] for k in chosen])
            greedy = _share([self.first["greedy"][k] for k in chosen])
            return ours / greedy if greedy else float("nan")

        return over_seeds(ratio, self.seeds)

    def score_loss(self) -> Estimate:
        """How much lower the mean score of proposals is than greedy's in the first round, from the same people."""

        def loss(chosen: Sequence[int]) -> float:
            ours, greedy = (_mean([self.first[name][k] for k in chosen]) for name in ("ours", "greedy"))
            return 1 - ours / (greedy or float("nan"))

        return over_seeds(loss, self.seeds)

    def score_loss_all_rounds(self) -> Estimate:
        """The same over all rounds played, in which each method goes its own way."""

        def loss(chosen: Sequence[int]) -> float:
            return 1 - self._mean_score("ours", chosen) / (self._mean_score("greedy", chosen) or float("nan"))

        return over_seeds(loss, self.seeds)

    def _mean_score(self, name: str, chosen: Sequence[int]) -> float:
        total = sum(self.played[name][k].scores[0] for k in chosen)
        return total / max(1, sum(self.played[name][k].scores[1] for k in chosen))

    def wait_ratio(self) -> Estimate:
        """The 90th percentile of rounds until an introduction opened, ours by first-come's."""

        def ratio(chosen: Sequence[int]) -> float:
            ends = [np.concatenate([self.played[name][k].waits for k in chosen]) for name in ("ours", "first-come")]
            return grouped_percentile(ends[0], 0.9) / grouped_percentile(ends[1], 0.9) if len(ends[0]) else 1.0

        return over_seeds(ratio, self.seeds)

    def group_ratios(self) -> dict[str, tuple[int, float]]:
        """For each audited group of ten people or more, n and its coverage by everybody's, over all rounds played."""
        runs = self.played["ours"]
        sums = {name: np.sum([run.groups[name] for run in runs], axis=0) for name in runs[0].groups}
        everybody = sums.pop("everybody")
        overall = everybody[1] / max(1, everybody[0])
        return {name: (int(n), float(got / n / overall)) for name, (n, got) in sums.items() if n >= 10 and overall > 0}

    @property
    def figures(self) -> dict[str, Any]:
        """What the gates name, as JSON holds it."""
        groups = self.group_ratios()
        return {
            "n": self.n,
            "supporters": self.supporters,
            "rounds": self.rounds,
            "seeds": self.seeds,
            "compared_people": self.compared,
            "played_people": self.played_n,
            "violations": self.wrong + sum(run.violations for runs in self.played.values() for run in runs),
            "welfare_vs_optimum": finite(float(np.mean(self.welfare))) if self.welfare else None,
            "welfare_vs_optimum_minimum": finite(min(self.welfare)) if self.welfare else None,
            "low_tie_coverage_ratio": self.low_tie_ratio().as_json(),
            "mean_score_loss": self.score_loss().as_json(),
            "mean_score_loss_all_rounds": self.score_loss_all_rounds().as_json(),
            "group_coverage_ratio": {name: finite(ratio) for name, (_n, ratio) in groups.items()},
            "group_coverage_ratio_minimum": min((ratio for _n, ratio in groups.values()), default=None),
            "p90_wait_ratio": self.wait_ratio().as_json(),
            "location_attack_error_km": finite(self.attack[0]),
            "cell_radius_km": finite(self.attack[1]),
            "area_radius_km": finite(self.attack[2]),
            "seconds": round(self.seconds, 3),
            "peak_memory_gib": round(self.memory_gib, 3),
        }

    @property
    def sentence(self) -> str:
        f, low = self.figures, self.low_tie_ratio()
        welfare = f["welfare_vs_optimum"]
        exact = f" Welfare is {welfare:.1%} of the exact optimum." if welfare is not None else ""
        return (
            f"{self.n:,} people, {self.supporters:.0%} of them supporters, {self.seeds} drawn worlds: {f['violations']} hard "
            f"constraints broken; people with few ties get a proposal {low.in_words()} times as often as by greedy choice; "
            f"one round takes {self.seconds:.2f} s.{exact}"
        )

    def tables(self) -> list[Table]:
        first = tuple(
            (name, _covered(runs), _share(runs), _mean(runs), float(np.mean([one.lasted for one in runs])))
            for name, runs in self.first.items()
        )
        waits = []
        for name, played in self.played.items():
            all_waits = np.concatenate([run.waits for run in played])
            spread: tuple[float | None, float | None]
            spread = (grouped_percentile(all_waits, 0.9), float(all_waits.mean())) if len(all_waits) else (None, None)
            waits.append((name, *spread, sum(run.lasted for run in played)))
        groups = tuple((name, n, ratio) for name, (n, ratio) in self.group_ratios().items())
        columns = ("method", "got a proposal", "of those with few ties", "mean score", "ties that lasted, by proposal")
        return [
            Table(f"The first round ({self.compared:,} people, {self.seeds} worlds)", columns, first),
            Table(
                f"Rounds until an introduction opened ({self.played_n:,} people, {self.rounds} rounds)",
                ("method", "90% are met within", "mean", "ties that lasted"),
                tuple(waits),
            ),
            Table("Coverage of audited groups by everybody's", ("group", "n", "ratio"), groups),
        ]

    def picture(self) -> str:
        """Coverage and waiting times: who has a proposal after each round, and how long until an introduction opened."""
        return draw(self)


def evaluate(
    n: int,
    *,
    supporters: float = 0.2,
    seed: int = 0,
    rounds: int = 8,
    seeds: int | None = None,
    settings: Settings | None = None,
    progress: Progress = unheard,
) -> Evaluation:
    """Draw worlds of n people and measure the mentor rounds in them. Raises BadInput for impossible sizes.

    Above 20,000 people the baselines run in a world of 20,000 by the same law, and whole runs in one of 5,000; speed,
    memory and the check of constraints are always those of n people. Seeds: 20 up to 1,000 people, then 3, then 1.
    """
    from ..population.matching import matching_world

    if not 8 <= n <= 5_000_000 or not 1 <= rounds <= 200 or not 0.01 <= supporters <= 0.99:
        raise BadInput("simulate 8 to 5,000,000 people, 1 to 200 rounds, and a share of supporters from 0.01 to 0.99")
    settings = settings or Settings()
    seeds = seeds or (20 if n <= 1000 else 3 if n <= 20_000 else 1)
    begin_world = matching_world(n, supporters=supporters, seed=seed, rounds=rounds)
    pairs_by("ours", matching_world(500, supporters=supporters).people, RoundState(), settings, seed)  # compile first
    begin = time.perf_counter()
    pairs, _state = pairs_by("ours", begin_world.people, RoundState(), settings, seed)
    seconds, memory = time.perf_counter() - begin, peak_memory_gib()
    wrong = len(violations(begin_world.people, sample(pairs, seed), "mentor", settings))
    attack = location_attack(begin_world, seed=seed)
    del begin_world, pairs
    compared, played_n = min(n, MOST_COMPARED), min(n, MOST_PLAYED)
    first: dict[str, list[OneRound]] = {name: [] for name in ("ours", *NAMES)}
    played: dict[str, list[Played]] = {name: [] for name in PLAYED}
    welfare: list[float] = []
    for k in range(seeds):
        world = matching_world(compared, supporters=supporters, seed=seed + k, rounds=rounds)
        found = mentor_candidates(world.people, settings)
        for name in first:
            first[name].append(first_round(world, name, settings, seed + k, found))
        if n <= MOST_EXACT and (ratio := welfare_ratio(world, settings)) is not None:
            welfare.append(ratio)
        if played_n < compared:
            world = matching_world(played_n, supporters=supporters, seed=seed + k, rounds=rounds)
        for done, name in enumerate(PLAYED):
            played[name].append(play(world, name, settings, rounds, seed + k))
            progress((k + (done + 1) / len(PLAYED)) / seeds)
    return Evaluation(
        n, supporters, rounds, seeds, compared, played_n, first, played, welfare, attack, wrong, seconds, memory
    )


def over_seeds(figure: Callable[[Sequence[int]], float], seeds: int, draws: int = 400) -> Estimate:
    """A figure of all seeds, with the percentile interval of drawing seeds again (none under five of them)."""
    everything = figure(range(seeds))
    if seeds < 5:
        return Estimate(everything)
    rng = np.random.default_rng(seeds)
    again = [figure(rng.integers(0, seeds, seeds).tolist()) for _draw in range(draws)]
    low, high = np.nanpercentile(again, [2.5, 97.5])
    return Estimate(everything, float(low), float(high))


def grouped_percentile(waits: NDArray[np.int64], share: float) -> float:
    """A percentile of waits that are known in whole rounds: a wait of k ended at some moment between k and k + 1, so
    within that round the share grows evenly (the percentile of grouped data)."""
    reached = np.cumsum(np.bincount(waits)) / len(waits)
    k = int(np.searchsorted(reached, share))
    before = reached[k - 1] if k else 0.0
    return float(k + (share - before) / (reached[k] - before))


def peak_memory_gib() -> float:
    """The most this process has held so far. The unit of the system's figure is kilobytes, on macOS bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 30 if sys.platform == "darwin" else 1 << 20)


def _share(runs: Sequence[OneRound]) -> float:
    return sum(one.low_got for one in runs) / max(1, sum(one.low for one in runs))


def _covered(runs: Sequence[OneRound]) -> float:
    return sum(one.got for one in runs) / max(1, sum(one.seekers for one in runs))


def _mean(runs: Sequence[OneRound]) -> float:
    return sum(one.mean_score * one.got for one in runs) / max(1, sum(one.got for one in runs))


def draw(evaluation: Evaluation) -> str:
    """Two panels beside each other, one line for each method: coverage after each round, and who is met by when."""
    rounds = evaluation.rounds
    picture = Picture(
        "Coverage and waiting times",
        f"Left: share of people who looked and have a proposal, after each of {rounds} rounds. Right: share of people "
        "for whom an introduction has opened, by rounds since they came. " + evaluation.sentence,
        width=760,
        height=410,
    )
    share_left, share_right = Scale(0, 1, 290, 50), Scale(0, 1, 290, 50)
    left, right = Scale(1, max(2, rounds), 60, 350), Scale(0, max(1, rounds), 440, 730)
    axis_left(picture, share_left, 60, "Have a proposal")
    axis_below(picture, left, 290, "Round")
    axis_left(picture, share_right, 440, "Introduction opened")
    axis_below(picture, right, 290, "Rounds since they came")
    for kind, (name, runs) in enumerate(evaluation.played.items()):
        coverage = np.mean([run.coverage for run in runs], axis=0)
        waits = np.concatenate([run.waits for run in runs])
        met = [
            float((waits <= after).mean()) if len(waits) and after < rounds else float("nan") for after in range(rounds)
        ]
        for x, y, values, begin in ((left, share_left, coverage, 1), (right, share_right, met, 0)):
            points = [(x(begin + k), y(float(value))) for k, value in enumerate(values) if np.isfinite(value)]
            picture.path(points, SOFT, 1.5, dash="" if name == "ours" else "4 3")
            for point in points:
                picture.mark(point, kind)
    picture.legend(list(evaluation.played), (60, 350))
    return picture.svg()
