"""Finding a place by its name, without asking anybody else: the towns of GeoNames (CC BY 4.0), bundled.

Read on first use and kept as bytes and flat arrays, about 5 MB a process; a search takes a few milliseconds.
`bench/places.py` makes the files again.
"""

from __future__ import annotations

import csv
import math
import unicodedata
from array import array
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "places"
KM_PER_DEGREE = 111.2


class Place(NamedTuple):
    """A named town. The position is its middle, rounded to about a kilometre."""

    name: str
    country: str
    region: str
    lat: float
    lon: float

    @property
    def label(self) -> str:
        """Its name, the state where names repeat, and the country: "Riverside, CA, United States"."""
        return ", ".join(part for part in (self.name, self.region, country_name(self.country)) if part)

    @property
    def at(self) -> str:
        """Its position as a link carries it: "51.46,-2.60"."""
        return f"{self.lat:.2f},{self.lon:.2f}"


def search_places(text: str, limit: int = 8, country: str = "") -> list[Place]:
    """Places whose name starts with `text` (or has a word that does): exact names first, then the bigger ones.

    country: two letters; only its places, unless it has none of that name.
    """
    wanted = fold(text)[:60]
    if len(wanted) < 2:
        return []
    towns = _towns()
    most = 20 * limit if country else limit
    rows = _starting(towns, f"\n{wanted}\n", most)
    for start in (f"\n{wanted}", f" {wanted}", f"-{wanted}"):
        rows += _starting(towns, start, most)
    found = [towns.place(row) for row in dict.fromkeys(rows)]
    return ([place for place in found if place.country == country] or found)[:limit]


def nearest_place(lat: float, lon: float, *, within_km: float = 60) -> Place | None:
    """The named place nearest to a position, or None when there is none within `within_km`."""
    towns = _towns()
    high = within_km / KM_PER_DEGREE
    narrow = max(0.05, math.cos(math.radians(lat)))
    best, found = high * high, None
    for row, (north, east) in enumerate(zip(towns.lats, towns.lons, strict=True)):
        up = north - lat
        if -high < up < high:
            over = ((east - lon + 180) % 360 - 180) * narrow
            if (gap := up * up + over * over) < best:
                best, found = gap, row
    return None if found is None else towns.place(found)


@cache
def country_name(code: str) -> str:
    """The English name of a country by its two letters; the letters themselves when unknown."""
    with (DATA / "countries.csv").open(newline="") as file:
        return dict(csv.reader(file)).get(code, code)


def fold(text: str) -> str:
    """Lower case without accents, so that "sao paulo" finds São Paulo."""
    text = " ".join(text.lower().split())
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


class _Towns:
    """The gazetteer in memory: the raw file, where its lines begin, the folded names, and all positions."""

    def __init__(self) -> None:
        self.raw = (DATA / "places.csv").read_bytes()
        self.lines, self.names_at = array("L", [0]), array("L", [0])
        self.lats, self.lons = array("f"), array("f")
        names: list[str] = []
        for line in self.raw.splitlines():
            name, _country, _region, lat, lon = line.decode().split(",")
            names.append(fold(name))
            self.lines.append(self.lines[-1] + len(line) + 1)
            self.names_at.append(self.names_at[-1] + len(names[-1]) + 1)
            self.lats.append(float(lat))
            self.lons.append(float(lon))
        self.names = "\n" + "\n".join(names) + "\n"

    def place(self, row: int) -> Place:
        line = self.raw[self.lines[row] : self.lines[row + 1] - 1].decode()
        name, country, region, lat, lon = line.split(",")
        return Place(name, country, region, float(lat), float(lon))


@cache
def _towns() -> _Towns:
    return _Towns()


def _starting(towns: _Towns, pattern: str, limit: int) -> list[int]:
    """The first `limit` rows in whose line of names `pattern` stands, biggest places first."""
    rows: list[int] = []
    at = towns.names.find(pattern)
    while at >= 0 and len(rows) < limit:
        row = bisect_right(towns.names_at, at if pattern[0] == "\n" else at - 1) - 1
        if not rows or rows[-1] != row:
            rows.append(row)
        at = towns.names.find(pattern, at + 1)
    return rows
