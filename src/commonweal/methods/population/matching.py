"""A simulated world in which people look for one another: who they are, where, and who would really get on.

What makes two people get on (`latent`) is not the score of `matching`: half of it is a temperament that no field holds.
So a method cannot look good here merely by maximising its own formula. From 40 people to a million, in columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from ..matching.gather import PRIOR_ANSWERED, PRIOR_ASKED, pair_lists, rarity, starts
from ..matching.people import CALL, IN_PERSON, TEXT, Columns, Lists, People
from ..matching.place import coarsen_arrays, unit_vectors
from ..matching.settings import FEATURES, Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Degrees per kilometre around the simulated country, which lies at 48° north.
ORIGIN, NORTH, EAST = (48.0, 10.0), 1 / 111.195, 1 / (111.195 * 0.6691)
CITIES_KM = ((0.0, 0.0), (70.0, 40.0))
#: A hexagon as large as the cells of the product (h3 resolution 6: 36.13 km² on average): distance of its corners.
CELL_KM = 3.729
MAJORITY, MINORITY, THIRD = 0, 1, 2
GROUPS = ("language: majority", "language: minority", "place: first city", "place: second city", "place: country")
TEMPERAMENT = 4


@dataclass(frozen=True, slots=True)
class MatchingWorld:
    """people: as the method sees them. position: (n, 2) where they really are, in degrees. cell: (n,) the cell they
    chose; cell_centres and cell_people: those cells. area_radius: (places,) km from the middle to the edge of an area.
    temperament: (n, 4) what nobody can see. low_tie: at most one confirmed contact. adversary: 1% who name everything
    to meet many. arrives: the round in which each joins."""

    people: People
    position: Floats
    cell: Ints
    cell_centres: Floats
    area_radius: Floats
    temperament: Floats
    low_tie: Bools
    adversary: Bools
    arrives: NDArray[np.int32]

    @property
    def seeking(self) -> Bools:
        return ~self.people.columns.supporter


def matching_world(n: int, *, supporters: float = 0.2, seed: int = 0, rounds: int = 8) -> MatchingWorld:
    """Draw a world of n people of whom the share `supporters` helps. Raises BadInput for n < 2 or a share outside 0-1."""
    if n < 2 or not 0 < supporters < 1:
        raise BadInput("a world needs at least two people, and a share of supporters between 0 and 1")
    rng = np.random.default_rng([seed, n])
    helps = np.zeros(n, dtype=bool)
    helps[rng.permutation(n)[: min(n - 1, max(1, round(n * supporters)))]] = True
    adversary = rng.random(n) < 0.01
    home, position = _homes(rng, n)
    cell, centres = _cells(position)
    area, points, shown, radius = _areas(cell, centres)
    languages = _languages(rng, n)
    columns = _columns(rng, helps, adversary, (home, area, points), languages)
    ties = np.minimum(500, np.floor(5 * ((1 - rng.random(n)) ** (-1 / 1.1) - 1))).astype(np.int32)
    capacity = np.where(helps, rng.integers(1, 4, n), 1).astype(np.int32)
    people = People(
        ids=np.arange(n, dtype=np.int64),
        columns=columns,
        ties=ties,
        waited=np.zeros(n, np.int32),
        urgency=rng.beta(1, 4, n).astype(np.float32),
        groups=_groups(rng, home, languages),
        capacity=capacity,
        load=np.zeros(n, np.int32),
        room=np.minimum(capacity, 2).astype(np.int32),
        shares=rng.integers(0, 1 << len(FEATURES), n).astype(np.uint16),
        shown=shown,
        group_names=GROUPS,
        language_names=("majority", "minority", "third"),
    )
    arrives = np.where(rng.random(n) < 0.6, 0, rng.integers(0, max(1, rounds), n)).astype(np.int32)
    arrives[helps] = 0
    temperament = rng.normal(size=(n, TEMPERAMENT))
    return MatchingWorld(people, position, cell, centres, radius, temperament, ties <= 1, adversary, arrives)


def _homes(rng: np.random.Generator, n: int) -> tuple[Ints, Floats]:
    """Which of two cities or the country, and where: cities thin out from the middle, the country is even."""
    home = rng.choice(3, size=n, p=[0.45, 0.30, 0.25])
    km = rng.normal(scale=8.0, size=(n, 2))
    for city, middle in enumerate(CITIES_KM):
        km[home == city] += middle
    km[home == 2] = rng.uniform(-60, 130, size=(int((home == 2).sum()), 2))
    return home, np.column_stack([ORIGIN[0] + km[:, 1] * NORTH, ORIGIN[1] + km[:, 0] * EAST])


def _cells(position: Floats) -> tuple[Ints, Floats]:
    """Hexagons: the number of each person's cell, and the middle of each cell in degrees."""
    x, y = (position[:, 1] - ORIGIN[1]) / EAST, (position[:, 0] - ORIGIN[0]) / NORTH
    q, r = (np.sqrt(3) / 3 * x - y / 3) / CELL_KM, 2 / 3 * y / CELL_KM
    cube = np.column_stack([q, -q - r, r])
    near = np.rint(cube)
    off = np.abs(near - cube)
    worst = np.argmax(off, axis=1)
    rows = np.arange(len(near))
    near[rows, worst] -= near.sum(axis=1)
    keys, cell = np.unique(near[:, [0, 2]].astype(np.int64), axis=0, return_inverse=True)
    kx = CELL_KM * np.sqrt(3) * (keys[:, 0] + keys[:, 1] / 2)
    ky = CELL_KM * 1.5 * keys[:, 1]
    return cell.reshape(-1), np.column_stack([ORIGIN[0] + ky * NORTH, ORIGIN[1] + kx * EAST])


def _areas(cell: Ints, centres: Floats) -> tuple[Ints, Floats, Floats, Floats]:
    """The area of each person, and for each area its unit vector, its shown middle, and its radius in km."""
    from ..matching.place import BLOCK_KM, Areas

    counts = np.bincount(cell, minlength=len(centres))
    area, middles, level = coarsen_arrays(centres, counts)
    shown = Areas((), area, middles, counts, level).shown
    side = BLOCK_KM * 2.0 ** np.maximum(0, level)
    radius = np.where(level < 0, CELL_KM, side / np.sqrt(2))
    return area[cell], unit_vectors(middles), shown, radius


def _languages(rng: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """12% speak the minority language, three in five of them the majority's too; some others know it; a third one."""
    minority = rng.random(n) < 0.12
    speaks = np.where(minority, 1 << MINORITY, 1 << MAJORITY)
    speaks |= np.where(minority & (rng.random(n) < 0.6), 1 << MAJORITY, 0)
    speaks |= np.where(~minority & (rng.random(n) < 0.03), 1 << MINORITY, 0)
    speaks |= np.where(rng.random(n) < 0.1, 1 << THIRD, 0)
    return np.asarray(speaks.astype(np.uint64)).reshape(-1, 1)


def _groups(rng: np.random.Generator, home: Ints, languages: NDArray[np.uint64]) -> Lists:
    """Four in five opt in to have their language and kind of place audited."""
    n = len(home)
    minority = (languages[:, 0] & np.uint64(1 << MINORITY)) != 0
    language, place = np.where(minority, 1, 0), 2 + home
    opted = rng.random(n) < 0.8
    both = np.column_stack([language, place])[opted]
    return Lists(starts(np.where(opted, 2, 0)), both.reshape(-1).astype(np.int32))


def _zipf_lists(rng: np.random.Generator, n: int, kinds: int, mean: float, all_of: Bools) -> Lists:
    """One or more different topics each, the k-th topic as common as 1/k; adversaries name a dozen."""
    odds = 1.0 / np.arange(1, kinds + 1)
    count = np.minimum(1 + rng.poisson(mean, n), kinds)
    count[all_of] = min(12, kinds)
    who = np.repeat(np.arange(n), count)
    drawn = np.searchsorted(np.cumsum(odds) / odds.sum(), rng.random(len(who)))
    keys = np.unique(who * kinds + np.minimum(drawn, kinds - 1))
    return Lists(starts(np.bincount(keys // kinds, minlength=n)), (keys % kinds).astype(np.int32))


def _free(rng: np.random.Generator, n: int) -> NDArray[np.uint64]:
    """The week: evenings and weekends are most often free, nights hardly ever."""
    odds = np.array([[0.02, 0.04, 0.18, 0.2, 0.45, 0.35]] * 5 + [[0.03, 0.06, 0.4, 0.45, 0.4, 0.3]] * 2).reshape(-1)
    busy = rng.beta(3, 1.5, n).astype(np.float32)
    mask = np.zeros(n, dtype=np.uint64)
    for slot, chance in enumerate(odds):
        mask |= (rng.random(n, dtype=np.float32) < chance * 1.4 * busy).astype(np.uint64) << np.uint64(slot)
    return mask


def _columns(
    rng: np.random.Generator,
    helps: Bools,
    adversary: Bools,
    where: tuple[Ints, Ints, Floats],
    languages: NDArray[np.uint64],
) -> Columns:
    n, (home, area, points), settings = len(helps), where, Settings()
    topics = int(min(2000, max(8, n**0.55)))
    experiences = _zipf_lists(rng, n, topics, 1.0, adversary)
    interests = _zipf_lists(rng, n, topics, 1.5, adversary)
    in_person = (rng.random(n) < 0.3) & (area >= 0)
    ways = np.where(in_person | (rng.random(n) < 0.3), IN_PERSON, 0) | np.where(rng.random(n) < 0.75, CALL, 0)
    ways |= np.where((ways == 0) | (rng.random(n) < 0.85), TEXT, 0)
    minor = ~helps & (rng.random(n) < 0.03)
    asked = rng.poisson(3, n)
    experience_idf, experience_total = rarity(experiences, topics)
    interest_idf, interest_total = rarity(interests, topics)
    facts, want_start, wants, refuses = _preferences(rng, n)
    return Columns(
        experiences=experiences,
        experience_idf=experience_idf,
        experience_total=experience_total,
        interests=interests,
        interest_idf=interest_idf,
        interest_total=interest_total,
        languages=languages,
        free=_free(rng, n),
        offset=np.zeros(n, np.int32),
        place=area.astype(np.int32),
        points=points,
        scale=np.where(home == 2, settings.country_km, settings.town_km).astype(np.float32),
        reach=np.where(home == 2, 60.0, 25.0).astype(np.float32),
        ways=ways.astype(np.uint8),
        in_person=in_person,
        need=(rng.random((n, 5), dtype=np.float32) * (rng.random((n, 5)) < 0.4)).astype(np.float32),
        give=(rng.random((n, 5), dtype=np.float32) * (rng.random((n, 5)) < np.where(helps, 0.8, 0.4)[:, None])).astype(
            np.float32
        ),
        stage=np.clip(rng.integers(0, 4, n) + helps, 0, 4).astype(np.int16),
        age=np.where(minor, 0, rng.integers(1, 7, n)).astype(np.int16),
        age_apart=np.where(rng.random(n) < 0.1, 2, -1).astype(np.int16),
        facts=facts,
        want_start=want_start,
        wants=wants,
        refuses=refuses,
        supporter=helps,
        vetted=helps & (rng.random(n) < 0.6),
        acute=~helps & (rng.random(n) < 0.02),
        response=((rng.binomial(asked, rng.beta(6, 2, n)) + PRIOR_ANSWERED) / (asked + PRIOR_ASKED)).astype(np.float32),
        text=np.zeros((n, 0), np.float32),
        contacts=pair_lists(rng.integers(0, n, size=(2 * n, 2)), n),
        apart=pair_lists(_kept_apart(rng, n, adversary), n),
    )


def _preferences(
    rng: np.random.Generator, n: int
) -> tuple[NDArray[np.uint64], Ints, NDArray[np.uint64], NDArray[np.uint64]]:
    """One of two genders (bits 0, 1), and smokers (bit 2). Some ask for the same gender; some for no smoker."""
    gender = np.uint64(1) << rng.integers(0, 2, n).astype(np.uint64)
    facts = gender | (rng.random(n) < 0.2).astype(np.uint64) << np.uint64(2)
    same = rng.random(n) < 0.06
    refuses = np.where(rng.random(n) < 0.04, np.uint64(4), np.uint64(0)).astype(np.uint64)
    return facts.reshape(-1, 1), starts(same.astype(np.int64)), gender[same].reshape(-1, 1), refuses.reshape(-1, 1)


def _kept_apart(rng: np.random.Generator, n: int, adversary: Bools) -> Ints:
    """Blocks: a few between anybody, five by others for each adversary."""
    anybody = rng.integers(0, n, size=(max(1, n // 50), 2))
    bad = np.repeat(np.flatnonzero(adversary), 5)
    return np.concatenate([anybody, np.column_stack([bad, rng.integers(0, n, len(bad))])])


def latent(world: MatchingWorld, first: Ints, second: Ints) -> Floats:
    """How well two people would really get on, 0 to 1: temperament for the most part, then a shared past and nearness."""
    a, b = world.temperament[first], world.temperament[second]
    alike = np.sum(a * b, axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    lists = world.people.columns.experiences
    both = np.array(
        [bool(np.intersect1d(lists.of(i), lists.of(j)).size) for i, j in zip(first, second, strict=True)]
        if len(first) <= 5000
        else _share_a_topic(lists, first, second)
    )
    place, points = world.people.columns.place, world.people.columns.points
    known = (place[first] >= 0) & (place[second] >= 0)
    far = np.full(len(first), 0.3)
    if known.any():
        far[known] = np.linalg.norm(points[place[first[known]]] - points[place[second[known]]], axis=1) * 6371 / 100
    bad = world.adversary[first] | world.adversary[second]
    return np.asarray(1 / (1 + np.exp(-(0.6 + 1.2 * alike + 1.0 * both - 0.4 * np.minimum(far, 2) - 2.0 * bad))))


def _share_a_topic(lists: Lists, first: Ints, second: Ints) -> Bools:
    """The same for many pairs: whether two sorted lists meet, found by sorting (pair, topic)."""
    from ..matching.candidates import taken

    kinds = int(lists.items.max()) + 1 if len(lists.items) else 1
    keys = []
    for side in (first, second):
        length = lists.start[side + 1] - lists.start[side]
        _who, items = taken(lists, np.asarray(side, dtype=np.int64))
        keys.append(np.repeat(np.arange(len(side)), length) * kinds + items)
    found = np.zeros(len(first), dtype=bool)
    found[np.intersect1d(keys[0], keys[1], assume_unique=True) // kinds] = True
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of proposed pairs: opened by two yeses, met, and still in contact after two months."""

    opened: Bools
    met: Bools
    lasted: Bools


def outcomes(world: MatchingWorld, first: Ints, second: Ints, seed: int) -> Outcome:
    """Each says yes with a chance that rises with how well they would get on; so do meeting, and staying in contact."""
    rng, fit = np.random.default_rng([seed, len(first)]), latent(world, first, second)
    yes = 0.45 + 0.5 * fit
    opened = (rng.random(len(first)) < yes) & (rng.random(len(first)) < yes)
    met = opened & (rng.random(len(first)) < 0.5 + 0.4 * fit)
    return Outcome(opened, met, met & (rng.random(len(first)) < fit))


def with_state(people: People, *, waited: Ints, load: Ints, room: Ints, apart: Lists) -> People:
    """The same people a round later."""
    return replace(
        people,
        columns=people.columns._replace(apart=apart),
        waited=waited.astype(np.int32),
        load=load.astype(np.int32),
        room=room.astype(np.int32),
    )
