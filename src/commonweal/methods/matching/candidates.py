"""For each person who looks, the best few of those who may be met: exact in a small pool, by index in a big one.

The index is inverted: for each tag, language and place the people who have them. A person walks the lists they belong
to outwards from their own place. Vector neighbours, when given, are looked at first.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .people import Columns, Lists, People
from .settings import Settings

Ints = NDArray[np.int64]
THREADS, FEWEST_FOR_THREADS = 2, 20_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """Row n belongs to `seekers[n]`: the first `counts[n]` of `found` (rows of people), by falling `scores`.

    forth: the seeker's own utility u(seeker→found). Scores are float32; n × 50 of them fit a million people.
    """

    seekers: Ints
    found: NDArray[np.int32]
    scores: NDArray[np.float32]
    forth: NDArray[np.float32]
    counts: NDArray[np.int32]


def rules_of(settings: Settings, mode: str) -> Any:
    """The settings as the compiled loops take them."""
    from .compiled.pairs import Rules

    return Rules(
        np.array(settings.weights.as_tuple(), dtype=np.float64),
        np.int64(settings.minutes),
        np.int64(max(1, settings.stages - 1)),
        mode == "mentor",
    )


def thresholds(people: People, settings: Settings) -> NDArray[np.float32]:
    """τ for each person: lower by `relax` for each round waited, never under the floor."""
    relaxed = settings.threshold - settings.relax * people.waited.astype(np.float64)
    return np.maximum(settings.floor, relaxed).astype(np.float32)


def find_candidates(
    people: People,
    seekers: Ints,
    pool: Ints,
    mode: str,
    settings: Settings,
    neighbours: Lists | None = None,
) -> Candidates:
    """The best `settings.candidates` of `pool` for each of `seekers` (rows of people): allowed, and of score ≥ τ."""
    from .compiled import search

    size = max(1, min(settings.candidates, len(pool)))
    found = np.full((len(seekers), size), -1, dtype=np.int32)
    scores = np.zeros((len(seekers), size), dtype=np.float32)
    forth = np.zeros((len(seekers), size), dtype=np.float32)
    best, least = (found, scores, forth), thresholds(people, settings)
    rules = rules_of(settings, mode)
    if len(pool) <= settings.examined:
        counts = search.search_all(people.packed, rules, seekers, pool, least, best)
    else:
        keys, posts, shapes = index(people.columns, pool)
        near = _within(neighbours, pool, len(people))
        counts = np.zeros(len(seekers), dtype=np.int32)

        def walk(part: slice) -> None:
            mine = (found[part], scores[part], forth[part])
            counts[part] = search.search_lists(
                people.packed, rules, seekers[part], keys, posts, shapes, near, least, settings.examined, mine
            )

        _in_threads(walk, len(seekers))
    return Candidates(seekers, found, scores, forth, counts)


def _in_threads(work: Callable[[slice], None], n: int) -> None:
    """Work on halves of n rows at the same time (compiled loops leave the interpreter free); the result is the same."""
    threads = min(THREADS, os.cpu_count() or 1) if n >= FEWEST_FOR_THREADS else 1
    edges = [n * part // threads for part in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [slice(a, b) for a, b in pairwise(edges)]))


def index(columns: Columns, pool: Ints) -> tuple[Ints, NDArray[np.int32], tuple[int, int, int]]:
    """Sorted keys (tag, language, place) with the person behind each; and the sizes that build a key.

    Experiences come first among tags, then interests, then one tag that everybody has. Place 0 is "none".
    """
    experiences, interests = len(columns.experience_idf), len(columns.interest_idf)
    tags, places = experiences + interests + 1, len(columns.points) + 1
    languages = columns.languages.shape[1] * 64
    parts_tag, parts_who = [np.full(len(pool), tags - 1, dtype=np.int64)], [pool]
    for lists, shift in ((columns.experiences, 0), (columns.interests, experiences)):
        who, items = taken(lists, pool)
        parts_tag.append(items.astype(np.int64) + shift)
        parts_who.append(who)
    tag, who = np.concatenate(parts_tag), np.concatenate(parts_who)
    keys, posts = [], []
    for language in range(languages):
        speaks = (columns.languages[who, language // 64] >> np.uint64(language % 64)) & np.uint64(1) != 0
        if speaks.any():
            here = who[speaks]
            keys.append((tag[speaks] * languages + language) * places + columns.place[here] + 1)
            posts.append(here.astype(np.int32))
    if not keys:
        return np.zeros(0, np.int64), np.zeros(0, np.int32), (tags, languages, places)
    key, post = np.concatenate(keys), np.concatenate(posts)
    order = np.lexsort((post, key))
    return key[order], post[order], (tags, languages, places)


def taken(lists: Lists, rows: Ints) -> tuple[Ints, NDArray[np.int32]]:
    """The lists of some rows one after the other: whose each item is, and the item."""
    length = lists.start[rows + 1] - lists.start[rows]
    who = np.repeat(rows, length)
    first = np.repeat(lists.start[rows] - np.concatenate([np.zeros(1, np.int64), np.cumsum(length)[:-1]]), length)
    return who, lists.items[np.arange(len(who)) + first]


def _within(neighbours: Lists | None, pool: Ints, n: int) -> Lists:
    """Neighbour lists with only members of the pool left in them."""
    if neighbours is None:
        return Lists(np.zeros(n + 1, dtype=np.int64), np.zeros(0, dtype=np.int32))
    member = np.zeros(n, dtype=bool)
    member[pool] = True
    keep = member[neighbours.items]
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(keep)])
    return Lists(running[neighbours.start], neighbours.items[keep])
