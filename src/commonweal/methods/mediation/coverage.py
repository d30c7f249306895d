"""Do the intervals cover, and do the traps stay without a verdict? The method judged in worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from ..errors import BadInput
from ..pictures import AMBER, GREEN, LINE, SOFT, Picture, Scale, axis_below
from ..population import WORLDS, Waves, World, society, world_named
from ..progress import Progress, unheard
from ..results import Estimate, Table
from .waves import ThreeWaves, WaveData, three_waves

#: Intervals of 95% should hold the truth this often, and nothing may be claimed more often than this where there is nothing.
COVER, FALSE = (0.93, 0.97), 0.05
FIGURES = ("a", "b", "direct", "indirect", "total")


@dataclass(frozen=True)
class WorldReport:
    """One world over `runs` communities. `covered` counts, per figure, how often the interval held the truth; `bias` is
    the mean of estimate less truth. Where a hidden or reverse cause makes the truth another, coverage is not asked."""

    world: World
    runs: int
    mean_n: float
    covered: dict[str, int]
    bias: dict[str, float]
    mediates: int
    verdicts: dict[str, int]

    @property
    def clean(self) -> bool:
        """Whether the model's assumptions hold, so that its intervals ought to cover."""
        return not (self.world.confounder or self.world.reverse or self.world.noise)

    @property
    def checked(self) -> tuple[str, ...]:
        """The figures whose coverage the gate asks. A product of two zeros is covered too often, as theory says."""
        if not self.clean:
            return ()
        return FIGURES if self.world.a or self.world.b else tuple(f for f in FIGURES if f != "indirect")

    @property
    def supported(self) -> int:
        return self.verdicts.get("supported", 0)

    def share(self, count: int) -> Estimate:
        return proportion(count, self.runs)

    def faults(self) -> list[str]:
        """Gates that this world fails, by the interval of the Monte Carlo and not by its point."""
        found = []
        for figure in self.checked:
            share = self.share(self.covered[figure])
            assert share.low is not None
            assert share.high is not None
            if share.high < COVER[0] or share.low > COVER[1]:
                found.append(f"{self.world.name}: {figure} is covered {share.estimate:.1%} of the time")
        low = self.share(self.mediates).low or 0.0
        if self.clean and not self.world.indirect and low > FALSE:
            found.append(
                f"{self.world.name}: a path is seen in {self.mediates / self.runs:.1%} of runs, and there is none"
            )
        if self.world.trap and self.supported:
            found.append(f"{self.world.name}: {self.supported} positive verdicts, and there must be none")
        return found


@dataclass(frozen=True)
class Coverage:
    """All worlds, with `people` in each community and `replicates` per interval."""

    worlds: tuple[WorldReport, ...]
    people: int
    runs: int
    replicates: int
    seed: int

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(fault for world in self.worlds for fault in world.faults())

    @property
    def sentence(self) -> str:
        asked = [world.covered[f] / world.runs for world in self.worlds for f in world.checked]
        cover = f"95% intervals held the truth in {min(asked):.1%} to {max(asked):.1%} of runs" if asked else ""
        null = [w for w in self.worlds if w.clean and not w.world.indirect]
        false = (
            f"a path was seen where there is none in at most {max(w.mediates / w.runs for w in null):.1%}"
            if null
            else ""
        )
        traps = [w for w in self.worlds if w.world.trap]
        wrong = sum(w.supported for w in traps)
        claims = (
            f"{wrong:,} positive verdicts in {sum(w.runs for w in traps):,} runs of worlds without a true path"
            if traps
            else ""
        )
        said = "; ".join(part for part in (cover, false, claims) if part)
        gates = "Every gate holds." if not self.faults else f"Failed: {'; '.join(self.faults)}."
        return f"{self.runs:,} communities of {self.people:,} people per world: {said}. {gates}"

    def as_json(self) -> dict[str, Any]:
        worlds = {
            w.world.name: {
                "truth": {f: float(getattr(w.world, f)) for f in FIGURES},
                "n": w.mean_n,
                "coverage": {f: w.share(w.covered[f]).as_json() for f in FIGURES} if w.clean else None,
                "bias": w.bias if w.clean else None,
                "mediates": w.share(w.mediates).as_json(),
                "verdicts": w.verdicts,
            }
            for w in self.worlds
        }
        settings = {"people": self.people, "runs": self.runs, "replicates": self.replicates, "seed": self.seed}
        return {"worlds": worlds, **settings, "faults": list(self.faults), "sentence": self.sentence}

    def tables(self) -> list[Table]:
        cover = tuple(
            (w.world.name, w.mean_n, f, float(getattr(w.world, f)), w.bias[f], *_numbers(w.share(w.covered[f])))
            for w in self.worlds
            if w.clean
            for f in FIGURES
        )
        kinds = ("supported", "not supported", "cannot say", "no verdict: n < 100")
        verdicts = tuple(
            (
                w.world.name,
                "no" if w.world.trap else "yes",
                *_numbers(w.share(w.mediates)),
                *(w.verdicts.get(kind, 0) for kind in kinds),
            )
            for w in self.worlds
        )
        first = ("world", "mean n", "figure", "truth", "bias", "covered", "low", "high")
        return [
            Table("How often the 95% interval holds the truth", first, cover),
            Table("What is claimed", ("world", "true path", "path seen", "low", "high", *kinds), verdicts),
        ]

    def picture(self) -> str:
        """Coverage of each figure in each clean world, with Monte Carlo intervals, against 93 to 97%."""
        rows = [(w, figure) for w in self.worlds if w.clean for figure in FIGURES]
        height = 110 + 16 * len(rows)
        picture = Picture("Coverage of 95% intervals", self.sentence, height=height)
        shares = [w.share(w.covered[figure]) for w, figure in rows]
        across = Scale(min([0.9, *(s.low or 0.0 for s in shares)]), 1.0, 230, 610)
        picture.box((across(COVER[0]), 20), (across(COVER[1]) - across(COVER[0]), height - 80), GREEN, 0.15)
        picture.line((across(0.95), 20), (across(0.95), height - 60), LINE, 1, dash="4 4")
        for n, ((world, figure), share) in enumerate(zip(rows, shares, strict=True)):
            y, colour = 30 + 16 * n, GREEN if figure in world.checked else SOFT
            inside = COVER[0] <= share.estimate <= COVER[1] or figure not in world.checked
            picture.text((8, y + 4), f"{world.world.name}: {figure}", size=11)
            picture.line((across(share.low or 0.0), y), (across(share.high or 1.0), y), colour, 2)
            picture.mark((across(share.estimate), y), 0 if inside else 3, 3.5, colour=colour if inside else AMBER)
        axis_below(picture, across, height - 55, "share of runs whose interval holds the truth (band: 93 to 97%)")
        return picture.svg()


def coverage(
    worlds: Sequence[str | World] = tuple(WORLDS),
    *,
    runs: int = 200,
    people: int = 1000,
    replicates: int = 1000,
    seed: int = 0,
    progress: Progress = unheard,
) -> Coverage:
    """Simulate `runs` communities of `people` in each world, ask three waves in each, and count. Raises `BadInput`."""
    if runs < 1:
        raise BadInput("coverage needs one run or more")
    if not worlds:
        raise BadInput("coverage needs one world or more")
    chosen = [world if isinstance(world, World) else world_named(world) for world in worlds]
    reports = []
    for place, world in enumerate(chosen):
        seeds = np.random.SeedSequence([seed, place]).generate_state(2 * runs)
        results = []
        for run in range(runs):
            answers = society(people, world, seed=int(seeds[2 * run])).waves
            results.append(three_waves(wave_data(answers), replicates=replicates, seed=int(seeds[2 * run + 1])))
            progress((place + (run + 1) / runs) / len(chosen))
        reports.append(_counted(world, results))
    return Coverage(tuple(reports), people, runs, replicates, seed)


def wave_data(answers: Waves, first: int = 0) -> WaveData:
    """Three simulated waves as the method takes them."""
    c = answers.complete(first)
    return WaveData(c["x0"], c["m1"], c["y2"], c["m0"], c["y0"], c["x1"], {"tenure": c["tenure"]})


def proportion(count: int, runs: int, level: float = 0.95) -> Estimate:
    """A share of runs with the interval of the Monte Carlo (Wilson 1927)."""
    z = float(ndtri((1 + level) / 2))
    share = count / runs
    middle = (share + z * z / (2 * runs)) / (1 + z * z / runs)
    half = z * np.sqrt(share * (1 - share) / runs + z * z / (4 * runs * runs)) / (1 + z * z / runs)
    return Estimate(share, max(0.0, float(middle - half)), min(1.0, float(middle + half)), level)


def _counted(world: World, results: Sequence[ThreeWaves]) -> WorldReport:
    covered, bias = {}, {}
    for figure in FIGURES:
        truth = float(getattr(world, figure))
        found = [getattr(result, figure) for result in results]
        covered[figure] = sum(e.low <= truth <= e.high for e in found)
        bias[figure] = float(np.mean([e.estimate - truth for e in found]))
    verdicts: dict[str, int] = {}
    for result in results:
        verdicts[result.verdict] = verdicts.get(result.verdict, 0) + 1
    mean_n = float(np.mean([result.n for result in results]))
    return WorldReport(world, len(results), mean_n, covered, bias, sum(r.mediates for r in results), verdicts)


def _numbers(share: Estimate) -> tuple[float, float | None, float | None]:
    return (share.estimate, share.low, share.high)
