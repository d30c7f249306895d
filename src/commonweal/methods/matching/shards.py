"""A big round cut into parts that fit in memory and can be done, and done again, one by one.

A shard is a language and a region. A person who speaks several languages belongs to the rarest of them, so that those
who can help a minority are not used up elsewhere. What a shard leaves over is matched across all of them at the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .people import People
from .place import block_keys

Ints = NDArray[np.int64]
#: A round of at most this many people is one shard.
WHOLE = 200_000
#: Regions from this level of `place` blocks (480 km) down to that one (60 km), finer only where a shard is too big.
WIDEST, FINEST = 6, 3


def shards(people: People, most: int = WHOLE) -> list[Ints]:
    """Rows of people, shard by shard, in an order that depends on the people only. Every row is in exactly one.

    A shard holds `most` people at most, unless that many live within 60 km and speak the same language.
    """
    rows = np.arange(len(people), dtype=np.int64)
    if len(rows) <= most:
        return [rows] if len(rows) else []
    language = rarest_language(people)
    parts = [rows[language == value] for value in np.unique(language)]
    for level in range(WIDEST, FINEST - 1, -1):
        regions = region_of(people, level)
        parts = [piece for part in parts for piece in (_split(part, regions) if len(part) > most else [part])]
    return parts


def rarest_language(people: People) -> Ints:
    """The bit of each person's least spoken language; −1 for who named none."""
    found = np.full(len(people), -1, dtype=np.int64)
    masks = people.columns.languages
    speakers = {}
    for bit in range(masks.shape[1] * 64):
        speaks = (masks[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1) != 0
        if speaks.any():
            speakers[bit] = int(speaks.sum())
    for bit in sorted(speakers, key=lambda one: (-speakers[one], one)):
        speaks = (masks[:, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1) != 0
        found[speaks] = bit
    return found


def region_of(people: People, level: int) -> Ints:
    """The block of each person's place; −1 without a place."""
    place, points = people.columns.place, people.columns.points
    if not len(points):
        return np.full(len(people), -1, dtype=np.int64)
    lat = np.degrees(np.arcsin(np.clip(points[:, 2], -1, 1)))
    lon = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    keys = block_keys(np.column_stack([lat, lon]), level)
    return np.asarray(np.where(place >= 0, keys[np.maximum(0, place)], -1))


def _split(rows: Ints, regions: Ints) -> list[Ints]:
    return [rows[regions[rows] == value] for value in np.unique(regions[rows])]
