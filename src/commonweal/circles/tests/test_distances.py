"""What somebody learns of where a person lives who collects distances from everywhere: the cell they chose, at most."""

from __future__ import annotations

import statistics
from collections import defaultdict

import h3

from commonweal.circles.matching import people_of, reasons_for
from commonweal.circles.reading import Known, Reading
from commonweal.kit import clock
from commonweal.kit.place import cell_of, centre

#: From the middle of a cell of resolution 6 to its edge, in km, on average.
CELL_RADIUS_KM = 3.2
ROW = {
    "of_language": "en", "of_time_zone": "UTC", "of_availability": 0, "wish_seeks": False, "wish_helps": False,
    "wish_stage": None, "wish_needs": [], "wish_gives": [], "wish_ways": 7, "wish_reach": 150,
    "wish_same_experience": False, "wish_room": 2, "wish_shares": ["distance"], "wish_counted": False,
    "wish_since": None, "wish_gender": "", "wish_age_band": None, "wish_only_genders": [], "wish_bands_apart": None,
    "wish_only_language": "",
}  # fmt: skip


def test_distances_collected_from_everywhere_tell_no_more_than_the_cell():
    home = cell_of(51.45, -2.59)
    candidates = sorted(h3.grid_disk(home, 3))
    around = sorted({cell_of(51.45 + north, -2.59 + east) for north in _degrees(0.9) for east in _degrees(1.4)})
    cells = [*candidates, *(cell for cell in around if cell not in candidates)]
    members: dict[int, Known] = {}
    for number, cell in enumerate(cells):
        for resident in range(10):  # everywhere enough people for the finest place there is: the worst case
            pk = number * 10 + resident
            members[pk] = Known(pk, pk, {**ROW, "of_cell": cell}, clock.now())
    people = people_of(Reading("buddy", members))
    collected: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for number, cell in enumerate(candidates):
        told = [_told(people, spy * 10 + 1, number * 10) for spy in range(len(cells))]
        collected[tuple(told)].append(cell)
    assert len(collected) > 1, "no distance was ever told: this proves nothing"
    errors = []
    for alike in collected.values():
        spots = [centre(spot) for cell in alike for spot in h3.cell_to_children(cell, 8)]
        guess = (statistics.mean(lat for lat, _lon in spots), statistics.mean(lon for _lat, lon in spots))
        errors += [h3.great_circle_distance(guess, spot, unit="km") for spot in spots]
    assert statistics.median(errors) >= CELL_RADIUS_KM
    assert max(errors) >= 2 * CELL_RADIUS_KM


def _degrees(wide: float) -> list[float]:
    return [wide * step / 4 for step in range(-4, 5)]


def _told(people: object, spy: int, target: int) -> object:
    said = [one for one in reasons_for(people, [(spy, target)], "buddy")[0] if one.get("for") == spy]  # type: ignore[arg-type]
    return next((one["value"] for one in said if one["kind"] == "distance"), None)
