"""Who lives in the simulated world: blocks of like people, two cities and the country, very unequal activity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..figures import gini_of_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Centres of the two cities, in kilometres; the country is the rectangle around them.
CITIES = ((0.0, 0.0), (120.0, 40.0))
COUNTRY = ((-60.0, 180.0), (-60.0, 100.0))
#: Shares of people in the first city, the second city and the country.
SHARES = (0.45, 0.30, 0.25)
CITY_SPREAD = 4.0
#: Kilometres over which distance matters: short in town, long in the country.
REACH = (5.0, 5.0, 30.0)
BLOCK_SIZE = 50
POSTS_A_WEEK = 0.5
POSTS_CAP = 250.0
GINI = 0.83
#: Chance (Poisson) counts spread posts a little more than activity itself, so activity aims a little lower.
GINI_OF_CHANCE = 0.015


@dataclass(frozen=True)
class People:
    """One entry per person: `block` and `region` (0, 1 city, 2 country), `place` in km (n × 2), `activity` (posts a
    week), `joined` (week), and what makes people act together: `identity` and `injustice`, each 0 to 1."""

    block: Ints
    region: Ints
    place: Floats
    activity: Floats
    joined: Ints
    identity: Floats
    injustice: Floats

    def __len__(self) -> int:
        return len(self.block)

    @property
    def reach(self) -> Floats:
        return np.asarray(REACH)[self.region]


def draw_people(rng: np.random.Generator, n: int, weeks: int, newcomers: float) -> People:
    """`newcomers` is the share that joins during the simulated weeks; the others are there from the start."""
    blocks = max(2, round(n / BLOCK_SIZE))
    block = np.sort(rng.integers(0, blocks, n))
    home = rng.choice(3, blocks, p=SHARES)
    region = np.where(rng.random(n) < 0.75, home[block], rng.choice(3, n, p=SHARES))
    joined = np.where(rng.random(n) < newcomers, rng.integers(0, max(1, weeks), n), 0)
    return People(
        block=block,
        region=region,
        place=_places(rng, region),
        activity=rng.permutation(activity(n)),
        joined=joined,
        identity=_pulled(rng, block, blocks),
        injustice=_pulled(rng, block, blocks),
    )


def activity(n: int, gini_wanted: float = GINI - GINI_OF_CHANCE) -> Floats:
    """Posts a week for n people, ascending: quantiles of a log-logistic law whose shape gives the wanted Gini.

    Quantiles instead of draws keep the inequality the same at 40 people as at a million.
    """
    grid = (np.arange(n) + 0.5) / n
    low, high = 0.3, 6.0
    for _ in range(20):
        shape = (low + high) / 2
        if gini_of_array(_at_quantiles(grid, shape)) > gini_wanted:
            low = shape
        else:
            high = shape
    return _at_quantiles(grid, shape)


def _at_quantiles(grid: Floats, shape: float) -> Floats:
    raw = (grid / (1 - grid)) ** (1 / shape)
    capped = np.minimum(raw / raw.mean() * POSTS_A_WEEK, POSTS_CAP)
    return capped / capped.mean() * POSTS_A_WEEK


def _places(rng: np.random.Generator, region: Ints) -> Floats:
    n = len(region)
    country = np.column_stack([rng.uniform(*COUNTRY[0], n), rng.uniform(*COUNTRY[1], n)])
    centre = np.asarray([*CITIES, (0.0, 0.0)])[region]
    return np.where((region == 2)[:, None], country, centre + rng.normal(0, CITY_SPREAD, (n, 2)))


def _pulled(rng: np.random.Generator, block: Ints, blocks: int) -> Floats:
    """A trait from 0 to 1 that people of one block share in part."""
    mixed = 0.6 * rng.random(blocks)[block] + 0.4 * rng.random(len(block))
    return np.clip(mixed, 0.0, 1.0)
