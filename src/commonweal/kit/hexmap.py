"""Choosing a place on a map that asks nobody: nineteen hexagons around a town, drawn here, without tiles or scripts.

    picker = pick_place(request.GET)      # ?q=a name, then ?at=51.45,-2.59, then ?cell=…
    {% include "kit/_place_picker.html" %}

The partial searches by name and shows the map with a list of the same cells beside it; the form around it posts `cell`,
which `place.spot_of` turns into what may be kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import h3
from django.utils.translation import gettext as _

from .gazetteer import Place, nearest_place, search_places
from .place import RESOLUTION, cell_of, centre, direction, is_cell

RINGS = 2
WIDTH = 340.0
MARGIN = 14.0
LETTER = 6.4  # about how wide one is, in the map's units


@dataclass(frozen=True)
class Hex:
    """One cell of the map: its number there and in the list, what it is called, and where it is drawn."""

    number: int
    cell: str
    label: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Dot:
    """A town drawn on the map, for finding one's way."""

    name: str
    x: float
    y: float
    start: bool


@dataclass(frozen=True)
class Area:
    """A map of the cells around one."""

    title: str
    hexes: list[Hex]
    dots: list[Dot]
    width: float
    height: float


@dataclass
class Picker:
    """What the page for choosing a place shows: results of a search, or a map, and the cell marked on it."""

    query: str = ""
    found: list[Place] = field(default_factory=list)
    area: Area | None = None
    at: str = ""
    chosen: str = ""


def pick_place(asked: Mapping[str, str], current: str = "") -> Picker:
    """Read a query string: `q` searches by name; `at` ("lat,lon") or `cell` opens the map; `current` is marked on it."""
    query = str(asked.get("q", "")).strip()[:60]
    found = search_places(query) if query else []
    middle = _middle(str(asked.get("at", "")))
    cell = str(asked.get("cell", ""))
    chosen = cell if is_cell(cell) else current
    if middle is None and not query and is_cell(chosen):
        middle = centre(chosen)
    if middle is None:
        return Picker(query=query, found=found, chosen=chosen)
    area = area_around(*middle)
    if chosen not in {hexagon.cell for hexagon in area.hexes}:
        chosen = area.hexes[0].cell
    return Picker(query=query, found=found, area=area, at=f"{middle[0]:.2f},{middle[1]:.2f}", chosen=chosen)


def area_around(lat: float, lon: float) -> Area:
    """The map of the cell at a position and two rings around it, numbered from the middle outwards."""
    home = cell_of(lat, lon)
    plane = _Plane(home)
    town = nearest_place(*centre(home))
    hexes: list[Hex] = []
    dots: dict[Place, tuple[float, float]] = {}
    for ring in range(RINGS + 1):
        for cell in sorted(h3.grid_ring(home, ring), key=plane.bearing):
            near = nearest_place(*centre(cell), within_km=30)
            corners = [plane.point(*corner) for corner in h3.cell_to_boundary(cell)]
            x, y = plane.point(*centre(cell))
            label = _label(plane, home, cell, near, town)
            points = " ".join(f"{px:.1f},{py:.1f}" for px, py in corners)
            hexes.append(Hex(len(hexes) + 1, cell, label, points, round(x, 1), round(y, 1)))
            if near:
                dots[near] = plane.point(near.lat, near.lon)
    shown = _dots([(town, at) for town, at in dots.items() if plane.holds(*at)], [(h.x, h.y) for h in hexes])
    return Area(town.label if town else _("Far from any town"), hexes, shown, WIDTH, round(plane.height, 1))


def _dots(towns: list[tuple[Place, tuple[float, float]]], numbers: list[tuple[float, float]]) -> list[Dot]:
    """Dots for towns, as far as their names cover no number and no other name."""
    taken = [(x - 9, y - 8, x + 9, y + 8) for x, y in numbers]
    shown = []
    for town, (x, y) in towns:
        start = x < WIDTH * 0.6
        reach = len(town.name) * LETTER + 6
        left, right = (x, x + reach) if start else (x - reach, x)
        box = (left, y - 13, right, y - 2)
        free = left > 0 and right < WIDTH and not any(_overlap(box, other) for other in taken)
        if free:
            taken.append(box)
            shown.append(Dot(town.name, round(x, 1), round(y, 1), start))
    return shown


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(plane: _Plane, home: str, cell: str, near: Place | None, town: Place | None) -> str:
    if cell == home:
        return _("%(place)s, the middle of the map") % {"place": town.name if town else _("Here")}
    where = {"direction": direction(*plane.step(cell)), "place": near.name if near else ""}
    if near is None:
        return where["direction"]
    if cell_of(near.lat, near.lon, RESOLUTION) == cell:
        return _("%(direction)s: %(place)s") % where
    if near == town:
        return _("%(direction)s of %(place)s") % where
    return _("%(direction)s, towards %(place)s") % where


def _middle(text: str) -> tuple[float, float] | None:
    """ "51.45,-2.59" as numbers, rounded so that even a longer one says no more; None for anything else."""
    try:
        lat, lon = (round(float(part), 2) for part in text.split(","))
    except ValueError:
        return None
    return (lat, lon) if -85 <= lat <= 85 and -180 <= lon <= 180 else None


class _Plane:
    """The globe around one cell, flat: north up, to scale, 340 wide."""

    def __init__(self, home: str) -> None:
        self.lat, self.lon = centre(home)
        self.narrow = max(0.05, math.cos(math.radians(self.lat)))
        corners = [self.step_to(*corner) for cell in h3.grid_disk(home, RINGS) for corner in h3.cell_to_boundary(cell)]
        self.left, self.top = min(right for _up, right in corners), max(up for up, _right in corners)
        across = max(right for _up, right in corners) - self.left
        down = self.top - min(up for up, _right in corners)
        self.scale = (WIDTH - 2 * MARGIN) / across
        self.height = down * self.scale + 2 * MARGIN

    def step_to(self, lat: float, lon: float) -> tuple[float, float]:
        """Degrees up and right of the middle, the latter as long as the former."""
        return lat - self.lat, ((lon - self.lon + 180) % 360 - 180) * self.narrow

    def step(self, cell: str) -> tuple[float, float]:
        return self.step_to(*centre(cell))

    def bearing(self, cell: str) -> float:
        up, right = self.step(cell)
        return math.degrees(math.atan2(right, up)) % 360

    def point(self, lat: float, lon: float) -> tuple[float, float]:
        up, right = self.step_to(lat, lon)
        return (right - self.left) * self.scale + MARGIN, (self.top - up) * self.scale + MARGIN

    def holds(self, x: float, y: float) -> bool:
        return MARGIN < x < WIDTH - MARGIN and MARGIN < y < self.height - MARGIN
