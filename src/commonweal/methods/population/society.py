"""A simulated community, week by week: talk makes ties, ties make gatherings, gatherings may bring support and power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ..errors import BadInput
from ..figures import gini_of_array
from ..progress import Progress, unheard
from ..results import Estimate, Table
from .action import Campaign, Running, thresholds
from .answers import Answering, Waves, standardised
from .gatherings import week_of_gatherings
from .online import week_online
from .people import People, draw_people
from .ties import Ties
from .worlds import World, world_named

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A campaign starts in a week with this chance, and is followed for so many weeks.
CAMPAIGN_CHANCE, CAMPAIGN_WEEKS = 0.15, 8


@dataclass(frozen=True)
class Week:
    """Counts of one week; `first` topics of newcomers and how many of them were `met` with an answer."""

    posts: int
    answers: int
    first: int
    met: int
    ties: int
    mean_strength: float
    gatherings: int
    attendances: int


@dataclass(frozen=True)
class Society:
    """Who lived there, what happened, what they answered, and (in `waves.world`) what is true."""

    people: People
    weeks: tuple[Week, ...]
    posts: Ints
    attended: Ints
    ties: csr_array
    campaigns: tuple[Campaign, ...]
    waves: Waves

    @property
    def inequality(self) -> float:
        """Gini of posts among members."""
        return gini_of_array(self.posts)

    @property
    def newcomers_answered(self) -> Estimate:
        """Share of newcomers' first topics that got an answer, with its interval (Wilson). 0 of 0 counts as 0."""
        asked, met = sum(week.first for week in self.weeks), sum(week.met for week in self.weeks)
        if not asked:
            return Estimate(0.0)
        share, z2 = met / asked, 1.96**2
        middle = (share + z2 / (2 * asked)) / (1 + z2 / asked)
        half = 1.96 * ((share * (1 - share) + z2 / (4 * asked)) / asked) ** 0.5 / (1 + z2 / asked)
        return Estimate(share, max(0.0, middle - half), min(1.0, middle + half))

    @property
    def sentence(self) -> str:
        n, world = len(self.people), self.waves.world
        return (
            f"{n:,} people over {len(self.weeks)} weeks in the world “{world.name}”: {int(self.posts.sum()):,} posts "
            f"(Gini {self.inequality:.2f}), {self.ties.nnz // 2:,} ties, "
            f"{sum(week.gatherings for week in self.weeks):,} gatherings with {int(self.attended.sum()):,} attendances, "
            f"{len(self.campaigns)} campaigns; newcomers' first topics answered: {self.newcomers_answered.in_words()}."
        )

    def tables(self) -> list[Table]:
        names = ("week", "posts", "answers", "first topics", "answered", "ties", "mean strength", "gatherings", "came")
        rows = tuple(
            (n, w.posts, w.answers, w.first, w.met, w.ties, w.mean_strength, w.gatherings, w.attendances)
            for n, w in enumerate(self.weeks)
        )
        world = self.waves.world
        facts = ("a", "b", "direct", "indirect", "total", "confounder", "reverse")
        truth = tuple((name, float(getattr(world, name))) for name in facts)
        return [Table("Weeks", names, rows), Table("What is true here", ("figure", "value"), truth)]


def society(
    n: int = 500,
    world: World | str = "mediated-medium",
    *,
    waves: int = 3,
    weeks_per_wave: int = 8,
    newcomers: float = 0.2,
    newcomers_answered: float = 0.77,
    dropout: float = 0.0,
    seed: int = 0,
    progress: Progress = unheard,
) -> Society:
    """Simulate `n` people (40 to 1,000,000) for `waves` × `weeks_per_wave` weeks.

    `world` is what is true (a `World`, or a name from `WORLDS`). `newcomers` is the share that joins along the way, and
    `newcomers_answered` the chance that a newcomer's first topic gets an answer (.61 to .85 on real forums). `dropout`
    is the share that stops answering before each later wave. The same seed gives the same society. Raises `BadInput`.
    """
    _check(n, waves, weeks_per_wave, newcomers, newcomers_answered, dropout)
    truth = world if isinstance(world, World) else world_named(world)
    rng = np.random.default_rng(seed)
    people = draw_people(rng, n, waves * weeks_per_wave, newcomers)
    life = _Life(rng, people, truth, newcomers_answered)
    member = people.joined < weeks_per_wave
    for wave in range(waves):
        life.begin_wave()
        for week in range(weeks_per_wave):
            life.week(wave * weeks_per_wave + week)
            progress((wave * weeks_per_wave + week + 1) / (waves * weeks_per_wave))
        life.end_wave(member)
    answers = life.answering.result(rng, member, (weeks_per_wave - people.joined).astype(float), dropout)
    campaigns = tuple(campaign.result() for campaign in life.campaigns)
    return Society(people, tuple(life.weeks), life.posted, life.attended, life.ties.matrix(), campaigns, answers)


def _check(n: int, waves: int, weeks: int, newcomers: float, answered: float, dropout: float) -> None:
    if not 40 <= n <= 1_000_000:
        raise BadInput(f"a simulated population has 40 to 1,000,000 people, not {n:,}")
    if waves < 3 or weeks < 1:
        raise BadInput("a simulated population needs three waves or more, and a week or more in each")
    if not (0 <= newcomers <= 0.9 and 0 <= answered <= 1 and 0 <= dropout <= 0.5):
        raise BadInput("shares: newcomers 0 to 0.9, newcomers answered 0 to 1, drop-out 0 to 0.5")


class _Life:
    """The state that moves from week to week."""

    def __init__(self, rng: np.random.Generator, people: People, world: World, answered: float) -> None:
        n = len(people)
        everybody = np.ones(n, bool)
        self.rng, self.people, self.newcomers_answered = rng, people, answered
        self.answering = Answering(rng, world, standardised(np.log(people.activity), everybody))
        self.ties = Ties(n)
        self.posted, self.attended = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.campaigns: list[Running] = []
        self.weeks: list[Week] = []

    def begin_wave(self) -> None:
        self.drive = self.answering.drive()
        self._before = (self.posted.copy(), self.attended.copy())

    def end_wave(self, member: NDArray[np.bool_]) -> None:
        online, met = self.posted - self._before[0], self.attended - self._before[1]
        count = online if self.answering.world.exposure == "online" else met
        self.answering.wave(self.rng, standardised(np.log1p(count), member))

    def week(self, week: int) -> None:
        rng, people, here = self.rng, self.people, self.people.joined <= week
        online = week_online(rng, people, here, self.posted, self.newcomers_answered, self.drive)
        self.posted += online.posts
        self.ties.age()
        self.ties.strengthen(online.author, online.replier)
        who, host = week_of_gatherings(rng, people, self.ties, here, self.drive)
        self.attended[who] += 1
        self.ties.strengthen(who, host, times=3)
        self._campaigns(week)
        strength = float(self.ties.strength.mean()) if len(self.ties) else 0.0
        counts = (int(online.posts.sum()), len(online.author), online.first, online.met, len(self.ties), strength)
        self.weeks.append(Week(*counts, len(np.unique(host)), len(who)))

    def _campaigns(self, week: int) -> None:
        for campaign in self.campaigns:
            if campaign.age < CAMPAIGN_WEEKS:
                campaign.step(self.rng)
        if self.rng.random() < CAMPAIGN_CHANCE:
            threshold = thresholds(self.rng, self.people, self.answering.empowerment[-1])
            self.campaigns.append(Running(self.rng, threshold, week))
