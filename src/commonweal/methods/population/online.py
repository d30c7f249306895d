"""A week of talk: who posts, who gets an answer, and from whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .people import People

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Share of answers that come from the author's own block.
HOMOPHILY = 0.7
#: Chance that a post of somebody known gets an answer, and how many more follow the first.
ANSWERED, MORE_ANSWERS = 0.8, 0.8
#: Posting, reading and answering change with how empowered or driven one feels; this bounds that factor.
FACTOR_BOUNDS = (0.05, 20.0)


@dataclass(frozen=True)
class WeekOnline:
    """`posts` per person; `author` and `replier` per answer; first topics of newcomers: `first` asked, `met` answered."""

    posts: Ints
    author: Ints
    replier: Ints
    first: int
    met: int


def week_online(
    rng: np.random.Generator, people: People, here: Bools, posted: Ints, newcomers_answered: float, drive: Floats
) -> WeekOnline:
    """One week. `here`: who has joined; `posted`: posts so far (to know a first one); `drive`: factor on activity."""
    rate = people.activity * np.clip(drive, *FACTOR_BOUNDS) * here
    posts = rng.poisson(rate)
    author = np.repeat(np.arange(len(people)), posts)
    first = np.diff(author, prepend=-1) > 0
    first &= (posted[author] == 0) & (people.joined[author] > 0)
    answered = rng.random(len(author)) < np.where(first, newcomers_answered, ANSWERED)
    answers = answered * (1 + rng.poisson(MORE_ANSWERS, len(author)))
    to = np.repeat(author, answers)
    replier = _repliers(rng, people, rate, to)
    real = replier != to
    return WeekOnline(posts, to[real], replier[real], int(first.sum()), int((first & answered).sum()))


def _repliers(rng: np.random.Generator, people: People, rate: Floats, to: Ints) -> Ints:
    """By activity: mostly from the author's block, else from anywhere. People are sorted by block."""
    reach = np.cumsum(np.sqrt(rate))  # the loud answer more, but less than they post
    if not len(to) or reach[-1] <= 0:
        return to
    before = np.concatenate([[0.0], reach])
    start = np.searchsorted(people.block, people.block[to], side="left")
    end = np.searchsorted(people.block, people.block[to], side="right")
    near = rng.random(len(to)) < HOMOPHILY
    low = np.where(near, before[start], 0.0)
    high = np.where(near, before[end], reach[-1])
    drawn = low + rng.random(len(to)) * (high - low)
    return np.minimum(np.searchsorted(reach, drawn, side="right"), len(people) - 1)
