"""From `Person`s to columns: the one place where a caller's words become numbers, and where bad input is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .people import HELP, SLOTS, Columns, Lists, People, Person
from .place import SHOWN_LEVEL, Areas, block_centres, check_positions, unit_vectors
from .settings import FEATURES, Settings

#: Before anybody has asked, a person is taken to write back four times in five (a Beta(4, 1) prior).
PRIOR_ANSWERED, PRIOR_ASKED = 4.0, 5.0

Pairs = Iterable[tuple[int, int]]
Places = Mapping[int | str, tuple[float, float]]


def gather(
    persons: Sequence[Person],
    *,
    places: Areas | Places | None = None,
    apart: Pairs = (),
    met: Pairs = (),
    contacts: Pairs = (),
    text: Mapping[int, Sequence[float]] | None = None,
    settings: Settings | None = None,
) -> People:
    """The people of a round.

    places: what `place.coarsen` made of the cells; or latitude and longitude in degrees of the middle of each, where
    they are known to hold ten people and more.
    apart: pairs of ids with a block, a report or a separation, in either order. met: pairs that were paired within the
    last 180 days. contacts: pairs who know each other, for the share of common contacts. text: a vector for each id
    whose own words may be compared. Ids in the pairs that are not among the persons are passed over.
    Raises BadInput, naming the person, where something cannot be meant.
    """
    settings = settings or Settings()
    known, shown = _places(places)
    for person in persons:
        _check(person, known)
    ids = np.array([person.id for person in persons], dtype=np.int64)
    if len(np.unique(ids)) != len(ids):
        raise BadInput("the same person is given twice")
    row = {person.id: n for n, person in enumerate(persons)}
    words = _Vocabularies(persons)
    columns = _columns(persons, words, known, settings)
    columns = columns._replace(
        contacts=pair_lists(_known(contacts, row), len(persons)),
        apart=pair_lists([*_known(apart, row), *_known(met, row)], len(persons)),
        text=_texts(persons, text or {}),
    )
    return People(
        ids=ids,
        columns=columns,
        ties=np.array([p.ties for p in persons], dtype=np.int32),
        waited=np.array([p.waited for p in persons], dtype=np.int32),
        urgency=np.array([p.urgency for p in persons], dtype=np.float32),
        groups=lists([[words.groups[name] for name in p.groups] for p in persons]),
        capacity=np.array([p.capacity for p in persons], dtype=np.int32),
        load=np.array([p.load for p in persons], dtype=np.int32),
        room=np.array([_room(p, settings) for p in persons], dtype=np.int32),
        shares=np.array([sum(1 << FEATURES.index(name) for name in p.shares) for p in persons], dtype=np.uint16),
        shown=shown,
        group_names=tuple(words.groups),
        experience_names=tuple(words.experiences),
        interest_names=tuple(words.interests),
        language_names=tuple(words.languages),
    )


def _places(places: Areas | Places | None) -> tuple[Places, NDArray[np.float64]]:
    """The middle of each place, and the middle of the wide block that stands for it when a distance is told."""
    if isinstance(places, Areas):
        return places.places(), places.shown[places.area[places.area >= 0]]
    known = dict(places or {})
    middles = np.array(list(known.values()), dtype=np.float64).reshape(-1, 2)
    check_positions(middles)
    return known, block_centres(middles, SHOWN_LEVEL)


def _check(person: Person, places: Places) -> None:
    name = f"person {person.id}"
    if person.availability < 0 or person.availability >> SLOTS:
        raise BadInput(f"{name}: availability must be a mask of {SLOTS} bits")
    if not -1440 < person.offset < 1440:
        raise BadInput(f"{name}: the offset from UTC must be under a day, in minutes")
    if person.cell is not None and person.cell not in places:
        raise BadInput(f"{name}: the place {person.cell} is not among the places")
    if unknown := (set(person.needs) | set(person.gives)) - set(HELP):
        raise BadInput(f"{name}: no such kind of help: {min(unknown)}; the kinds are {', '.join(HELP)}")
    if unknown := set(person.shares) - set(FEATURES):
        raise BadInput(f"{name}: cannot share {min(unknown)}; what can be shared is {', '.join(FEATURES)}")
    numbers = [*person.needs.values(), *person.gives.values(), person.urgency]
    if any(not 0 <= value <= 1 for value in numbers) or not 0 <= person.reach_km < math.inf:
        raise BadInput(f"{name}: needs, gives and urgency go from 0 to 1, and reach_km is not negative")
    counts = [person.ties, person.waited, person.capacity, person.load, person.asked, person.answered]
    counts += [person.open_proposals, person.proposals_this_week, person.stage or 0, person.age_band or 0]
    if min(counts) < 0 or max(counts) > 30_000 or (person.age_apart or 0) < 0 or person.answered > person.asked:
        raise BadInput(f"{name}: a count is negative, not believable, or more was answered than asked")


class _Vocabularies:
    """Each word's number, in sorted order, so that the same people give the same columns."""

    def __init__(self, persons: Sequence[Person]) -> None:
        self.experiences = numbered(word for p in persons for word in p.experiences)
        self.interests = numbered(word for p in persons for word in p.interests)
        self.languages = numbered(word for p in persons for word in p.languages)
        self.groups = numbered(word for p in persons for word in p.groups)
        asked_for = (word for p in persons for some in (*p.requires, p.refuses) for word in some)
        self.facts = numbered(asked_for)


def _columns(persons: Sequence[Person], words: _Vocabularies, places: Places, settings: Settings) -> Columns:
    experiences = lists([[words.experiences[t] for t in p.experiences] for p in persons])
    interests = lists([[words.interests[t] for t in p.interests] for p in persons])
    experience_idf, experience_total = rarity(experiences, len(words.experiences))
    interest_idf, interest_total = rarity(interests, len(words.interests))
    cell_row = {cell: n for n, cell in enumerate(places)}
    wants = [some for p in persons for some in p.requires]
    n = len(persons)
    return Columns(
        experiences=experiences,
        experience_idf=experience_idf,
        experience_total=experience_total,
        interests=interests,
        interest_idf=interest_idf,
        interest_total=interest_total,
        languages=masks([p.languages for p in persons], words.languages),
        free=np.array([p.availability for p in persons], dtype=np.uint64),
        offset=np.array([p.offset for p in persons], dtype=np.int32),
        place=np.array([-1 if p.cell is None else cell_row[p.cell] for p in persons], dtype=np.int32),
        points=unit_vectors(np.array(list(places.values()), dtype=np.float64).reshape(-1, 2)),
        scale=np.array([settings.country_km if p.country else settings.town_km for p in persons], dtype=np.float32),
        reach=np.array([p.reach_km for p in persons], dtype=np.float32),
        ways=np.array([p.ways & 0xFF for p in persons], dtype=np.uint8),
        in_person=np.array([p.wants_in_person for p in persons], dtype=np.bool_),
        need=np.array([[p.needs.get(kind, 0.0) for kind in HELP] for p in persons], np.float32).reshape(n, len(HELP)),
        give=np.array([[p.gives.get(kind, 0.0) for kind in HELP] for p in persons], np.float32).reshape(n, len(HELP)),
        stage=np.array([-1 if p.stage is None else p.stage for p in persons], dtype=np.int16),
        age=np.array([-1 if p.age_band is None else p.age_band for p in persons], dtype=np.int16),
        age_apart=np.array([-1 if p.age_apart is None else p.age_apart for p in persons], dtype=np.int16),
        facts=masks([p.facts for p in persons], words.facts),
        want_start=starts([len(p.requires) for p in persons]),
        wants=masks(wants, words.facts),
        refuses=masks([p.refuses for p in persons], words.facts),
        supporter=np.array([p.supporter for p in persons], dtype=np.bool_),
        vetted=np.array([p.vetted for p in persons], dtype=np.bool_),
        acute=np.array([p.acute for p in persons], dtype=np.bool_),
        response=np.array([(p.answered + PRIOR_ANSWERED) / (p.asked + PRIOR_ASKED) for p in persons], dtype=np.float32),
        text=np.zeros((n, 0), dtype=np.float32),
        contacts=pair_lists([], n),
        apart=pair_lists([], n),
    )


def _room(person: Person, settings: Settings) -> int:
    """New proposals that fit: free capacity, open proposals and the week, whichever is least."""
    free = person.capacity - person.load
    return max(
        0, min(free, settings.most_open - person.open_proposals, settings.most_a_week - person.proposals_this_week)
    )


def numbered(words: Iterable[str]) -> dict[str, int]:
    return {word: n for n, word in enumerate(sorted(set(words)))}


def starts(lengths: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each list starts, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.asarray(lengths, dtype=np.int64), dtype=np.int64)])


def lists(rows: Sequence[Sequence[int]]) -> Lists:
    items = np.array([item for row in rows for item in sorted(row)], dtype=np.int32)
    return Lists(starts([len(row) for row in rows]), items)


def masks(rows: Sequence[frozenset[str]], vocabulary: Mapping[str, int]) -> NDArray[np.uint64]:
    """One bit for each word, in as many words of 64 bits as the vocabulary needs. Words outside it have no bit."""
    found = np.zeros((len(rows), max(1, -(-len(vocabulary) // 64))), dtype=np.uint64)
    for n, row in enumerate(rows):
        for word in row:
            bit = vocabulary.get(word)
            if bit is not None:
                found[n, bit // 64] |= np.uint64(1 << bit % 64)
    return found


def rarity(tags: Lists, count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What each tag tells, log(1 + people / holders) (inverse document frequency), and its sum for each person."""
    people = len(tags.start) - 1
    holders = np.bincount(tags.items, minlength=count)[:count]
    idf = np.log1p(people / np.maximum(1, holders)).astype(np.float32)
    running = np.concatenate([np.zeros(1), np.cumsum(idf[tags.items], dtype=np.float64)])
    return idf, (running[tags.start[1:]] - running[tags.start[:-1]]).astype(np.float32)


def pair_lists(pairs: Iterable[tuple[int, int]] | NDArray[np.int64], n: int) -> Lists:
    """For each of n people, the sorted rows they are paired with in `pairs` (taken both ways, each once)."""
    given = np.array(list(pairs) if not isinstance(pairs, np.ndarray) else pairs, dtype=np.int64).reshape(-1, 2)
    both = np.concatenate([given, given[:, ::-1]])
    both = both[both[:, 0] != both[:, 1]]
    keys = np.unique(both[:, 0] * max(1, n) + both[:, 1])
    return Lists(starts(np.bincount(keys // max(1, n), minlength=n)[:n]), (keys % max(1, n)).astype(np.int32))


def _known(pairs: Pairs, row: Mapping[int, int]) -> list[tuple[int, int]]:
    return [(row[one], row[other]) for one, other in pairs if one in row and other in row]


def _texts(persons: Sequence[Person], text: Mapping[int, Sequence[float]]) -> NDArray[np.float32]:
    """Rows of length one; zero for who wrote nothing. Raises BadInput when lengths differ or a number is not finite."""
    width = max((len(vector) for vector in text.values()), default=0)
    rows = np.zeros((len(persons), width), dtype=np.float32)
    for n, person in enumerate(persons):
        vector = text.get(person.id)
        if vector is None:
            continue
        if len(vector) != width or not np.all(np.isfinite(vector)):
            raise BadInput(f"person {person.id}: text vectors must be finite and of the same length")
        length = float(np.linalg.norm(vector))
        rows[n] = np.asarray(vector) / length if length > 0 else 0.0
    return rows
