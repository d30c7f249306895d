"""Where people are, no finer than a cell that ten of them share, and how far, no finer than a cell can hide in.

Everything is measured between fixed points. A point that is drawn anew for each question is averaged away by asking
often (Andrés et al. 2013 show the loss under repeated use), so nothing here is random. Two grids are used:

- *areas*, for matching: the cells people chose, joined with others of the same block until ten opted-in people share
  one. Areas are a partition, so no difference between two of them isolates a smaller group.
- *shown* blocks, for what a person is told: at least twice as wide as the area. However many distances an attacker
  collects from however many places, they tell the block and nothing inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput

EARTH_KM = 6371.0088
KM_PER_DEGREE = 111.195
#: Side of the finest block in km; each level doubles it. Level 7 is as wide as a zone of six degrees.
BLOCK_KM, LEVELS = 7.5, 8
#: The level of the block that stands for a single cell when a distance is told; for a joined area, two above its own.
SHOWN_LEVEL = 1
ZONE = 6.0
#: Upper ends in km of the bands in which a distance is told; the last band is open.
BANDS = (20, 50, 150, 500)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Areas:
    """Cells joined until enough people share each area.

    area: for each cell, the row of its area, −1 where too few people opted in to name any place. centres: (areas, 2)
    latitude and longitude. people: opted-in people in each. level: −1 for a single cell, else the level of its block.
    """

    cells: tuple[int | str, ...]
    area: Ints
    centres: Floats
    people: Ints
    level: Ints

    def places(self) -> dict[int | str, tuple[float, float]]:
        """For `gather`: the middle of each cell's area. Cells without an area are left out (their people: None)."""
        return {
            cell: (float(self.centres[area, 0]), float(self.centres[area, 1]))
            for cell, area in zip(self.cells, self.area.tolist(), strict=True)
            if area >= 0
        }

    @property
    def shown(self) -> Floats:
        """(areas, 2) the middle of the wider block that stands for each area when a distance is told."""
        found = np.zeros_like(self.centres)
        for level in np.unique(self.level):
            mine = self.level == level
            found[mine] = block_centres(self.centres[mine], SHOWN_LEVEL if level < 0 else int(level) + 2)
        return found

    def band_between(self, one: int | str, other: int | str) -> int | None:
        """The band of the distance between two cells as a person may be told; None when either has no area.

        0 is under 20 km, then under 50, 150 and 500, and 4 is more.
        """
        row = {cell: n for n, cell in enumerate(self.cells)}
        a, b = int(self.area[row[one]]), int(self.area[row[other]])
        if a < 0 or b < 0:
            return None
        ends = unit_vectors(self.shown[[a, b]])
        return int(bands(kilometres_between(ends[:1], ends[1:]))[0])


def coarsen(places: Mapping[int | str, tuple[float, float]], people: Mapping[int | str, int], least: int = 10) -> Areas:
    """Join cells until each area holds at least `least` people who opted in.

    places: latitude and longitude of the middle of each cell. people: how many opted in, in each cell (0 if missing).
    From the finest level up, what is too small inside a block is joined; what is still too small goes up a level. What
    remains at the top goes to the nearest area. The middle of a joined area is that of its block: fixed, whoever comes.
    Raises BadInput for a position outside the globe.
    """
    cells = tuple(places)
    where = np.array([places[cell] for cell in cells], dtype=np.float64).reshape(-1, 2)
    counts = np.array([people.get(cell, 0) for cell in cells], dtype=np.int64)
    area, centres, level = coarsen_arrays(where, counts, least)
    totals = np.bincount(area[area >= 0], weights=counts[area >= 0], minlength=len(centres)).astype(np.int64)
    return Areas(cells, area, centres, totals, level)


def coarsen_arrays(where: Floats, counts: Ints, least: int = 10) -> tuple[Ints, Floats, Ints]:
    """The same on arrays: `where` (cells, 2) in degrees, `counts` (cells,). Returns area of cell, centres, levels."""
    check_positions(where)
    area = np.full(len(where), -1, dtype=np.int64)
    alone = np.flatnonzero(counts >= least)
    area[alone] = np.arange(len(alone))
    centres, levels = [where[alone]], [np.full(len(alone), -1, dtype=np.int64)]
    made, pending = len(alone), np.flatnonzero(counts < least)
    for level in range(LEVELS):
        if not len(pending):
            break
        keys, block = np.unique(block_keys(where[pending], level), return_inverse=True)
        full = np.bincount(block, weights=counts[pending], minlength=len(keys)) >= least
        number = made + np.cumsum(full) - 1
        joins = full[block]
        area[pending[joins]] = number[block[joins]]
        first = np.full(len(keys), -1, dtype=np.int64)
        first[block[::-1]] = pending[::-1]
        centres.append(block_centres(where[first[full]], level))
        levels.append(np.full(int(full.sum()), level, dtype=np.int64))
        made, pending = made + int(full.sum()), pending[~joins]
    all_centres = np.concatenate(centres)
    if made and len(pending):
        ends = unit_vectors(all_centres)
        for cell in pending:
            area[cell] = int(np.argmax(ends @ unit_vectors(where[cell : cell + 1])[0]))
    return area, all_centres, np.concatenate(levels)


def block_keys(where: Floats, level: int) -> Ints:
    """The number of the block of each position: a square grid in each zone of six degrees of longitude."""
    zone, x, y = _flat(where)
    side = BLOCK_KM * 2.0**level
    column, row = np.floor(x / side).astype(np.int64), np.floor(y / side).astype(np.int64)
    return (zone * 8192 + column + 4096) * 8192 + row + 4096


def block_centres(where: Floats, level: int) -> Floats:
    """The middle of the block of each position, in degrees."""
    zone, x, y = _flat(where)
    side = BLOCK_KM * 2.0**level
    lat = np.clip((np.floor(y / side) + 0.5) * side / KM_PER_DEGREE, -90, 90)
    middle = (np.floor(x / side) + 0.5) * side
    wide = KM_PER_DEGREE * np.maximum(0.01, np.cos(np.radians(lat)))
    lon = -180 + ZONE * (zone + 0.5) + np.clip(middle / wide, -ZONE / 2, ZONE / 2)
    return np.column_stack([lat, lon])


def _flat(where: Floats) -> tuple[Ints, Floats, Floats]:
    """Zone, and kilometres east of its middle and north of the equator (a sinusoidal projection in each zone)."""
    lat, lon = where[:, 0], where[:, 1]
    zone = np.minimum(np.floor((lon + 180) / ZONE), 360 / ZONE - 1).astype(np.int64)
    middle = -180 + ZONE * (zone + 0.5)
    return zone, (lon - middle) * np.cos(np.radians(lat)) * KM_PER_DEGREE, lat * KM_PER_DEGREE


def check_positions(where: Floats) -> None:
    if not np.all(np.isfinite(where)) or np.any(np.abs(where[:, 0]) > 90) or np.any(np.abs(where[:, 1]) > 180):
        raise BadInput("a place must have a latitude from −90 to 90 and a longitude from −180 to 180")


def unit_vectors(where: Floats) -> Floats:
    """(n, 2) degrees to (n, 3) points on the unit sphere. Raises BadInput outside the globe."""
    check_positions(where)
    lat, lon = np.radians(where[:, 0]), np.radians(where[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def kilometres_between(a: Floats, b: Floats) -> Floats:
    """Along the great circle between unit vectors, row by row."""
    chord = np.sqrt(np.sum((a - b) ** 2, axis=-1))
    return np.asarray(2 * EARTH_KM * np.arcsin(np.minimum(1.0, chord / 2)))


def bands(km: Floats) -> Ints:
    """Which band each distance falls in."""
    return np.searchsorted(np.array(BANDS, dtype=np.float64), km, side="right").astype(np.int64)
