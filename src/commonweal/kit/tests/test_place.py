"""Coarse places: cells, bands, names and the map."""

from __future__ import annotations

import pytest

from commonweal.kit import place
from commonweal.kit.gazetteer import country_name, nearest_place, search_places
from commonweal.kit.hexmap import area_around, pick_place

BRISTOL, BATH, SYDNEY = (51.45, -2.59), (51.38, -2.36), (-33.87, 151.21)


def test_two_positions_in_one_cell_cannot_be_told_apart() -> None:
    assert place.cell_of(51.4601, -2.5601) == place.cell_of(51.4702, -2.5602)
    assert place.distance_km(place.cell_of(51.4601, -2.5601), place.cell_of(51.4702, -2.5602)) == 0


def test_nothing_finer_than_resolution_seven_is_made_or_kept() -> None:
    with pytest.raises(ValueError, match="resolution 9"):
        place.cell_of(*BRISTOL, resolution=9)
    assert place.is_cell(place.cell_of(*BRISTOL, resolution=7))
    for text in ("", "x", "89195d2d6b7ffff", "0" * 15):
        assert not place.is_cell(text)


@pytest.mark.parametrize("position", [(91, 0), (0, 181), (float("nan"), 0)])
def test_a_position_off_the_globe_is_refused(position: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no cell"):
        place.cell_of(*position)


def test_distances_are_said_in_bands() -> None:
    bristol, bath = place.cell_of(*BRISTOL), place.cell_of(*BATH)
    assert 12 < place.distance_km(bristol, bath) < 25
    assert place.distance_km(bristol, bath) == pytest.approx(place.distance_km(bath, bristol))
    assert place.band(0) == "within 5 km"
    assert place.band(5) == "5 to 15 km"
    assert place.band(place.distance_km(bristol, place.cell_of(*SYDNEY))) == "more than 500 km"


def test_a_town_is_found_without_accents_and_the_bigger_one_first() -> None:
    assert search_places("sao paulo")[0].label == "São Paulo, Brazil"
    assert search_places("BRISTOL")[0].label == "Bristol, United Kingdom"
    assert search_places("riverside")[0].label == "Riverside, CA, United States"
    assert len(search_places("san", 5)) == 5


def test_a_country_leaves_its_own_places_when_it_has_some() -> None:
    assert {place.country for place in search_places("Bradford", country="GB")} == {"GB"}
    assert search_places("Bradford", country="FR") == search_places("Bradford", limit=160)[:8]


def test_an_exact_name_comes_before_a_longer_one() -> None:
    assert search_places("bath")[0].label == "Bath, United Kingdom"


@pytest.mark.parametrize("text", ["", " ", "x", "\n", "qqqqqqq", "%", "a" * 5000, "\x00ab"])
def test_text_that_names_no_place_finds_none(text: str) -> None:
    assert search_places(text) == []


def test_the_nearest_town_is_found_and_none_in_the_middle_of_the_sea() -> None:
    town = nearest_place(*BATH)
    assert town is not None
    assert town.name == "Bath"
    assert nearest_place(-40, -120) is None


def test_a_place_in_the_wild_can_still_be_chosen() -> None:
    spot = place.spot_of(place.cell_of(-40, -120))
    assert spot.name == "Far from any town"
    assert spot.country == ""


def test_the_map_has_nineteen_parts_each_with_its_own_number_and_a_direction() -> None:
    area = area_around(*BRISTOL)
    assert [hexagon.number for hexagon in area.hexes] == list(range(1, 20))
    assert len({hexagon.cell for hexagon in area.hexes}) == 19
    labels = {hexagon.label for hexagon in area.hexes}
    assert "east: Kingswood" in labels
    assert any("towards" in label for label in labels)
    for hexagon in area.hexes:
        assert 0 < hexagon.x < area.width
        assert 0 < hexagon.y < area.height


def test_north_is_up_and_east_is_right() -> None:
    assert place.direction(1, 0) == "north"
    assert place.direction(0, 1) == "east"
    assert place.direction(-1, -1) == "south-west"


@pytest.mark.parametrize("position", [(0, 180), (0, -180), (64.1, -21.9), (-85, 10), (78.2, 15.6)])
def test_maps_open_at_the_edges_of_the_globe(position: tuple[float, float]) -> None:
    area = area_around(*position)
    assert area.height < 4 * area.width


def test_the_chosen_part_is_marked_and_an_unknown_one_falls_back_to_the_middle() -> None:
    cell = place.cell_of(*BATH)
    assert pick_place({}, current=cell).chosen == cell
    assert pick_place({"cell": "nonsense", "at": "51.45,-2.59"}).chosen == place.cell_of(*BRISTOL)
    assert pick_place({}).area is None


def test_countries_have_names() -> None:
    assert country_name("GB") == "United Kingdom"
    assert country_name("??") == "??"
