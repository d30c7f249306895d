"""Roughly where: cells of about six kilometres, never a point.

A place is an h3 cell of resolution 6 (about 36 square kilometres); resolution 7 (about 5) is accepted where it was
chosen on purpose. An exact position is never asked, kept or sent: every distance is measured between the middles of
cells, so it says no more than the cells do.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import h3
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .gazetteer import Place, nearest_place, search_places

__all__ = [
    "Place",
    "Spot",
    "band",
    "cell_of",
    "centre",
    "direction",
    "distance_km",
    "is_cell",
    "search_places",
    "spot_of",
]

RESOLUTION = 6
ALLOWED = (6, 7)

#: upper end in km, and how it is said. Bands are wider than the cells, so that none of them gives away more than a cell.
BANDS = [
    (5, _("within 5 km")),
    (15, _("5 to 15 km")),
    (50, _("15 to 50 km")),
    (150, _("50 to 150 km")),
    (500, _("150 to 500 km")),
]
FAR = _("more than 500 km")


class Spot(NamedTuple):
    """A chosen cell and the name of the town nearest to its middle (empty in the wild)."""

    cell: str
    name: str
    country: str


def cell_of(lat: float, lon: float, resolution: int = RESOLUTION) -> str:
    """The cell in which a position lies. Raises ValueError outside the globe or for a resolution finer than 7."""
    if resolution not in ALLOWED or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no cell of resolution {resolution} at {lat}, {lon}")
    return h3.latlng_to_cell(lat, lon, resolution)


def is_cell(text: str) -> bool:
    """Whether a text names a cell that is coarse enough to be kept."""
    return h3.is_valid_cell(text) and h3.get_resolution(text) in ALLOWED


@lru_cache(maxsize=4096)
def centre(cell: str) -> tuple[float, float]:
    """Latitude and longitude of a cell's middle."""
    return h3.cell_to_latlng(cell)


def distance_km(one: str, other: str) -> float:
    """Kilometres between the middles of two cells. Zero in the same cell."""
    return 0.0 if one == other else h3.great_circle_distance(centre(one), centre(other), unit="km")


def band(km: float) -> str:
    """How far, said coarsely in the reader's language: "5 to 15 km"."""
    return str(next((label for upper, label in BANDS if km < upper), FAR))


def spot_of(cell: str) -> Spot:
    """A cell with the name of the nearest town. Raises ValueError for a text that names no cell we keep."""
    if not is_cell(cell):
        raise ValueError(cell)
    town = nearest_place(*centre(cell))
    return Spot(cell, town.label if town else gettext("Far from any town"), town.country if town else "")


def direction(up: float, right: float) -> str:
    """The compass direction of a step, in words, out of eight."""
    names = [
        pgettext("direction", "north"),
        pgettext("direction", "north-east"),
        pgettext("direction", "east"),
        pgettext("direction", "south-east"),
        pgettext("direction", "south"),
        pgettext("direction", "south-west"),
        pgettext("direction", "west"),
        pgettext("direction", "north-west"),
    ]
    return names[round(math.degrees(math.atan2(right, up)) / 45) % 8]
